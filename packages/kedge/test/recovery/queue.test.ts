import { DatabaseSync } from "node:sqlite";
import type { CompiledQuery } from "kysely";
import { describe, expect, test } from "vitest";
import type { Statements } from "../../src/recovery/ledger/statements.ts";
import { wakeOwnedJobs } from "../../src/recovery/queue/change-jobs.ts";
import { claimJob, readReady } from "../../src/recovery/queue/claim-job.ts";
import { forgetJobs } from "../../src/recovery/queue/forget-jobs.ts";
import { SWEEP_EVERY_MS, TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { EXTEND_EVERY_MS, JOB_LEASE_MS } from "../../src/recovery/queue/job-runner.ts";
import { MAX_STEP_MS } from "../../src/recovery/queue/queue-clock.ts";
import { openQueueDatabase } from "../../src/recovery/queue/queue-database.ts";
import { readRunning, readSpent } from "../../src/recovery/queue/read-jobs.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { sweepJobs } from "../../src/recovery/queue/sweep-jobs.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { testConformance } from "./queue-conformance.ts";
import { claim, drain, job, makeSqliteWorld, START_MS } from "./queue-world.ts";

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

describe("finds by an index, among many that wait or have ended", () => {
  const time = { nowMs: START_MS, queueMs: 0 };
  const closedAccounts = ["x", "y"];
  const claimOf = (wanted: object) => (statements: Statements) =>
    claimJob(statements, { holder: "w", wanted }, time);
  const ownedBy = (batch: string | null) => (statements: Statements) =>
    wakeOwnedJobs(statements, { owner: "o", batch }, { why: null, time });
  const works: readonly [string, RegExp, (statements: Statements) => unknown][] = [
    ["the next job", /SCAN next USING INDEX job_waiting\n.*job_running/s, claimOf({})],
    ["the next job of open accounts", /job_waiting\n.*job_running/s, claimOf({ closedAccounts })],
    [
      "a job by its key",
      /SEARCH next .*autoindex_job_1.*job_running/s,
      claimOf({ key: "k", closedAccounts }),
    ],
    ["a job by key and batch", /SEARCH next .*autoindex_job_1/, claimOf({ key: "k", batch: "b" })],
    [
      "the next of a batch",
      /SEARCH next .*job_waiting_batch.*job_running/s,
      claimOf({ batch: "b", closedAccounts }),
    ],
    [
      "what is ready",
      /SCAN next USING INDEX job_waiting\n.*job_running/s,
      (own) => readReady(own, { limit: 9 }, time),
    ],
    [
      "what is ready of a batch",
      /job_waiting_batch/,
      (own) => readReady(own, { limit: 9, batch: "b" }, time),
    ],
    ["holders that died", /USING INDEX job_running/, (own) => sweepJobs(own, time)],
    ["what runs", /USING INDEX job_running/, (own) => readRunning(own, { account: "a" })],
    [
      "what was spent",
      /job_attempt_cost.*INTEGER PRIMARY KEY/s,
      (own) => readSpent(own, { account: "a", sinceMs: 1 }),
    ],
    ["jobs of an owner", /job_owner/, ownedBy(null)],
    ["jobs of an owner in a batch", /job_owner/, ownedBy("b")],
    ["jobs to forget", /job_ended/, (own) => forgetJobs(own, START_MS)],
  ];
  test.each(works)("%s", async (_, index, work) => {
    const world = makeSqliteWorld();
    await using queue = await world.open();
    await queue.add([job({ key: "k", batch: "b" })]);
    const database = await openQueueDatabase(world.stateDir);
    const queries: CompiledQuery[] = [];
    await database.write(({ build, run, runEach }) =>
      work({
        ...{ build, runEach },
        run: (query) => {
          queries.push(query.compile());
          return run(query);
        },
      }),
    );
    database.close();
    const [first] = queries;
    const raw = new DatabaseSync(`${world.stateDir}/ledger.sqlite`);
    const plan = raw
      .prepare(`EXPLAIN QUERY PLAN ${first?.sql}`)
      .all(...((first?.parameters ?? []) as string[]))
      .map(({ detail }) => String(detail))
      .join("\n");
    raw.close();
    expect(plan).toMatch(index);
    expect(plan).not.toContain("TEMP B-TREE");
    expect(plan).not.toMatch(/SCAN (job|next)(?! USING)/);
  });
});
