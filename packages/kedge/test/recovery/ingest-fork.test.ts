/** A session that was forked has the entries of the one before in its transcript, which failed once. */
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { endInput, failedEntry, leaveAt, makeIngester, writeTranscript } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

/** Two sessions whose transcripts have one failed turn each, by the ids of their entries. */
async function makeFork(entryIds: readonly (string | undefined)[]) {
  const world = makeRecovery();
  world.now = AT + 1_000;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  const paths = entryIds.map((uuid, at) =>
    // A copy has the id of the session that it is in.
    writeTranscript(world, `s-${at}`, [failedEntry(AT, { uuid, sessionId: `s-${at}` })]),
  );
  return {
    ledger,
    leave(at: number, name: string, witness: "end" | "failure") {
      const about = { session_id: `s-${at}`, transcript_path: paths[at] };
      const input = witness === "end" ? endInput(`s-${at}`, about) : failureInput(about);
      leaveAt(world, AT, name, witness, input);
    },
    drain: () => ingester.drain(),
    async end(at: number) {
      leaveAt(world, AT + 500, `${at}-end`, "end", endInput(`s-${at}`, { transcript_path: paths[at] }));
      await ingester.drain();
    },
    async fail(at: number) {
      const about = { session_id: `s-${at}`, transcript_path: paths[at] };
      leaveAt(world, AT, `${at}-failure`, "failure", failureInput(about));
      await ingester.drain();
    },
    async counted() {
      const { failures } = await ledger.failures();
      const stats = await ledger.stats({ fromMs: 0, untilMs: AT * 2 });
      expect(stats.failures).toBe(failures.length);
      return failures.map((row) => row.session_id);
    },
  };
}

test("the same entry in two transcripts is one failure, of the session that was taken in first", async () => {
  for (const [first, second] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { end, counted } = await makeFork(["u-1", "u-1"]);
    await end(first);
    await end(second);
    expect(await counted()).toEqual([`s-${first}`]);
  }
});

test("a fork adds nothing to the failure of the session before", async () => {
  const { fail, end, counted, ledger } = await makeFork(["u-1", "u-1"]);
  await fail(0);
  const before = (await ledger.failures()).failures;
  await end(1);
  await end(0);
  expect(await counted()).toEqual(["s-0"]);
  expect((await ledger.failures()).failures).toEqual(before);
});

test("an entry that still has the id of the session before is not of the fork", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const path = writeTranscript(world, "fork", [failedEntry(AT, { uuid: "u-1", sessionId: "s-before" })]);
  world.leave("1-a", "end", endInput("s-fork", { transcript_path: path }));
  await (await makeIngester(world, ledger)).drain();
  expect((await ledger.failures()).failures).toEqual([]);
});

test.each([
  ["other entries", ["u-1", "u-2"]],
  ["entries without ids", [undefined, undefined]],
])("%s in two sessions are two failures", async (_, ids) => {
  const { end, counted } = await makeFork(ids);
  await end(0);
  await end(1);
  expect((await counted()).toSorted()).toEqual(["s-0", "s-1"]);
});

test("after the failure was purged a fork does not bring it back", async () => {
  const { end, counted, ledger } = await makeFork(["u-1", "u-1"]);
  await end(0);
  await ledger.purge({ sessionId: "s-0" });
  await end(1);
  expect(await counted()).toEqual([]);
});

test("of two transcripts in one pass, the failure is of the session that a hook says failed", async () => {
  for (const [failed, forked] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { leave, drain, counted } = await makeFork(["u-1", "u-1"]);
    // In the order of their names.
    leave(forked, "1-a", "end");
    leave(failed, "2-b", "failure");
    leave(forked, "3-c", "end");
    await drain();
    expect(await counted()).toEqual([`s-${failed}`]);
  }
});
