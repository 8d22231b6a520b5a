/** What somebody removed for good stays away, though agents keep their transcripts and hooks may say a thing twice. */
import { describe, expect, test } from "vitest";
import type { PurgeFilter } from "../../src/recovery/ledger/retention.ts";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import {
  endInput,
  failedEntry,
  HOUR,
  leaveAt,
  makeIngester,
  rowsOf,
  startInput,
  writeTranscript,
} from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

/** A failed turn of a session of its own, told by its hook and by its transcript. */
interface Turn {
  readonly session: string;
  readonly project: string;
  readonly atMs: number;
}

const GOING: Turn = { session: "s-going", project: "going", atMs: AT };
const STAYING: Turn = { session: "s-staying", project: "staying", atMs: AT + HOUR };

/** Leaves everything that tells of a turn: what the entry of the failure left, what that of the end left, the transcript. */
function tell(world: RecoveryWorld, { session, project, atMs }: Turn): void {
  const path = writeTranscript(world, session, [
    failedEntry(atMs, { sessionId: session, uuid: `u-${session}` }),
  ]);
  const about = { session_id: session, cwd: `/work/${project}`, transcript_path: path };
  leaveAt(world, atMs, `1-${session}`, "failure", failureInput(about));
  leaveAt(world, atMs + 1_000, `2-${session}`, "end", endInput(session, about));
}

async function makeLedger() {
  const world = makeRecovery();
  world.now = AT + 2 * HOUR;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  for (const turn of [GOING, STAYING]) tell(world, turn);
  await ingester.drain();
  const failures = async () => (await ledger.failures()).failures.map((row) => row.session_id);
  return { world, ledger, ingester, failures };
}

describe.each<[string, (id: string) => PurgeFilter]>([
  ["an id", (id) => ({ id })],
  ["a time", () => ({ beforeMs: STAYING.atMs })],
  ["a project", () => ({ project: GOING.project })],
  ["a session", () => ({ sessionId: GOING.session })],
])("purged by %s", (_, choose) => {
  test("a failure goes with its witnesses, its count and its session, and does not come back", async () => {
    const { world, ledger, ingester, failures } = await makeLedger();
    const going = (await ledger.failures({ project: GOING.project })).failures[0];
    expect(going?.witnesses).toBe(2);
    expect(await ledger.purge(choose(going?.id ?? ""))).toEqual({
      failures: 1,
      sessionIds: [GOING.session],
      untold: 0,
    });
    expect(rowsOf(world, "SELECT session_id FROM session")).toEqual([{ session_id: STAYING.session }]);

    // The same files once more, and the transcripts that they name: the end alone would tell of the failure.
    for (const turn of [GOING, STAYING]) tell(world, turn);
    expect(await ingester.drain()).toMatchObject({ files: 4, setAside: 0, failures: [] });
    expect(await failures()).toEqual([STAYING.session]);
    expect(await ledger.stats({ fromMs: 0, untilMs: world.now })).toMatchObject({ failures: 1 });
    expect(rowsOf(world, "SELECT DISTINCT session_id FROM witness")).toEqual([
      { session_id: STAYING.session },
    ]);
  });
});

test("after everything was purged nothing of it comes back, and what is new is recorded", async () => {
  const { world, ledger, ingester, failures } = await makeLedger();
  expect(await ledger.purge({ all: true })).toMatchObject({ failures: 2 });
  for (const turn of [GOING, STAYING]) tell(world, turn);
  tell(world, { session: "s-new", project: "going", atMs: AT + HOUR });
  await ingester.drain();
  expect(await failures()).toEqual(["s-new"]);
});

test("what was purged stays away in a ledger that is opened again", async () => {
  const { world, ledger, failures } = await makeLedger();
  await ledger.purge({ sessionId: GOING.session });
  const again = await world.ledger();
  tell(world, GOING);
  await (await makeIngester(world, again)).drain();
  expect(await failures()).toEqual([STAYING.session]);
});

