/** Channels as they are sent through in tests: made-up messages, real ports, and servers that answer with the very bytes they are told. */
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { createChildProcesses } from "../../src/platform/index.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { type ChannelPorts, createChannel } from "../../src/recovery/channels/open-channels.ts";
import type { AlertMessage } from "../../src/recovery/incidents/alert-message.ts";
import type { ChannelRule } from "../../src/recovery/policy/channel.ts";
import { createRedactor, knownSecrets } from "../../src/redact/index.ts";
import { type SocketServer, serveSockets } from "../support/socket-server.ts";

const AT = Date.parse("2026-11-21T12:00:00Z");

/** Found by its shape, wherever it stands. */
export const TOKEN = "ghp_000000000000000000000000000000000000";

const INCIDENT: NonNullable<AlertMessage["incident"]> = {
  id: "i_4f2a",
  dedupKey: "kedge-0123456789abcdef01234567",
  cause: "plan_window",
  account: "name:team-a",
  project: "shop",
  model: null,
  window: "five_hour",
  confidence: "certain",
  failures: 41,
  sessions: 40,
  sessionIds: ["9b1deb4d", "3f2504e0"],
  openedMs: AT - 60_000,
  untilMs: AT + 3_600_000,
  untilFrom: "header",
  needsPerson: false,
  resolvedMs: null,
  resolution: null,
  lostMs: 60_000,
  costUsd: 0,
};

export const OPENED: AlertMessage = {
  version: 1,
  id: "msg_0001",
  kind: "open",
  severity: "warning",
  atMs: AT,
  title: "5-hour limit used up on account team-a: 40 sessions stopped",
  lines: [
    ["Stopped", "40 sessions in shop (9b1deb4d, 3f2504e0, …)."],
    ["Verdict", "5-hour limit used up (certain). A header says so."],
    ["Next", "It is said to end at 13:00, in 1 h."],
    ["You", "Nothing to do."],
  ],
  command: "kedge incidents show i_4f2a",
  incident: INCIDENT,
};

export const CRITICAL: AlertMessage = { ...OPENED, severity: "critical" };

export const ACKNOWLEDGED: AlertMessage = {
  ...OPENED,
  id: "msg_0005",
  kind: "acknowledge",
  title: "5-hour limit used up on account team-a: ulrike sees to it",
  lines: [["You", "Nothing: ulrike sees to it."]],
  incident: { ...INCIDENT, acknowledgedBy: "ulrike" },
};

export const RESOLVED: AlertMessage = {
  ...OPENED,
  id: "msg_0002",
  kind: "resolve",
  title: "5-hour limit used up on account team-a: over after 1 h",
  incident: { ...INCIDENT, resolvedMs: AT, resolution: "proof" },
};

export const TEST: AlertMessage = {
  ...OPENED,
  ...{ id: "msg_0003", kind: "test", severity: "info", title: "A test of Kedge", lines: [], command: null },
  incident: null,
};

export const DIGEST: AlertMessage = {
  ...TEST,
  id: "msg_0004",
  kind: "digest",
  title: "3 incidents overnight",
};

/** Texts that would be read as something else than text: markup, mentions, options, paths, people, lines, secrets. */
const HOSTILE =
  "<!channel> *shop* `x` ```y``` & <https://evil.example|ok> @here :fire:\r\nBcc: eve@evil.example\u202e\u0000 /home/ulrike/secret-project ~/x C:\\Users\\ulrike " +
  `${TOKEN} -rf`;

/** A message whose every text is hostile. */
export const EVIL: AlertMessage = {
  ...OPENED,
  title: `-x ${HOSTILE}`,
  lines: [[`-l ${HOSTILE}`, HOSTILE]],
  command: `kedge ${HOSTILE}`,
  incident: { ...INCIDENT, project: HOSTILE, account: `name:${HOSTILE}`, model: HOSTILE },
};

/** A message as long as nobody should make one, in letters that take most bytes. */
export const HUGE: AlertMessage = {
  ...OPENED,
  title: '€"'.repeat(20_000),
  lines: Array.from({ length: 300 }, (_, at) => [`${at}${"€".repeat(400)}`, '€"\\'.repeat(20_000)]),
  command: "<".repeat(50_000),
  incident: {
    ...INCIDENT,
    ...{ project: '€"'.repeat(20_000), account: '€"'.repeat(20_000), model: '€"'.repeat(20_000) },
  },
};

/** Sends once. */
export async function sendOnce(
  rule: ChannelRule,
  message: AlertMessage,
  { env = {}, signal, ...ports }: Partial<ChannelPorts> & { readonly signal?: AbortSignal } = {},
): Promise<Delivery> {
  await using children = createChildProcesses();
  const redactor = createRedactor({ known: knownSecrets(env) });
  const all = { homeDir: tmpdir(), now: () => AT, children, redactor, timeoutMs: 5_000, ...ports, env };
  return await createChannel("team", rule, all).send(message, signal);
}

/** A webhook at a URL that is known to everybody. */
export function webhookTo(url: string): Extract<ChannelRule, { type: "webhook" }> {
  return { type: "webhook", url, secrets: [], headers: {} };
}

export interface RawServer extends SocketServer {
  readonly url: string;
}

/** Starts a server on loopback that does what it is told once a whole request is there. */
export async function serveBytes(answer: (socket: Socket, request: string) => void): Promise<RawServer> {
  const server = await serveSockets((socket) => {
    let request = "";
    socket.on("data", (chunk) => {
      request += chunk.toString("latin1");
      const head = request.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)$/im.exec(request)?.[1] ?? 0);
      if (head < 0 || request.length < head + 4 + length) return;
      const whole = request;
      request = "";
      answer(socket, whole);
    });
  });
  return Object.assign(server, { url: `http://127.0.0.1:${server.port}/hook` });
}
