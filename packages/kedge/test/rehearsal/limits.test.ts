/** Rows of the matrix: the limits of a plan, for one session, for eight of one account, and for a week; and a session that falls silent. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import type { GovernorSnapshot } from "../../src/recovery/governor/governor-api.ts";
import type { SharedGovernor } from "../../src/recovery/governor/shared-governor-api.ts";
import { readSnapshot } from "../../src/recovery/governor/snapshot.ts";
import { openQueueDatabase } from "../../src/recovery/queue/queue-database.ts";
import { AGENT } from "../recovery/supervise-room.ts";
import { makeSupervise, QUICK, type SuperviseWorld, until } from "../recovery/supervise-world.ts";
import { inFull } from "../support/requires.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const TOOL = { command: "echo ran >> log.txt" };
const WITH_TOOLS = ["--permission-mode", "bypassPermissions"];

/**
 * A governor of which it is written down when it let sessions in, by its own clock: on a busy machine processes begin as long after that as
 * they like, and their starts say nothing of it.
 */
async function watchAdmissions({ ports, stateDir }: SuperviseWorld) {
  const admissions = new Map<string, number>();
  const governor: SharedGovernor = {
    ...ports.governor,
    async ask(ask) {
      const answer = await ports.governor.ask(ask);
      if (!answer.ok) return answer;
      const database = await openQueueDatabase(stateDir);
      const [row] = await database.read(({ build, run }) =>
        run(build.selectFrom("governor").select("state").where("account", "=", ask.account)),
      );
      database.close();
      const snapshot: GovernorSnapshot = JSON.parse(row?.state ?? "null");
      const admitted = readSnapshot(snapshot).get(ask.account)?.sessions.get(ask.sessionId);
      admissions.set(ask.sessionId, admitted?.atMs ?? Number.NaN);
      return answer;
    },
  };
  return { governor, admissions };
}

