/** Rows of `bad-inputs.json` that a receiver answers, through the real outbox, channels and exchange: what is told once, again, later, or never. */
import type { LookupFunction, Socket } from "node:net";
import { createGzip } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseHandlerOutput } from "../../src/protocol/index.ts";
import type { ChannelRule } from "../../src/recovery/policy/channel.ts";
import { makeAlerts } from "../recovery/alert-world.ts";
import { serveBytes, webhookTo } from "../recovery/channel-world.ts";
import { RULES, SECOND } from "../recovery/incident-world.ts";
import { assertPrototypes, snapshotPrototypes } from "../support/fuzz.ts";
import { post } from "../support/http-handler.ts";
import { serve } from "../support/http-server.ts";
import { type BadInput, type RepeatRecipe, readBadInputs } from "./generate-input.ts";

type Piece = { readonly text: string } | { readonly sleep_ms: number } | { readonly reset: true };
type WebRecipe =
  | { readonly gen: "gzip"; readonly zeros: number; readonly headers: string }
  | { readonly gen: "steps"; readonly steps: readonly Piece[] }
  | RepeatRecipe;

const DAY_MS = 86_400_000;
const OWN_PAUSE_MS = 5 * SECOND;
const MIB = 1_048_576;
/** How long a silent receiver is waited for here. */
const LIMIT_MS = 1_000;

/** What becomes of the message, and how long the channel is left alone after the first try. */
interface Outcome {
  readonly state: "sent" | "waiting" | "dead";
  readonly error: string | null;
  readonly pauseMs?: number;
}

const SENT: Outcome = { state: "sent", error: null };
const again = (error: string, pauseMs = OWN_PAUSE_MS): Outcome => ({ state: "waiting", error, pauseMs });
const redirect = (status: number): Outcome => again(`HTTP ${status}: a redirect, which is never followed`);

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  "web-001": redirect(301),
  "web-002": redirect(307),
  "web-005": SENT,
  "web-006": again("no answer in time"),
  "web-007": SENT,
  "web-008a": again("HTTP 429", DAY_MS),
  "web-008b": again("HTTP 429"),
  "web-008c": again("HTTP 429"),
  "web-008d": again("HTTP 429"),
  "web-008e": again("HTTP 429"),
  "web-008f": again("HTTP 429", DAY_MS),
  // A second, and our own pause is longer.
  "web-008g": again("HTTP 429"),
  "web-008i": again("HTTP 429", DAY_MS),
  "web-009": { state: "dead", error: "HTTP 410: the receiver wants nothing any more" },
  "web-010": SENT,
  "web-012": SENT,
  "web-013": again("the request failed: HPE_HEADER_OVERFLOW"),
  "web-014": again("the request failed: HPE_INVALID_CHUNK_SIZE"),
  "web-019": SENT,
};

/** Answers with the bytes of a row. */
function answerWith({ input }: BadInput, otherPort: number): (socket: Socket) => void {
  if (typeof input === "string")
    return (socket) => socket.end(input.replace("{{OTHER_PORT}}", String(otherPort)));
  const recipe = input as unknown as WebRecipe;
  switch (recipe.gen) {
    case "repeat":
      return (socket) => socket.end(recipe.prefix + recipe.unit.repeat(recipe.count) + recipe.suffix);
    case "gzip":
      return (socket) => {
        socket.write(`${recipe.headers}\r\n`);
        const zip = createGzip();
        zip.on("error", () => socket.destroy()).pipe(socket);
        const block = Buffer.alloc(MIB);
        let left = recipe.zeros;
        const feed = (): void => {
          if (socket.destroyed) return;
          if (left <= 0) {
            zip.end();
            return;
          }
          left -= block.length;
          zip.write(block, feed);
        };
        socket.on("close", () => zip.destroy());
        feed();
      };
    case "steps":
      return (socket) => {
        for (const piece of recipe.steps) {
          if ("text" in piece) socket.write(piece.text);
          // The bytes before it are to arrive, as they do when a machine in between gives up.
          else if ("reset" in piece) setTimeout(() => socket.resetAndDestroy(), 50);
        }
      };
  }
}

