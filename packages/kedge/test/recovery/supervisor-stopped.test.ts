/** A supervisor that is stopped for longer than its lease, and wakes when another one has its job. */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSharedGovernor } from "../../src/recovery/index.ts";
import { inFull, needs } from "../support/requires.ts";
import type { Driver } from "./supervisor-driver.ts";
import { inParallel, LEAP_MS, makeSupervisorWorld, type SupervisorWorld } from "./supervisor-world.ts";

/** Of one session that fails twice: where its supervisor is stopped. */
const POINTS = {
  "before the first agent is there": { name: "files.readLaunch done", nth: 1 },
  "before an agent is there that goes on": { name: "files.readLaunch done", nth: 3 },
  "at the gate, before its mark is kept": { name: "queue.extend", nth: 1 },
  "at the gate, when its mark is kept": { name: "governor.started done", nth: 3 },
  "when the agent has begun": { name: "event started", nth: 3 },
  "while the agent works": { name: "event progress", nth: 1 },
  "when the agent has failed": { name: "git.run", nth: 2 },
  "when the agent has answered": { name: "git.run", nth: 4 },
  "before it says that all is done": { name: "queue.finish", nth: 1 },
} as const;

/** Where the old one wakes while the successor works, too; everywhere in the full run. */
const EARLY: readonly string[] = inFull({
  normal: ["at the gate, when its mark is kept", "while the agent works", "before it says that all is done"],
  full: Object.keys(POINTS),
});

const CASES = Object.entries(POINTS).flatMap(([where, at]) => [
  { where, at, isEarly: false },
  ...(EARLY.includes(where) ? [{ where, at, isEarly: true }] : []),
]);

/** Between what a supervisor does and what it says of it, at most. */
const SAYING_MS = 2_000;

/** Everything that is kept of jobs, attempts, accounts and failures. */
function stored({ stateDir }: SupervisorWorld): unknown {
  const database = new DatabaseSync(join(stateDir, "ledger.sqlite"), { readOnly: true });
  try {
    return ["job", "job_attempt", "governor", "failure", "witness"].map((table) =>
      database.prepare(`SELECT * FROM ${table}`).all(),
    );
  } finally {
    database.close();
  }
}

/** Places that are taken, while the successor works; null when it does not any more. */
async function placesTaken({ stateDir }: SupervisorWorld, successor: Driver): Promise<number | null> {
  await using governor = await openSharedGovernor({ stateDir, random: () => 0.5, now: Date.now });
  const [view] = await governor.views();
  // It gives its place back before it says that it has ended, which takes its time on a busy machine.
  if (view?.running === 0) await sleep(SAYING_MS);
  const last = successor.lines().at(-1)?.type;
  const isAtWork = last === "started" || last === "progress";
  return isAtWork ? (view?.running ?? 0) : null;
}

test("it writes nothing, says that it has lost the job, and comes to the same end", {
  timeout: 300_000,
}, async (context) => {
  // `flock` comes with it.
  needs(context, "setsid");
  let watched = 0;
  await inParallel(CASES, async ({ where, at, isEarly }) => {
    const world = await makeSupervisorWorld({ items: ["a"], isBatch: false, workS: isEarly ? 6 : 0.3 });
    const old = world.start(world.plan({ end: { at, signal: "SIGSTOP" } }));
    await old.stopped();
    const successor = world.start(world.plan({ leapsMs: LEAP_MS }));
    if (isEarly) {
      await successor.until("started");
      await old.goOn();
      await old.until("lost");
      // What it does last of all comes within this time, or is seen a second later: a test that looks too early sees less, and fails never.
      await sleep(200);
      const places = await placesTaken(world, successor);
      if (places !== null) {
        watched++;
        expect([where, places]).toEqual([where, 1]);
      }
    } else {
      await successor.ended;
      const before = stored(world);
      await old.goOn();
      await old.ended;
      expect([where, withoutTimes(stored(world))]).toEqual([where, withoutTimes(before)]);
    }
    const [first, second] = [await old.ended, await successor.ended];
    const said = (): string =>
      [...first.lines, { type: "SUCCESSOR" }, ...second.lines].map((line) => JSON.stringify(line)).join("\n");
    expect([where, isEarly, first.code, second.code], said()).toEqual([where, isEarly, 0, 0]);
    expect(
      first.lines.filter(({ type }) => type === "lost"),
      `${where} ${said()}`,
    ).toHaveLength(1);
    expect(first.lines.at(-1)).toMatchObject({ end: "over" });
    await world.check().catch((cause: unknown) => {
      throw new Error(`${where}, ${isEarly ? "early" : "late"}:\n${said()}`, { cause });
    });
    await world.close();
  });
  expect(watched).toBeGreaterThan(0);
});

/** Whoever looks at an account notes when it did. */
function withoutTimes(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/"changed_ms": \d+|\\"seenAtMs\\":\d+/g, "");
}
