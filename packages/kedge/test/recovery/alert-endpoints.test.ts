/** Good receivers beside bad ones, through the real outbox and in real time: who does the worst harms nobody but itself. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { expect, test } from "vitest";
import { type SendingChannel, sendAlerts } from "../../src/recovery/alerts/sender.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { serve } from "../support/http-server.ts";
import { type BadReceiver, MISDEED_NAMES, type MisdeedName, misbehave } from "./alert-receivers.ts";
import { makeAlerts } from "./alert-world.ts";
import { webhookTo } from "./channel-world.ts";
import { RULES } from "./incident-world.ts";

const MESSAGES = 200;
/** Of these, so many go to everybody. */
const TO_ALL = 5;
/** A try ends within this, ms, whatever a receiver does. */
const TRY_MS = 15_000;
const MIB = 1_048_576;

const LATE = "no answer in time";
/** What the first try of each comes to. */
const FIRST: Readonly<Record<MisdeedName, Delivery["outcome"] | RegExp>> = {
  silent: new RegExp(LATE),
  "slow head": new RegExp(LATE),
  "slow drip": "delivered",
  "hung body": "delivered",
  "1 GB": "delivered",
  "1 GB of failure": /^HTTP 500$/,
  "1 GB of head": /HPE_HEADER_OVERFLOW/,
  "too many": /^HTTP 429$/,
  gone: "gone",
  broken: /^HTTP 500$/,
  "moved, 301": /^HTTP 301: a redirect, which is never followed$/,
  "moved, 302": /^HTTP 302: a redirect, which is never followed$/,
  "moved, 307": /^HTTP 307: a redirect, which is never followed$/,
  "no TLS": /^the request failed: /,
  "hung TLS": new RegExp(LATE),
  reset: /^the request failed: /,
  "half-closed": /^the request failed: /,
  "half a head": /^the request failed: /,
};

interface Try {
  readonly channel: string;
  readonly id: string;
  readonly tookMs: number;
  readonly delivery: Delivery;
}

test("200 messages arrive once each beside eighteen receivers that do their worst", async () => {
  const accounts = Array.from({ length: MESSAGES }, (_, at) => `name:a${at}`);
  const routes = [
    { accounts: accounts.slice(0, TO_ALL), channels: ["good", ...MISDEED_NAMES] },
    { channels: ["good"] },
  ];
  await using alerts = await makeAlerts({ rules: { ...RULES, groupWaitMs: 0, routes }, now: Date.now });
  const { world, outbox } = alerts;
  await using receivers = new AsyncDisposableStack();
  const trap = receivers.use(await serve((response) => response.end()));
  const good = receivers.use(await serve((response) => response.end()));
  const bad = new Map<string, BadReceiver>();
  for (const name of MISDEED_NAMES) bad.set(name, receivers.use(await misbehave(name, trap.url)));

  const tries: Try[] = [];
  const open = (name: string, url: string): SendingChannel => {
    const channel = alerts.channel(name, webhookTo(url));
    return {
      ...channel,
      async send(message, signal) {
        const startedAt = performance.now();
        const delivery = await channel.send(message, signal);
        tries.push({ channel: name, id: message.id, tookMs: performance.now() - startedAt, delivery });
        return delivery;
      },
    };
  };
  const channels = [open("good", good.url), ...[...bad].map(([name, { url }]) => open(name, url))];

  world.nowMs = Date.now();
  for (const account of accounts) await world.fail({ cause: "billing", account, atMs: world.nowMs });
  const stop = new AbortController();
  const lag = monitorEventLoopDelay();
  lag.enable();
  const sending = sendAlerts({ outbox, channels, signal: stop.signal });
  // Silent ones are the last whose first try ends.
  const missing = (): readonly string[] =>
    ["good", ...MISDEED_NAMES].filter((name) => {
      const least = name === "good" ? MESSAGES + 1 : FIRST[name as MisdeedName] === "delivered" ? TO_ALL : 1;
      return tries.filter(({ channel }) => channel === name).length < least;
    });
  await expect.poll(missing, { timeout: 60_000, interval: 100 }).toEqual([]);
  const ended = [...tries];
  stop.abort();
  await sending;
  lag.disable();

  const all = await outbox.list({ limit: 10_000 });
  const of = (name: string) => all.filter(({ channel }) => channel === name).toReversed();

  // Each once, at the first try, in the order in which it happened.
  const arrived = good.received.map(({ headers }) => String(headers["webhook-id"]));
  expect(arrived).toEqual(of("good").map(({ id }) => id));
  // And one more, which says that another channel is gone.
  expect(new Set(arrived).size).toBe(MESSAGES + 1);
  expect(of("good").every(({ state, attempts }) => state === "sent" && attempts === 1)).toBe(true);

  for (const name of MISDEED_NAMES) {
    const first = ended.find(({ channel }) => channel === name)?.delivery;
    const expected = FIRST[name];
    if (typeof expected === "string") expect([name, first?.outcome]).toEqual([name, expected]);
    else {
      expect([name, first?.outcome]).toEqual([name, "retry"]);
      expect(first && "why" in first ? first.why : "").toMatch(expected);
    }
    // Of what failed the first message is tried again, and nothing else goes before it.
    const told = of(name).map(({ state, attempts }) => [state, attempts > 0]);
    const rest = Array(TO_ALL - 1).fill(["waiting", false]);
    if (expected === "delivered") expect([name, told]).toEqual([name, Array(TO_ALL).fill(["sent", true])]);
    else expect([name, told]).toEqual([name, [[expected === "gone" ? "dead" : "waiting", true], ...rest]]);
    // Each try is one connection; one that was stopped may not have come to have one.
    const countOf = (all: readonly Try[]): number => all.filter(({ channel }) => channel === name).length;
    const connections = bad.get(name)?.connections ?? 0;
    expect([name, connections]).toEqual([
      name,
      expect.toSatisfy((count) => count >= countOf(ended) && count <= countOf(tries)),
    ]);
    if (name === "gone" || name === "too many") expect([name, connections]).toEqual([name, 1]);
    if (expected === "delivered") expect([name, connections]).toEqual([name, TO_ALL]);
  }

  expect(trap.connections).toBe(0);
  for (const { tookMs, channel } of tries)
    expect([channel, tookMs]).toEqual([channel, expect.toSatisfy((ms) => ms < TRY_MS + lag.max / 1e6)]);
  await receivers.disposeAsync();
  for (const { name, bytes, connections } of bad.values())
    expect([name, bytes]).toEqual([name, expect.toSatisfy((count) => count < connections * 64 * MIB)]);
}, 120_000);