describe("bad inputs: webhook-response", () => {
  const rows = readBadInputs("webhook-response");
  const answered = rows.filter(({ id }) => id !== "web-018");

  test("every row is held: by the table, and `web-018`, which is no answer, by itself", () => {
    expect(rows.map(({ id }) => id).sort()).toEqual([...Object.keys(OUTCOMES), "web-018"].sort());
  });

  test.each(answered.map((row) => [row.id, row.expected, row] as const))("%s: %s", async (id, _, row) => {
    const { pauseMs, ...outcome } = OUTCOMES[id] as Outcome;
    const prototypes = snapshotPrototypes();
    const routes = [{ channels: ["bad", "good"] }];
    await using alerts = await makeAlerts({ rules: { ...RULES, groupWaitMs: 0, routes } });
    const { world, outbox } = alerts;
    await using other = await serve((response) => response.end());
    await using good = await serve((response) => response.end());
    await using server = await serveBytes(answerWith(row, other.port));
    const isPagerduty = "channel" in row && row.channel === "pagerduty";
    const rule: ChannelRule = isPagerduty
      ? { type: "pagerduty", url: server.url, routingKey: { env: "KEY" } }
      : { ...webhookTo(server.url), headers: { "X-Own": { env: "KEY" } } };
    const ports = { env: { KEY: "0".repeat(32) }, ...(id === "web-006" ? { timeoutMs: LIMIT_MS } : {}) };
    const bad = alerts.channel("bad", rule, ports);
    const channels = [bad, alerts.channel("good", webhookTo(good.url))];

    await world.fail({ cause: "billing", atMs: world.nowMs });
    const before = process.memoryUsage().rss;
    await alerts.drain(channels);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB);

    // Of a channel that is gone the other one hears besides.
    const isGone = id === "web-009";
    if (isGone) await alerts.drain(channels);
    const told = await outbox.list();
    expect(told.filter(({ channel }) => channel === "bad")).toMatchObject([{ ...outcome, attempts: 1 }]);
    const goods = told.filter(({ channel }) => channel === "good").toReversed();
    const sent = Array(isGone ? 2 : 1).fill({ ...SENT, attempts: 1 });
    expect(goods).toMatchObject(sent);
    expect([server.connections, other.connections, good.received.length]).toEqual([1, 0, sent.length]);
    if (isGone) expect(good.received[1]?.body).toContain('"cause":"gone_channel"');

    // At no instant before the pause is over is there another try; one that was told, or never will be, has none.
    const triedAt = world.nowMs;
    const isOver = pauseMs === undefined;
    expect(await outbox.nextDue(bad)).toBe(isOver ? null : triedAt + pauseMs);
    world.nowMs = isOver ? triedAt + 3 * DAY_MS : triedAt + pauseMs - 1;
    await alerts.drain(channels);
    expect(server.connections).toBe(1);
    if (!isOver) {
      world.nowMs = triedAt + pauseMs;
      await alerts.drain(channels);
      expect([server.connections, good.received.length]).toEqual([2, sent.length]);
    }
    expect(other.connections).toBe(0);
    assertPrototypes(prototypes);
  });

  test("web-009: an endpoint that wants nothing gets nothing of what comes later, and says why", async () => {
    const row = answered.find(({ id }) => id === "web-009") as BadInput;
    await using alerts = await makeAlerts();
    const { world, outbox } = alerts;
    await using server = await serveBytes(answerWith(row, 0));
    const team = alerts.channel("team", webhookTo(server.url));
    for (const account of ["name:a", "name:b"])
      await world.fail({ cause: "billing", account, atMs: world.nowMs });
    await alerts.pass(3 * DAY_MS, team);
    expect(server.connections).toBe(1);
    expect(await outbox.channel(team)).toMatchObject({
      gone_ms: expect.any(Number),
      error: OUTCOMES["web-009"]?.error,
    });
  });

  test.each(["web-010", "web-012"])("%s: as the answer of an http hook it is no decision", async (id) => {
    const row = answered.find((each) => each.id === id) as BadInput;
    await using server = await serveBytes(answerWith(row, 0));
    const { ending } = await post(server.url);
    const result = parseHandlerOutput("PostToolUse", ending);
    expect(result).toMatchObject({ status: "failed", decision: "none" });
    expect(JSON.stringify(result)).not.toContain("alert(1)");
  });

  test("web-018: the address that was judged is the one that is connected to", async () => {
    await using alerts = await makeAlerts();
    const { world, outbox } = alerts;
    await using server = await serve((response) => response.end());
    const asked: string[] = [];
    const answers = ["203.0.113.10", "127.0.0.1", "169.254.169.254"];
    const lookup: LookupFunction = (name, _options, callback) => {
      const address = answers[asked.push(name) - 1] ?? "";
      setImmediate(() => callback(null, [{ address, family: 4 }]));
    };
    const rule = webhookTo(`https://hooks.example:${server.port}/`);
    const team = alerts.channel("team", rule, { lookup, timeoutMs: LIMIT_MS });
    await world.fail({ cause: "billing", atMs: world.nowMs });
    const refused = "not sent: its name resolves to an address that is not reached";
    for (const [at, error] of [/^(?:no answer in time|the request failed: )/, refused, refused].entries()) {
      await alerts.drain([team]);
      expect(asked).toHaveLength(at + 1);
      const [told] = await outbox.list();
      expect(told).toMatchObject({ state: "waiting", error: expect.stringMatching(error) });
      world.nowMs = (await outbox.nextDue(team)) ?? 0;
    }
    expect(server.connections).toBe(0);
  });
});