test("a session of which another failure is left stays, and its rest goes with the last one", async () => {
  const { world, ledger } = await makeLedger();
  leaveAt(world, AT + HOUR, "3-again", "failure", failureInput({ session_id: GOING.session }));
  await (await makeIngester(world, ledger)).drain();
  const [second, first] = (await ledger.failures({ sessionId: GOING.session })).failures;
  expect(await ledger.purge({ id: first?.id ?? "" })).toMatchObject({ failures: 1, sessionIds: [] });
  expect((await ledger.failures({ sessionId: GOING.session })).failures).toEqual([second]);
  expect(await ledger.purge({ id: second?.id ?? "" })).toMatchObject({
    failures: 1,
    sessionIds: [GOING.session],
  });
});

test.each<[string, PurgeFilter]>([
  ["its project", { project: "quiet" }],
  ["itself", { sessionId: "s-quiet" }],
  ["what is older", { beforeMs: AT + 1 }],
])("a session that never failed goes with %s", async (_, filter) => {
  const world = makeRecovery();
  world.now = AT + 2 * HOUR;
  const ledger = await world.ledger();
  leaveAt(world, AT, "1-a", "start", startInput("s-quiet", { cwd: "/work/quiet" }));
  leaveAt(world, AT + HOUR, "1-b", "start", startInput("s-other", { cwd: "/work/other" }));
  await (await makeIngester(world, ledger)).drain();
  expect(await ledger.purge(filter)).toMatchObject({ failures: 0, sessionIds: ["s-quiet"] });
  expect(rowsOf(world, "SELECT session_id FROM session")).toEqual([{ session_id: "s-other" }]);
});

test("what happened at the very instant is not before it", async () => {
  const { ledger, failures } = await makeLedger();
  const instants = (await ledger.failures()).failures.map((row) => row.at_ms);
  await ledger.purge({ beforeMs: Math.min(...instants) });
  expect(await failures()).toHaveLength(2);
});

test("a transcript that is read only after the purge does not bring the failure back", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  // At the time of the failure the transcript had not been written.
  leaveAt(world, AT, "1-a", "failure", failureInput({ session_id: "s-1", prompt_id: "p-1" }));
  await ingester.drain();
  await ledger.purge({ sessionId: "s-1" });
  const path = writeTranscript(world, "s-1", [failedEntry(AT + 300, { promptId: "p-1" })]);
  leaveAt(world, AT + 1_000, "2-b", "end", endInput("s-1", { transcript_path: path }));
  await ingester.drain();
  expect((await ledger.failures()).failures).toEqual([]);
  // What failed after it is another one.
  const next = writeTranscript(world, "s-1", [
    failedEntry(AT + 300, { promptId: "p-1" }),
    failedEntry(AT + 20_000, { promptId: "p-2" }),
  ]);
  leaveAt(world, AT + 30_000, "3-c", "end", endInput("s-1", { transcript_path: next }));
  await ingester.drain();
  expect((await ledger.failures()).failures).toMatchObject([{ at_ms: AT + 20_000 }]);
});

test("the entry that was purged brings its session back no more than itself", async () => {
  const { world, ledger, ingester } = await makeLedger();
  await ledger.purge({ project: GOING.project });
  leaveAt(world, GOING.atMs, `1-${GOING.session}`, "failure", failureInput({ session_id: GOING.session }));
  await ingester.drain();
  expect(rowsOf(world, "SELECT session_id FROM session")).toEqual([{ session_id: STAYING.session }]);
});

test("another failure soon after a purged one is recorded, though only the transcript tells of it", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  const silent = { session_id: "s-1", prompt_id: undefined };
  leaveAt(world, AT, "1-a", "failure", failureInput(silent));
  await ingester.drain();
  await ledger.purge({ all: true });
  const path = writeTranscript(world, "s-1", [
    failedEntry(AT + 200, { promptId: "p-1" }), // it, with the prompt that the hook had not named
    failedEntry(AT + 5_000, { error: "server_error", apiErrorStatus: 500 }),
    failedEntry(AT + 30_000),
  ]);
  leaveAt(world, AT + 40_000, "2-b", "end", endInput("s-1", { transcript_path: path }));
  await ingester.drain();
  const rows = (await ledger.failures()).failures;
  expect(rows.map((row) => row.at_ms)).toEqual([AT + 30_000, AT + 5_000]);
});
