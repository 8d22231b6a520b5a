/** `kedge run` that is killed or stopped while its agent works, and `kedge resume` that goes on. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { needs } from "../support/requires.ts";
import type { Driver } from "./supervisor-driver.ts";
import { makeSupervisorWorld, type SupervisorWorld } from "./supervisor-world.ts";

/** Begins a run, and waits until the tool of its session works. */
async function beginRun(world: SupervisorWorld) {
  const [argv = []] = world.argv;
  const args = ["run", "--json", "--key", world.id, "--policy", world.policyFile, "--", ...argv];
  const run = world.kedge(args, { cwd: join(world.folder, "a") });
  await run.until("progress");
  const work = join(world.folder, "a/work");
  while (!existsSync(work) || readFileSync(work, "utf8") === "") await sleep(20);
  return run;
}

/** Stops a run between two writes: who stops it within one keeps everybody from the ledger until it goes on, as SQLite has it. */
async function stopBetweenWrites(run: Driver, { stateDir }: SupervisorWorld): Promise<void> {
  for (;;) {
    run.kill("SIGSTOP");
    await sleep(50);
    const database = new DatabaseSync(join(stateDir, "ledger.sqlite"), { timeout: 500 });
    try {
      database.exec("BEGIN IMMEDIATE; ROLLBACK");
      return;
    } catch {
      // It holds the ledger: it gets on, and is stopped once more.
      await run.goOn();
    } finally {
      database.close();
    }
  }
}

async function attemptsOf(world: SupervisorWorld) {
  await using queue = await openSqliteQueue({
    ...{ stateDir: world.stateDir, redactor: createRedactor(), now: Date.now },
  });
  return queue.attempts(`run-${world.id}`);
}

test("killed: its agent is ended, and the same session goes on", { timeout: 120_000 }, async (context) => {
  // `flock` comes with it.
  needs(context, "setsid");
  const world = await makeSupervisorWorld({ items: ["a"], isBatch: false, workS: 20 });
  const run = await beginRun(world);
  const orphans = world.agents();
  expect(orphans.length).toBeGreaterThan(1);
  run.kill("SIGKILL");
  expect((await run.ended).code).toBeNull();
  world.work("a", 0.1);
  const resumed = await world.kedge(["resume", world.id, "--json"]).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout).toContain("Done: a, and every word of it.");
  const notices = resumed.lines.filter(({ type }) => type === "notice").map(({ words }) => words);
  expect(notices).toEqual([
    expect.stringMatching(/^Ended [1-9]\d* processes that the attempt before had left\.$/),
  ]);
  expect(orphans.filter((pid) => world.agents().includes(pid))).toEqual([]);
  const attempts = await attemptsOf(world);
  expect(attempts.map(({ outcome }) => outcome)).toEqual(["requeued", "requeued", "died", "done"]);
  expect(new Set(attempts.map(({ sessionId }) => sessionId)).size).toBe(1);
  const [died, done] = attempts.slice(-2);
  const tookMs = (done?.startedMs ?? 0) - (died?.endedMs ?? 0);
  process.stdout.write(
    `taken over ${tookMs} ms after its lease had run out, of ${TAKEOVER_MS} ms from its death on\n`,
  );
  await world.check([`run-${world.id}`]);
});

test("stopped for longer than its lease: both end well, with the same answer", {
  timeout: 120_000,
}, async (context) => {
  // `flock` comes with it.
  needs(context, "setsid");
  const world = await makeSupervisorWorld({ items: ["a"], isBatch: false, workS: 20 });
  const run = await beginRun(world);
  await stopBetweenWrites(run, world);
  world.work("a", 0.1);
  const resumed = await world.kedge(["resume", world.id, "--json"]).ended;
  await run.goOn();
  const woken = await run.ended;
  for (const end of [resumed, woken]) {
    expect(end.code, end.stderr).toBe(0);
    expect(end.stdout).toContain("Done: a, and every word of it.");
  }
  expect(woken.lines.filter(({ type }) => type === "lost")).toHaveLength(1);
  expect((await attemptsOf(world)).map(({ outcome }) => outcome)).toEqual([
    "requeued",
    "requeued",
    "died",
    "done",
  ]);
  await world.check([`run-${world.id}`]);
});
