/** Numbers that no agent should send cost a field, never the failure, and never those that come with it. */
import { utimesSync } from "node:fs";
import { expect, test } from "vitest";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import {
  endInput,
  failedEntry,
  HOUR,
  leaveAt,
  makeIngester,
  rowsOf,
  spoolNames,
  writeTranscript,
} from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const SESSION = "s-odd";

/** The failure of a session that has odd numbers, after it was taken in together with one that has none. */
async function takeIn(world: RecoveryWorld) {
  world.now = AT + HOUR;
  leaveAt(world, AT, "9-z", "failure", failureInput({ session_id: "s-other" }));
  const ledger = await world.ledger();
  const done = await (await makeIngester(world, ledger)).drain();
  expect(done).toMatchObject({ setAside: 0 });
  expect(spoolNames(world, "new")).toEqual([]);
  const { failures } = await ledger.failures();
  expect(failures).toHaveLength(2);
  expect(await ledger.stats({ fromMs: Date.UTC(1950, 0), untilMs: world.now })).toMatchObject({
    failures: 2,
    timeLostMs: 0,
  });
  return failures.find((row) => row.session_id === SESSION);
}

const ODD = [1.5, 429.5, 1e300, -1e300, 1e-320, -429, 4_290_000, "429", null, [429], { n: 429 }, true];

test.each(ODD)("a status of %j is none", async (status) => {
  const world = makeRecovery();
  leaveAt(world, AT, "1-a", "failure", failureInput({ session_id: SESSION, kedge: { status } }));
  expect(await takeIn(world)).toMatchObject({ status: null, kind: "rate_limit" });
});

test.each([
  [1.5, 2],
  [0, 0],
  [-0.4, null],
  [-3, null],
  [1e-320, 0],
  [1e300, null],
  [-1e300, null],
  [2 ** 53, null],
  ["3", null],
  [[3], null],
])("of %j attempts %j are stored", async (attempts, stored) => {
  const world = makeRecovery();
  leaveAt(
    world,
    AT,
    "1-a",
    "failure",
    failureInput({ session_id: SESSION, kedge: { status: 429, attempts } }),
  );
  expect(await takeIn(world)).toMatchObject({ attempts: stored, status: 429 });
});

test.each([
  [{ retry_after_ms: 1.5 }, AT + 2],
  [{ retry_after_ms: -1 }, null],
  [{ retry_after_ms: 1e300 }, null],
  [{ retry_after_ms: "60" }, null],
])("a delay of %j gives the reset %j", async (delay, resetAt) => {
  const world = makeRecovery();
  leaveAt(
    world,
    AT,
    "1-a",
    "failure",
    failureInput({ session_id: SESSION, kedge: { status: 429, ...delay } }),
  );
  expect((await takeIn(world))?.reset_at_ms).toBe(resetAt);
});

// A limit of the plan, since only of such the end is kept.
test.each([
  [AT + HOUR + 0.5, AT + HOUR + 1],
  [1e300, null],
  [-1e300, null],
  [Number.MAX_SAFE_INTEGER, null],
])("a limit that ends at %j has the reset %j", async (resetsAt, resetAt) => {
  const world = makeRecovery();
  const kedge = { status: 429, resets_at_ms: resetsAt, reset_from: "anthropic-ratelimit-unified-5h-reset" };
  const words = "You've hit your session limit";
  leaveAt(
    world,
    AT,
    "1-a",
    "failure",
    failureInput({ session_id: SESSION, last_assistant_message: words, kedge }),
  );
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  await (await makeIngester(world, ledger)).drain();
  expect((await ledger.failures()).failures).toMatchObject([
    { cause: "plan_window", reset_at_ms: resetAt, time_lost_ms: resetAt === null ? 0 : HOUR + 1 },
  ]);
});

test.each([
  [{ input_tokens: 1.5, output_tokens: 2.4 }, [2, 2]],
  [{ input_tokens: 1e300, output_tokens: 7 }, [null, 7]],
  [{ input_tokens: "1", output_tokens: null }, [0, 0]],
])("a transcript that counts tokens as %j", async (usage, [input, output]) => {
  const world = makeRecovery();
  const path = writeTranscript(world, "s", [
    { type: "assistant", timestamp: new Date(AT).toISOString(), message: { model: "m", usage } },
    failedEntry(AT),
  ]);
  leaveAt(world, AT, "1-a", "end", endInput(SESSION, { transcript_path: path }));
  expect(await takeIn(world)).toMatchObject({ status: 429, input_tokens: input, output_tokens: output });
});

test.each([
  ["half a status", { apiErrorStatus: 429.5 }],
  ["a huge status", { apiErrorStatus: 1e300 }],
  [
    "half a status, and a year before all clocks",
    { apiErrorStatus: 429.5, timestamp: "1960-01-01T00:00:00Z" },
  ],
  ["half a status, and no time", { apiErrorStatus: 429.5, timestamp: "yesterday" }],
])("a transcript whose entry has %s tells of the failure all the same", async (_, more) => {
  const world = makeRecovery();
  const path = writeTranscript(world, "s", [failedEntry(AT, more)]);
  utimesSync(path, AT / 1_000, AT / 1_000); // the time of what has none
  leaveAt(world, AT, "1-a", "end", endInput(SESSION, { transcript_path: path }));
  expect(await takeIn(world)).toMatchObject({ agent_kind: "rate_limit", status: null });
});

test("every number of a row is a whole one, whatever a witness says", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const odd = [0.5, -0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -(2 ** 60)];
  const witnesses = odd.map((value, at) => ({
    id: `w-${at}`,
    evidence: {
      ...{ witness: "result", atMs: AT, seenAtMs: AT, agent: "kedge", sessionId: `s-${at}` },
      ...{ status: value, attempts: value, durationMs: value, retryAfterMs: value, resetAtMs: value },
      ...{ exitCode: value, turns: value, lastEventAtMs: value },
      rateLimit: { status: "rejected", window: "five_hour", resetAtMs: value, utilization: value },
    } satisfies Evidence,
    session: { projectDir: "/work/shop", inputTokens: value, outputTokens: value },
  }));
  expect((await ledger.record(witnesses)).failures).toHaveLength(odd.length);
  const columns = ["status", "attempts", "input_tokens", "output_tokens", "reset_at_ms", "time_lost_ms"];
  const types = columns.map((name) => `typeof(${name}) AS ${name}`).join(", ");
  const found = rowsOf(world, `SELECT ${types} FROM failure`).flatMap((row) => Object.values(row));
  expect(found).toHaveLength(odd.length * columns.length);
  expect([...new Set(found)].toSorted()).toEqual(["integer", "null"]);
});
