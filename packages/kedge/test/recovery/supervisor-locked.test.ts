/** A ledger that somebody else holds for longer than one write waits for it: the attempt goes on, and ends as it would have. */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { inFull, needs } from "../support/requires.ts";
import { inParallel, makeSupervisorWorld } from "./supervisor-world.ts";

/** Of one session that fails twice: from when on nobody can write. */
const MOMENTS = [
  { name: "event progress", nth: 1 },
  { name: "git.run", nth: 2 },
  ...inFull({
    normal: [],
    full: [
      { name: "queue.claim", nth: 1 },
      { name: "governor.started", nth: 2 },
      { name: "queue.requeue", nth: 1 },
      { name: "governor.refused", nth: 2 },
      { name: "queue.finish", nth: 1 },
    ],
  }),
];

/** Longer than a write tries by itself. */
const HELD_MS = 8_000;

test("held by another process for eight seconds", { timeout: 300_000 }, async (context) => {
  // `flock` comes with it.
  needs(context, "setsid");
  await inParallel(MOMENTS, async (at) => {
    const world = await makeSupervisorWorld({ items: ["a"], isBatch: false });
    // It is stopped for the moment that it takes to get hold of the ledger.
    const driver = world.start(world.plan({ end: { at, signal: "SIGSTOP" } }));
    await driver.stopped();
    const other = new DatabaseSync(join(world.stateDir, "ledger.sqlite"), { timeout: 5_000 });
    other.exec("BEGIN EXCLUSIVE");
    await driver.goOn();
    await sleep(HELD_MS);
    other.exec("COMMIT");
    other.close();
    const { code, lines, stderr } = await driver.ended;
    expect([at, code, lines.at(-1)], stderr).toEqual([at, 0, expect.objectContaining({ end: "over" })]);
    await world.check();
    await using queue = await openSqliteQueue({
      ...{ stateDir: world.stateDir, redactor: createRedactor(), now: Date.now },
    });
    const [key = ""] = world.keys;
    // Nobody died of it, and nothing was done again.
    const attempts = await queue.attempts(key);
    expect([at, attempts.map(({ outcome }) => outcome)]).toEqual([at, ["requeued", "requeued", "done"]]);
    for (const { failureId } of attempts.slice(0, 2))
      expect([at, failureId]).toEqual([at, expect.any(String)]);
    await world.close();
  });
});
