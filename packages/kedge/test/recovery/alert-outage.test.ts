/** Receivers that are away for days, in a time of their own: nothing is lost, nothing is told twice, and what is given up can be seen. */
import { describe, expect, test } from "vitest";
import type { SendingChannel } from "../../src/recovery/alerts/sender.ts";
import { closedPort, type Respond, serve } from "../support/http-server.ts";
import { makeAlerts } from "./alert-world.ts";
import { webhookTo } from "./channel-world.ts";
import { HOUR, MINUTE, RULES, SECOND, START } from "./incident-world.ts";

/** When Standard Webhooks tries again, counted from the try before. */
const STANDARD_MS = [5 * SECOND, 5 * MINUTE, ...[0.5, 2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
const STANDARD_JITTER = 0.2;

/** Ways to be down, one after the other. */
const DOWN: readonly Respond[] = [
  (response) => response.writeHead(503).end(),
  (_response, _received, socket) => socket.resetAndDestroy(),
  (response) => response.writeHead(429).end(),
  (_response, _received, socket) => socket.end(),
  (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
  (_response, _received, socket) => socket.end("HTTP/1.1 what\r\n\r\n"),
];

/** A receiver that is down until an instant. */
async function serveFrom(upMs: number, now: () => number) {
  let tries = 0;
  const delivered: string[] = [];
  const server = await serve((response, received, socket) => {
    if (now() < upMs) return DOWN[tries++ % DOWN.length]?.(response, received, socket);
    delivered.push(String(received.headers["webhook-id"]));
    response.end();
  });
  return { server, delivered };
}

describe("an endpoint that is down", () => {
  test("for 75 hours gets each message once it is back, as what it was from the first try on", async () => {
    await using alerts = await makeAlerts();
    const { world, outbox } = alerts;
    const { server, delivered } = await serveFrom(START + 75 * HOUR, () => world.nowMs);
    await using _ = server;
    const team = alerts.channel("team", webhookTo(server.url));
    for (const account of ["name:a", "name:b", "name:c"])
      await world.fail({ cause: "billing", account, atMs: world.nowMs });
    await alerts.pass(75 * HOUR - 1, team);
    expect(delivered).toEqual([]);
    expect((await outbox.list()).map(({ state }) => state)).toEqual(["waiting", "waiting", "waiting"]);
    await alerts.pass(20 * MINUTE, team);
    const told = (await outbox.list()).toReversed();
    expect(told.map(({ kind, state, error }) => [kind, state, error])).toEqual(
      Array(3).fill(["open", "sent", null]),
    );
    expect(delivered).toEqual(told.map(({ id }) => id));
    // Of one channel one message is tried at a time: the others had their turns when the first had failed five times, and it was tried on.
    const came = Map.groupBy(server.received, ({ headers }) => String(headers["webhook-id"]));
    expect([...came.keys()]).toEqual(delivered);
    const [first, ...others] = [...came.values()];
    expect(others.map((own) => own.length)).toEqual([6, 6]);
    expect(first?.length).toBeGreaterThan(75 * 3);
    for (const own of came.values()) expect(new Set(own.map(({ body }) => body)).size).toBe(1);
    await alerts.pass(2 * HOUR, team);
    expect(delivered).toHaveLength(3);
  });

  test("for 90 hours gets nothing by itself any more, where nobody is reminded; the reason can be seen, and retry sends what there was", async () => {
    const rules = { ...RULES, groupWaitMs: 0, repeatMs: null, remindMs: null };
    await using alerts = await makeAlerts({ rules });
    const { world, outbox, tries } = alerts;
    const { server, delivered } = await serveFrom(START + 90 * HOUR, () => world.nowMs);
    await using _ = server;
    const team = alerts.channel("team", webhookTo(server.url));
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await alerts.pass(82 * HOUR, team);
    const [dead] = await outbox.list({ open: true });
    expect(dead).toMatchObject({
      state: "dead",
      error: expect.stringMatching(/^given up after 80 h: (?:HTTP|the request failed)/),
    });
    expect((dead?.ended_ms ?? 0) - START).toBeGreaterThanOrEqual(80 * HOUR);
    const seen = server.received.length;
    await alerts.pass(10 * HOUR, team);
    expect([server.received.length, delivered]).toEqual([seen, []]);
    expect(await outbox.retry({ ids: [dead?.id ?? ""] })).toBe(1);
    await alerts.pass(MINUTE, team);
    expect(delivered).toEqual([dead?.id]);
    expect(tries.at(-1)?.message).toEqual(tries[0]?.message);
    expect(await outbox.list()).toMatchObject([{ id: dead?.id, state: "sent", error: null }]);
  });

  test("at all 80 hours is asked no later than Standard Webhooks would, and less than five times an hour", async () => {
    await using alerts = await makeAlerts();
    const { world } = alerts;
    const at: number[] = [];
    await using server = await serve((response) => {
      at.push(world.nowMs - START);
      response.writeHead(500).end();
    });
    const team = alerts.channel("team", webhookTo(server.url));
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await alerts.pass(85 * HOUR, team);
    expect(at[0]).toBe(0);
    let latestMs = 0;
    for (const [index, pauseMs] of STANDARD_MS.entries()) {
      latestMs += pauseMs * (1 + STANDARD_JITTER);
      if (latestMs < 80 * HOUR) expect(at[index + 1]).toBeLessThanOrEqual(latestMs);
    }
    expect(at.length).toBeLessThan(80 * 5);
    expect(at.at(-1)).toBeGreaterThanOrEqual(80 * HOUR);
  });

  test.each([
    ["the least", 0, 0.8],
    ["the most", 1 - Number.EPSILON, 1.2],
  ])("is not asked at the same instants by all: %s of the jitter", async (_what, share, factor) => {
    await using alerts = await makeAlerts({ random: () => share });
    const { world } = alerts;
    const at: number[] = [];
    const port = await closedPort();
    const down = alerts.channel("team", webhookTo(`http://127.0.0.1:${port}/hook`));
    const team: SendingChannel = {
      ...down,
      send(message, signal) {
        at.push(world.nowMs);
        return down.send(message, signal);
      },
    };
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await alerts.pass(2 * HOUR, team);
    const gaps = at.slice(1).map((each, index) => each - (at[index] ?? 0));
    const pauses = [5, 30, 120, 300, 600, 900, 900].map((seconds) => seconds * SECOND * factor);
    for (const [index, pause] of pauses.entries()) expect(gaps[index]).toBeCloseTo(pause, -1);
  });
});

describe("a receiver that says when", () => {
  const dateIn = (ms: number): string => new Date(START + ms).toUTCString();

  test.each<[status: number, retryAfter: string, gapMs: number]>([
    [429, "600", 10 * MINUTE],
    [503, "7200", 2 * HOUR],
    [503, dateIn(3 * HOUR), 3 * HOUR],
    [429, "1", 5 * SECOND], // no sooner than we would
    [429, dateIn(-HOUR), 5 * SECOND],
    [429, "172800", 24 * HOUR],
    [429, "1e9", 5 * SECOND],
    [429, "0x10", 5 * SECOND],
  ])("%d with retry-after %s", async (status, retryAfter, gapMs) => {
    await using alerts = await makeAlerts();
    const { world } = alerts;
    const at: number[] = [];
    await using server = await serve((response) => {
      at.push(world.nowMs);
      if (at.length > 1) response.end();
      else response.writeHead(status, { "retry-after": retryAfter }).end();
    });
    const team = alerts.channel("team", webhookTo(server.url));
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await alerts.pass(30 * HOUR, team);
    expect(at).toEqual([START, START + gapMs]);
  });
});

describe("a message that tries a channel", () => {
  test.each<[what: string, respond: Respond, why: string]>([
    ["a failure", (response) => response.writeHead(500).end(), "HTTP 500"],
    ["a limit", (response) => response.writeHead(429, { "retry-after": "60" }).end(), "HTTP 429"],
    ["a reset", (_response, _received, socket) => socket.resetAndDestroy(), "the request failed: ECONNRESET"],
    ["silence", () => {}, "no answer in time"],
  ])("is not told any more after %s, while what really happened is", async (_what, respond, why) => {
    await using alerts = await makeAlerts();
    const { world, outbox } = alerts;
    let isDown = true;
    await using server = await serve((response, received, socket) => {
      if (isDown) respond(response, received, socket);
      else response.end();
    });
    const team = alerts.channel("team", webhookTo(server.url), { timeoutMs: 500 });
    const id = await outbox.addTest("team");
    await alerts.drain([team]);
    expect(await outbox.list()).toMatchObject([{ id, state: "dead", error: why, attempts: 1 }]);
    await world.fail({ cause: "billing", atMs: world.nowMs });
    await alerts.pass(MINUTE, team);
    isDown = false;
    await alerts.pass(80 * HOUR, team);
    const kinds = server.received.map(({ body }) => JSON.parse(body).type);
    expect(kinds.filter((kind) => kind === "alerts.test")).toHaveLength(1);
    expect(kinds.at(-1)).toMatch(/^incident\./);
    expect(await outbox.list()).toContainEqual(expect.objectContaining({ kind: "open", state: "sent" }));
  });

  test("is sent anew by who asks for it", async () => {
    await using alerts = await makeAlerts();
    const { outbox } = alerts;
    let status = 500;
    await using server = await serve((response) => response.writeHead(status).end());
    const team = alerts.channel("team", webhookTo(server.url));
    const id = await outbox.addTest("team");
    await alerts.drain([team]);
    status = 200;
    expect(await outbox.retry({ ids: [id] })).toBe(1);
    await alerts.drain([team]);
    expect(await outbox.list()).toMatchObject([{ id, state: "sent", attempts: 2 }]);
  });
});
