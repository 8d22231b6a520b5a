/** Many failures at once, through the real spool, ingester and ledger, and told to a real receiver: few messages that say all. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createChildProcesses } from "../../src/platform/index.ts";
import { openOutbox } from "../../src/recovery/alerts/outbox.ts";
import { drainAlerts } from "../../src/recovery/alerts/sender.ts";
import { createChannel } from "../../src/recovery/channels/open-channels.ts";
import { openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import { openLedger } from "../../src/recovery/ledger/ledger.ts";
import { createZone, type Zone } from "../../src/recovery/reset-zone.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { serve } from "../support/http-server.ts";
import { createRandom, fuzzSeed, type Random } from "../support/random.ts";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { inFull } from "../support/requires.ts";
import { webhookTo } from "./channel-world.ts";
import { HOUR, MINUTE, RULES, SECOND, START } from "./incident-world.ts";
import { endInput, leaveAt, makeIngester, rowsOf, startInput } from "./spool-world.ts";

const TEXT = "You've hit your session limit · resets 3pm (UTC)";
const zone = createZone("UTC") as Zone;

const idOf = (session: number): string => {
  const hex = createHash("md5").update(String(session)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};
const limit = (session: number): object =>
  failureInput({ session_id: idOf(session), prompt_id: idOf(session + 0.5), last_assistant_message: TEXT });

/** All that tells people of failures, by a clock that the test moves; whoever is told is an HTTP server. */
async function makeAlarm() {
  const world = makeRecovery();
  world.now = START;
  const now = (): number => world.now;
  const { stateDir, homeDir } = world;
  await using opened = new AsyncDisposableStack();
  const receiver = opened.use(
    await serve((response) => {
      response.writeHead(204).end();
    }),
  );
  const redactor = createRedactor();
  const ledger = opened.use(
    await openLedger({ stateDir, redactor, now, zone: "UTC", alertRules: async () => RULES }),
  );
  const ingester = await makeIngester(world, ledger, { accountOf: async () => "name:a" });
  const book = opened.use(await openIncidentBook({ stateDir, rules: RULES, now }));
  const outbox = opened.use(
    await openOutbox({ stateDir, rules: RULES, moment: { now, zone }, holder: "h", random: () => 0.5 }),
  );
  const children = opened.use(createChildProcesses());
  const rule = webhookTo(`http://127.0.0.1:${receiver.port}/hook`);
  const channel = {
    ...createChannel("team", rule, { env: {}, homeDir, now, children, redactor }),
    rule: "r1",
  };
  const all = opened.move();
  return {
    ...{ world, ledger, ingester, book },
    /** Sweeps, and sends what is due. */
    async tell(): Promise<void> {
      await outbox.sweep();
      await drainAlerts({ outbox, channels: [channel], withinMs: 30_000 });
    },
    /** What the receiver got: its kind, its id, and how many sessions it says. */
    told: () =>
      receiver.received.map(({ body, headers }) => {
        const { type, data } = JSON.parse(body);
        return { type, id: headers["webhook-id"], title: data.title, sessions: data.incident.sessions };
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

describe("a flood of failures of one cause", () => {
  test("ten thousand in a minute are one alert, one update and one all-clear", {
    timeout: 300_000,
  }, async () => {
    await using alarm = await makeAlarm();
    const { world, ingester, book } = alarm;
    let session = 0;
    for (let second = 0; second < 60; second++) {
      world.now = START + second * SECOND;
      const until = Math.round(((second + 1) * 10_000) / 60);
      for (; session < until; session++) leaveAt(world, world.now, `${session}-a`, "failure", limit(session));
      await ingester.drain();
      await alarm.tell();
    }
    expect(session).toBe(10_000);
    for (let minute = 1; minute <= 120; minute++) {
      world.now = START + minute * MINUTE;
      await alarm.tell();
    }
    expect(await book.list()).toMatchObject([
      {
        cause: "plan_window",
        failures: 10_000,
        sessions: 10_000,
        isOpen: true,
        untilMs: START + 3 * HOUR + MINUTE,
      },
    ]);
    world.now += 2 * HOUR;
    const proof = { agent: "claude-code", sessionId: idOf(1), account: "name:a" };
    await book.prove({ ...proof, sinceMs: world.now, atMs: world.now });
    await alarm.tell();
    const told = alarm.told();
    expect(told.map(({ type }) => type)).toEqual([
      "incident.opened",
      "incident.updated",
      "incident.resolved",
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(3);
    expect(told[0]?.sessions).toBeGreaterThan(4_000);
    expect(told[1]?.title).toBe("Still: 5-hour limit used up on account a: 10,000 sessions stopped");
    expect(told[2]?.sessions).toBe(10_000);
  });

  test("forty sessions that hit one limit are one incident, and one alert that says forty", async () => {
    await using alarm = await makeAlarm();
    const { world, ingester, book } = alarm;
    for (let session = 0; session < 40; session++) {
      world.now = START + session * 250;
      leaveAt(world, world.now, `${session}-a`, "failure", limit(session));
      await ingester.drain();
      await alarm.tell();
    }
    for (; world.now < START + 2 * HOUR; world.now += MINUTE) await alarm.tell();
    expect(await book.list()).toMatchObject([{ failures: 40, sessions: 40 }]);
    expect(alarm.told()).toMatchObject([
      {
        type: "incident.opened",
        title: "5-hour limit used up on account a: 40 sessions stopped",
        sessions: 40,
      },
    ]);
  });
});

describe("what is heard several times, in any order", () => {
  /** A start, a failure and an end of each of a few sessions; two of them fail twice, and one for another reason. */
  const EVENTS = Array.from({ length: 6 }, (_, session) => {
    const atMs = START + session * SECOND;
    const input = session === 5 ? { error: "model_not_found", last_assistant_message: "No such model" } : {};
    const failure = { ...limit(session), ...input };
    const again = { ...failure, prompt_id: idOf(session + 0.25) };
    return [
      { witness: "start", atMs, input: startInput(idOf(session)) },
      { witness: "failure", atMs: atMs + 2 * SECOND, input: failure },
      ...(session < 2 ? [{ witness: "failure", atMs: atMs + 9 * SECOND, input: again }] : []),
      { witness: "end", atMs: atMs + 12 * SECOND, input: endInput(idOf(session)) },
    ];
  }).flat();

  /** Ids are made anew each time; nothing else may differ. */
  async function finalState(order: readonly (typeof EVENTS)[number][], random: Random) {
    await using alarm = await makeAlarm();
    const { world, ingester } = alarm;
    // Nothing is heard of before it happened.
    world.now = START + 20 * SECOND;
    for (const [at, { witness, atMs, input }] of order.entries()) {
      leaveAt(world, atMs, `${at}-a`, witness, input);
      if (!random.chance(0.2)) continue;
      await ingester.drain();
      await alarm.tell();
    }
    await ingester.drain();
    for (const endMs = world.now + 20 * MINUTE; world.now < endMs; world.now += MINUTE) await alarm.tell();
    const told = alarm.told();
    return {
      failures: rowsOf(
        world,
        "SELECT session_id, at_ms, cause, account FROM failure ORDER BY session_id, at_ms",
      ),
      incidents: rowsOf(
        world,
        `SELECT key, failures, sessions, recovered, severity, owner, opened_ms, last_ms, until_ms, ends_ms, project
           FROM incident WHERE resolved_ms IS NULL ORDER BY key`,
      ),
      sessions: rowsOf(
        world,
        "SELECT session_id, first_ms, last_ms FROM incident_session ORDER BY session_id",
      ),
      told: told.map(({ type, title }) => `${type} ${title}`).toSorted(),
    };
  }

  test("ends in the same state, with one alert of each incident", {
    timeout: inFull({ normal: 120_000, full: 900_000 }),
  }, async () => {
    const random = createRandom(fuzzSeed);
    const wanted = await finalState(EVENTS, random);
    expect(wanted.told).toEqual([
      "incident.opened 5-hour limit used up on account a: 5 sessions stopped",
      "incident.opened Unknown model in shop: 1 session stopped",
    ]);
    expect(wanted.failures).toHaveLength(8);
    for (let run = 0; run < inFull({ normal: 12, full: 200 }); run++) {
      const order = EVENTS.flatMap((event) => Array.from({ length: 1 + random.below(10) }, () => event));
      for (let at = order.length - 1; at > 0; at--) {
        const other = random.below(at + 1);
        [order[at], order[other]] = [
          order[other] as (typeof EVENTS)[number],
          order[at] as (typeof EVENTS)[number],
        ];
      }
      expect(await finalState(order, random), `order ${run} of seed ${fuzzSeed}`).toEqual(wanted);
    }
  });
});
