import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { SWEEP_EVERY_MS, TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { EXTEND_EVERY_MS, JOB_LEASE_MS } from "../../src/recovery/queue/job-runner.ts";
import { MAX_STEP_MS } from "../../src/recovery/queue/queue-clock.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { testConformance } from "./queue-conformance.ts";
import { claim, drain, job, makeSqliteWorld } from "./queue-world.ts";

testConformance("SQLite", makeSqliteWorld);

test("the constants keep their promises to each other", () => {
  // The queue's time may be a step behind when a lease is given, a step too far with each sweep that comes late.
  expect(JOB_LEASE_MS - MAX_STEP_MS).toBeGreaterThan(2 * EXTEND_EVERY_MS);
  expect(JOB_LEASE_MS + 2 * MAX_STEP_MS).toBeLessThanOrEqual(TAKEOVER_MS);
  expect(SWEEP_EVERY_MS).toBeLessThan(MAX_STEP_MS);
});

test("writes beside a ledger that is open in the same process, whose transactions wait for one another", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  await using queue = await openSqliteQueue({
    stateDir: world.stateDir,
    redactor: createRedactor(),
    now: () => world.now,
  });
  const evidence = {
    witness: "result",
    agent: "claude-code",
    kind: "server_error",
    seenAtMs: world.now,
  } as const;
  const record = (round: number) =>
    ledger.record(
      Array.from({ length: 50 }, (_, at) => ({
        ...{ id: `w-${round}-${at}`, session: { projectDir: "/work/shop" } },
        evidence: { ...evidence, atMs: world.now + at, sessionId: `s-${round}-${at}` },
      })),
    );
  const beganAt = performance.now();
  for (let round = 0; round < 20; round++) {
    const work = [
      record(round),
      queue.add([job()]),
      queue.sweep(),
      Promise.resolve().then(() => queue.add([job()])),
    ];
    await Promise.all(work);
  }
  // One that waited for the other would have waited 5 s each time, and failed.
  expect(performance.now() - beganAt).toBeLessThan(5_000);
  expect(await drain(queue)).toHaveLength(40);
  expect((await ledger.failures({ limit: 2_000 })).failures).toHaveLength(1_000);
});

test("a database that another process keeps to itself is waited for, and then told of", async () => {
  const world = makeSqliteWorld();
  await using queue = await world.open();
  const other = new DatabaseSync(`${world.stateDir}/ledger.sqlite`);
  other.exec("BEGIN IMMEDIATE");
  const added = queue.add([job({ key: "k" })]);
  setTimeout(() => other.exec("COMMIT"), 200);
  expect(await added).toEqual([{ key: "k", isNew: true }]);
  other.exec("BEGIN IMMEDIATE");
  await expect(queue.sweep()).rejects.toMatchObject({ code: "LEDGER_NOT_USABLE" });
  expect(await queue.get("k")).toMatchObject({ state: "queued" });
  other.exec("ROLLBACK");
  other.close();
}, 30_000);

test("the file itself refuses what may not be, whoever writes", async () => {
  const world = makeSqliteWorld();
  await using queue = await world.open();
  await queue.add([job({ key: "a", sessionKey: "s" }), job({ key: "b", sessionKey: "s" })]);
  await claim(queue);
  const raw = new DatabaseSync(`${world.stateDir}/ledger.sqlite`);
  const wrong = [
    "state = 'running', holder = 'x', lease_queue_ms = 1", // another of its session runs
    "state = 'new'",
    "state = 'running'",
    "state = 'done'",
    "due_ms = NULL, due_queue_ms = NULL",
    "state = 'parked', due_ms = NULL, due_queue_ms = NULL",
  ];
  for (const set of wrong)
    expect(() => raw.exec(`UPDATE job SET ${set} WHERE key = 'b'`), set).toThrow(/constraint failed/);
  raw.close();
});

test("finds the next job by an index, among many that wait", async () => {
  const world = makeSqliteWorld();
  await using queue = await world.open();
  await queue.add([job()]);
  const raw = new DatabaseSync(`${world.stateDir}/ledger.sqlite`);
  const plan = raw
    .prepare(
      `EXPLAIN QUERY PLAN SELECT next.seq FROM job AS next WHERE next.state IN ('queued', 'parked')
       AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.session_key = next.session_key AND other.state = 'running')
       ORDER BY next.priority DESC, next.due_ms, next.seq LIMIT 1`,
    )
    .all()
    .map(({ detail }) => String(detail));
  raw.close();
  expect(plan.join("\n")).toMatch(/job_waiting[\s\S]*job_running/);
  expect(plan.join("\n")).not.toContain("TEMP B-TREE");
});
