/** What arrives at receivers over HTTP: signatures that an independent library verifies, and no secret but where it belongs. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import type { ChannelRule } from "../../src/recovery/policy/channel.ts";
import { type Received, serve } from "../support/http-server.ts";
import { OPENED, sendOnce, webhookTo } from "./channel-world.ts";

const secretOf = (bytes: number): string => `whsec_${randomBytes(bytes).toString("base64")}`;

/** What an independent receiver with this secret makes of a request; its clock is the real one. */
function verify(secret: string, { body, headers }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** What arrives of a message, sent through a channel to a server that takes everything. */
async function arrived(
  makeRule: (url: string) => ChannelRule,
  ports: Parameters<typeof sendOnce>[2],
  message = OPENED,
): Promise<Received> {
  await using server = await serve((response) => response.end());
  expect(await sendOnce(makeRule(server.url), message, ports)).toEqual({ outcome: "delivered" });
  expect(server.received).toHaveLength(1);
  return server.received[0] as Received;
}

describe("signatures", () => {
  test("while a secret is rotated, receivers verify with the old and with the new one, in every phase", async () => {
    const [old, fresh] = [secretOf(24), secretOf(64)];
    const env = { OLD: old, FRESH: fresh };
    const phases = [["OLD"], ["FRESH", "OLD"], ["FRESH"]].map((names) =>
      names.map((name) => ({ env: name })),
    );
    for (const secrets of phases) {
      const one = await arrived((url) => ({ ...webhookTo(url), secrets }), { env, now: Date.now });
      for (const { env: name } of secrets)
        expect(verify(env[name as keyof typeof env], one)).toMatchObject({ type: "incident.opened" });
      if (secrets.length === 1) {
        const other = secrets[0]?.env === "OLD" ? fresh : old;
        expect(() => verify(other, one)).toThrow("No matching signature");
      }
    }
  });

  test("id and body are the same for each try, the time is that of the try, and no byte can be changed", async () => {
    const env = { KEY: secretOf(32) };
    const rule = (url: string) => ({ ...webhookTo(url), secrets: [{ env: "KEY" }] });
    const first = await arrived(rule, { env, now: () => Date.now() - 60_000 });
    const second = await arrived(rule, { env, now: Date.now });
    expect(second.body).toBe(first.body);
    expect(first.headers["webhook-id"]).toBe(OPENED.id);
    expect(second.headers["webhook-id"]).toBe(OPENED.id);
    const times = [first, second].map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(59);
    for (const one of [first, second]) expect(() => verify(env.KEY, one)).not.toThrow();
    const changed = { ...second, body: second.body.replace("40 sessions", "41 sessions") };
    expect(() => verify(env.KEY, changed)).toThrow();
    const replayed = { ...first, headers: { ...first.headers, "webhook-timestamp": String(times[1]) } };
    expect(() => verify(env.KEY, replayed)).toThrow();
  });

  test("a message without secrets of its own is not signed", async () => {
    expect((await arrived(webhookTo, {})).headers).not.toHaveProperty("webhook-signature");
  });

  test.each([
    ["short", "whsec_YWJj"],
    ["no base64", `whsec_${"*".repeat(40)}`],
    ["long", secretOf(65)],
  ])("a secret that is %s is refused, in words that do not repeat it", async (_, secret) => {
    await using server = await serve((response) => response.end());
    const rule = { ...webhookTo(server.url), secrets: [{ env: "GOOD" }, { env: "BAD" }] };
    const delivery = await sendOnce(rule, OPENED, { env: { GOOD: secretOf(32), BAD: secret } });
    expect(delivery).toEqual({
      outcome: "refused",
      why: "not sent: secret 2 is none: expected whsec_ and 24 to 64 bytes in base64",
    });
    expect(server.connections).toBe(0);
  });
});

describe("secrets", () => {
  const PLANTED = "Zp4-planted-value-93kdLw0";

  test("what stands in the environment is in no body, wherever a message has it", async () => {
    const env = { DEPLOY_TOKEN: PLANTED, KEY: "R0utingKeyOfTheService0123456789", TOPIC: "topic-0" };
    const message = {
      ...OPENED,
      title: `stopped: ${PLANTED}`,
      lines: [
        [
          PLANTED,
          `${PLANTED.slice(0, 8)}\u200b${PLANTED.slice(8)} ${Buffer.from(PLANTED).toString("base64")}`,
        ],
      ] as const,
      command: `kedge --with ${PLANTED}`,
      incident: OPENED.incident && { ...OPENED.incident, project: PLANTED, sessionIds: [PLANTED] },
    };
    const rules: readonly ((url: string) => ChannelRule)[] = [
      webhookTo,
      (url) => ({ type: "pagerduty", url, routingKey: { env: "KEY" } }),
      (url) => ({ type: "ntfy", server: url, topic: { env: "TOPIC" }, token: null }),
    ];
    for (const rule of rules) {
      const { body, rawHeaders } = await arrived(rule, { env }, message);
      for (const form of [PLANTED, Buffer.from(PLANTED).toString("base64")])
        expect(body + rawHeaders.join("\n")).not.toContain(form);
      expect(body).toContain("redacted");
    }
  });

  test("references are read for each message: from variables, and from files that nobody else reads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kedge-channels-"));
    try {
      const file = join(folder, "header");
      writeFileSync(file, `Bearer ${PLANTED}\n`, { mode: 0o600 });
      const rule = (url: string) => ({ ...webhookTo(url), headers: { Authorization: { file: "~/header" } } });
      const { headers } = await arrived(rule, { homeDir: folder });
      expect(headers.authorization).toBe(`Bearer ${PLANTED}`);
      renameSync(file, join(folder, "elsewhere"));
      symlinkSync(join(folder, "elsewhere"), file);
      const delivery = await sendOnce(rule("http://127.0.0.1:9/"), OPENED, { homeDir: folder });
      expect(delivery).toMatchObject({
        outcome: "retry",
        why: expect.stringMatching(/^not sent: ~\/header: expected a private file/),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each<[what: string, rule: ChannelRule, env: Record<string, string>, outcome: string]>([
    ["a variable that is not set", { type: "slack", url: { env: "NONE" } }, {}, "retry"],
    [
      "a header over two lines",
      { ...webhookTo("http://127.0.0.1:9/"), headers: { "X-A": { env: "A" } } },
      { A: `${PLANTED}\r\nX-B: ${PLANTED}` },
      "refused",
    ],
    [
      "a header that frames the message",
      { ...webhookTo("http://127.0.0.1:9/"), headers: { "Transfer-Encoding": { env: "A" } } },
      { A: PLANTED },
      "refused",
    ],
    [
      "a signature of somebody else",
      { ...webhookTo("http://127.0.0.1:9/"), headers: { "Webhook-Signature": { env: "A" } } },
      { A: PLANTED },
      "refused",
    ],
    [
      "a topic with a path",
      { type: "ntfy", server: "http://127.0.0.1:9/", topic: { env: "A" }, token: null },
      { A: `../${PLANTED}` },
      "refused",
    ],
    [
      "a token over two lines",
      { type: "ntfy", server: "http://127.0.0.1:9/", topic: { env: "T" }, token: { env: "A" } },
      { T: "t", A: `${PLANTED}\r\nx: y` },
      "refused",
    ],
  ])("%s: nothing is sent, and the reason holds nothing of it", async (_, rule, env, outcome) => {
    const delivery = await sendOnce(rule, OPENED, { env });
    expect(delivery).toMatchObject({ outcome, why: expect.stringMatching(/^not sent: /) });
    expect(JSON.stringify(delivery)).not.toContain(PLANTED);
  });

  test("ntfy gets its token as a bearer, and Slack its message at the secret address", async () => {
    const env = { TOPIC: "topic-0", TOKEN: "tk_0123456789abcdef" };
    const ntfy = await arrived(
      (server) => ({ type: "ntfy", server, topic: { env: "TOPIC" }, token: { env: "TOKEN" } }),
      { env },
    );
    expect(ntfy.headers.authorization).toBe(`Bearer ${env.TOKEN}`);
    expect(JSON.parse(ntfy.body)).toMatchObject({ topic: "topic-0", priority: 4 });
    await using server = await serve((response) => response.end("ok"));
    const slack = { type: "slack", url: { env: "SLACK_WEBHOOK_URL" } } as const;
    expect(await sendOnce(slack, OPENED, { env: { SLACK_WEBHOOK_URL: server.url } })).toEqual({
      outcome: "delivered",
    });
    expect(JSON.parse(server.received[0]?.body ?? "").blocks[0].text.text).toBe(OPENED.title);
  });
});