describe.concurrent("limits and silence", () => {
  test("a session that meets its plan's limit is parked once, charged nothing, and goes on after the reset", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const windows = [{ name: "five_hour", duration_ms: 5 * HOUR_MS, requests: 1 }];
    await using world = await makeSupervise(
      {
        limits: [{ key: "*", windows }],
        replies: [{ tool: "Bash", input: TOOL }, { text: "After it." }],
      },
      { policy: QUICK },
    );
    const key = world.key("one");
    const { queue } = world.ports;
    await world.add({ key, argv: [...AGENT, ...WITH_TOOLS] });
    const isOver = world.supervise();
    await until(async () => (await queue.get(key))?.state === "parked");
    const [first] = world.requests();
    const resetMs = (first?.atMs ?? 0) + 5 * HOUR_MS;
    const { dueMs, attempts } = (await queue.get(key)) ?? {};
    expect(attempts).toBe(0);
    // A plan's own agent goes on first: 60 to 120 s, and headers are whole seconds.
    expect(dueMs).toBeGreaterThanOrEqual(resetMs + MINUTE_MS - 1_000);
    expect(dueMs).toBeLessThanOrEqual(resetMs + 2 * MINUTE_MS + 1_000);
    world.pass(5 * HOUR_MS + 3 * MINUTE_MS);
    expect(await isOver).toBe("over");
    expect(world.requests().map(({ status }) => status)).toEqual([200, 429, 200]);
    expect(world.requests().at(-1)?.atMs).toBeGreaterThanOrEqual(resetMs);
    expect(world.eventsOf("started").map(({ isCanary, isResumed }) => [isCanary, isResumed])).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(world.eventsOf("failed")).toHaveLength(1);
  });

  test("many sessions of one account: none before the reset, then one alone, then the others one after another", {
    timeout: inFull({ normal: 120_000, full: 600_000 }),
  }, async ({ expect }) => {
    const count = inFull({ normal: 8, full: 40 });
    const half = count / 2;
    const windows = [{ name: "five_hour", duration_ms: 5 * HOUR_MS, requests: half }];
    await using world = await makeSupervise({ limits: [{ key: "*", windows }] }, { policy: QUICK });
    const { queue } = world.ports;
    const keys = Array.from({ length: count }, (_, at) => world.key(`s${at}`));
    await world.add(...keys.map((key) => ({ key })));
    let isWoken = false;
    const { governor, admissions } = await watchAdmissions(world);
    const isOver = world.supervise(
      {
        concurrency: 8,
        // What an account carries is learnt: starts are seconds apart then, which need not be waited for.
        onStanding: () => isWoken && world.pass(1_000),
      },
      { governor },
    );
    await until(async () => {
      const { states } = await queue.stats();
      return states.done === half && states.running === 0 && states.parked > 0;
    });
    const before = world.requests();
    const resetMs = (before[0]?.atMs ?? 0) + 5 * HOUR_MS;
    const started = world.eventsOf("started").length;
    isWoken = true;
    world.pass(5 * HOUR_MS + 3 * MINUTE_MS);
    expect(await isOver).toBe("over");

    const later = world.requests().slice(before.length);
    for (const { atMs } of later) expect(atMs).toBeGreaterThanOrEqual(resetMs);
    expect(later.map(({ status }) => status)).toEqual(Array(half).fill(200));
    const woken = world.eventsOf("started").slice(started);
    expect(woken.map(({ isCanary }) => isCanary)).toEqual([true, ...Array(half - 1).fill(false)]);
    const [canary] = woken;
    const proof = world.eventsOf("progress").find(({ key, atMs }) => key === canary?.key && atMs >= resetMs);
    for (const each of woken.slice(1)) expect(each.atMs).toBeGreaterThanOrEqual(proof?.atMs ?? Infinity);
    // Two starts may have been saved up; of three in a row the last waits. Half of what was ever answered may be started, in 5 s at the least.
    const admitted = [...admissions.values()].filter((atMs) => atMs >= resetMs).toSorted((a, b) => a - b);
    expect(admitted).toHaveLength(half);
    const apart = admitted.slice(2).map((atMs, at) => atMs - (admitted[at] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThan((0.9 * 2 * 5_000) / half);
    for (const key of keys) expect((await queue.get(key))?.attempts).toBe(1);
  });

  test("a weekly limit: parked for days, and nobody who asks again in between wakes anything", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const windows = [{ name: "seven_day", duration_ms: 72 * HOUR_MS, requests: 1 }];
    await using world = await makeSupervise({ limits: [{ key: "*", windows }] }, { policy: QUICK });
    const keys = ["a", "b"].map(world.key);
    await world.add(...keys.map((key) => ({ key })));
    const look = () => world.supervise({ concurrency: 1, patienceMs: MINUTE_MS });
    expect(await look()).toBe("waiting");
    const { events } = world;
    const heard = events.length;
    expect(world.requests().map(({ status }) => status)).toEqual([200, 429]);
    for (let hour = 0; hour < 70; hour += 10) {
      world.pass(10 * HOUR_MS);
      expect(await look()).toBe("waiting");
    }
    expect(world.requests()).toHaveLength(2);
    expect(events.slice(heard)).toEqual([]);
    world.pass(3 * HOUR_MS);
    expect(await look()).toBe("over");
    expect(world.requests().map(({ status }) => status)).toEqual([200, 429, 200]);
  });

  test("a session that falls silent is ended, and goes on without running its tool again", {
    timeout: 90_000,
  }, async ({ expect }) => {
    await using world = await makeSupervise(
      { replies: [{ tool: "Bash", input: TOOL }, { connection: "hang" }, { text: "Awake." }] },
      { policy: QUICK },
    );
    const key = world.key("silent");
    await world.add({ key, argv: [...AGENT, ...WITH_TOOLS] });
    // A minute is the least that a file may say.
    const policy = { ...world.ports.policy, stallAfterMs: 6_000 };
    expect(await world.supervise({}, { policy })).toBe("over");
    expect(world.eventsOf("failed").map(({ verdict }) => verdict.cause)).toEqual(["stall"]);
    expect(world.requests().map(({ outcome }) => outcome)).toEqual([
      "answered",
      "closed_by_client",
      "answered",
    ]);
    const sent = JSON.stringify(world.requests().at(-1)?.body);
    expect(sent.match(/echo ran >> log.txt/g)).toHaveLength(1);
    expect(readFileSync(join(world.project, "log.txt"), "utf8")).toBe("ran\n");
  });
});
