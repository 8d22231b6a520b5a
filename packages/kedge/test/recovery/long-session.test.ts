/** Sessions that fail again and again: what is done for each failure does not grow with those before, and neither does what they cost. */
import { expect, test } from "vitest";
import { readFailedTurns, transcriptAgent } from "../../src/agents/index.ts";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { failedEntry, HOUR, leaveAt, MINUTE, makeIngester, rowsOf, writeTranscript } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

test("a transcript that hundreds of files name is read once for all of them", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const count = 300;
  const path = writeTranscript(
    world,
    "s-1",
    Array.from({ length: count }, (_, at) =>
      failedEntry(AT + at * 5_000, { promptId: `p-${at}`, uuid: `u-${at}` }),
    ),
  );
  for (let at = 0; at < count; at++) {
    const about = { session_id: "s-1", prompt_id: `p-${at}`, transcript_path: path };
    leaveAt(world, AT + at * 5_000, `${at}-a`, "failure", failureInput(about));
  }
  let reads = 0;
  const ingester = await makeIngester(world, ledger, {
    transcripts: {
      agentOf: (name) => transcriptAgent(name, world),
      failedTurns: async (name) => {
        reads++;
        return (await readFailedTurns(name))?.failures ?? null;
      },
    },
  });
  expect(await ingester.drain()).toMatchObject({ files: count });
  expect(reads).toBe(1);
  expect(rowsOf(world, "SELECT count(*) AS count, min(witnesses) AS least FROM failure")).toEqual([
    { count, least: 2 },
  ]);
});

test("the wait for one limit is lost once in a session, however often it is asked", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const kedge = { status: 429, resets_at_ms: AT + 3 * HOUR, reset_from: "anthropic-ratelimit-unified-reset" };
  for (let at = 0; at < 6; at++)
    leaveAt(
      world,
      AT + at * 10 * MINUTE,
      `${at}-a`,
      "failure",
      failureInput({ session_id: "s-1", prompt_id: `p-${at}`, kedge }),
    );
  await (await makeIngester(world, ledger)).drain();
  const rows = (await ledger.failures()).failures.toReversed();
  expect(rows.map((row) => row.time_lost_ms)).toEqual([3 * HOUR, 0, 0, 0, 0, 0]);
  expect((await ledger.stats({ fromMs: 0, untilMs: AT * 2 })).timeLostMs).toBe(3 * HOUR);
});

/** The same 400 of the main loop at some minute. */
const poisoned = (minute: number) =>
  failureInput({
    session_id: "s-1",
    prompt_id: `p-${minute}`,
    error: "invalid_request",
    last_assistant_message: "API Error: 400 messages.3: the same again",
  });

test("a subagent that fails between two failures of the main loop does not part them", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  leaveAt(world, AT, "1-a", "failure", poisoned(0));
  leaveAt(
    world,
    AT + MINUTE,
    "2-b",
    "failure",
    failureInput({ session_id: "s-1", agent_id: "sub-1", agent_type: "x" }),
  );
  leaveAt(world, AT + 2 * MINUTE, "3-c", "failure", poisoned(2));
  await (await makeIngester(world, ledger)).drain();
  expect(rowsOf(world, "SELECT cause FROM failure WHERE subagent_id IS NULL ORDER BY at_ms")).toEqual([
    { cause: "invalid_request" },
    { cause: "poisoned" },
  ]);
});

test("what was judged stays so when what it was judged by is purged", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  leaveAt(world, AT, "1-a", "failure", poisoned(0));
  leaveAt(world, AT + 2 * MINUTE, "2-b", "failure", poisoned(2));
  await ingester.drain();
  const [second, first] = (await ledger.failures()).failures;
  expect([first?.cause, second?.cause]).toEqual(["invalid_request", "poisoned"]);
  await ledger.purge({ id: first?.id ?? "" });
  leaveAt(world, AT + 30 * MINUTE, "3-c", "failure", failureInput({ session_id: "s-1", prompt_id: "p-9" }));
  await ingester.drain();
  expect((await ledger.failures()).failures.at(-1)).toEqual(second);
});

test("a failure without a prompt never has the id of one that was purged", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  const input = failureInput({ session_id: "s-1", prompt_id: undefined });
  leaveAt(world, AT, "1-a", "failure", input);
  await ingester.drain();
  const [gone] = (await ledger.failures()).failures;
  await ledger.purge({ id: gone?.id ?? "" });
  leaveAt(world, AT + 20 * MINUTE, "2-b", "failure", input);
  await ingester.drain();
  const [next] = (await ledger.failures()).failures;
  expect(next?.id).toMatch(/^f_/);
  expect(next?.id).not.toBe(gone?.id);
});
