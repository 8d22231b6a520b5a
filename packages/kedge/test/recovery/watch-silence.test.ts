/** Sessions that are there, whose turn it is, and that do nothing. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Evidence, Verdict } from "../../src/recovery/index.ts";
import {
  ANSWER,
  CALL,
  makeWatch,
  PROMPT,
  RESULT,
  SECOND,
  STALL_MS,
  startAgent,
  type WatchWorld,
  wordsOf,
} from "./watch-world.ts";

const HEADLESS = ["claude", "-p", "Do it"];
const BROKEN =
  "API Error: 400 messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.";
const FAILED = {
  type: "assistant",
  isApiErrorMessage: true,
  message: { model: "<synthetic>", content: [{ type: "text", text: "API Error" }] },
};

/** A session whose process lives, with a transcript that ends so. */
async function waiting(
  world: WatchWorld,
  entries: readonly object[],
  argv?: readonly string[],
): Promise<void> {
  await world.begin("s1", { pid: startAgent().pid, ...(argv === undefined ? {} : { argv }) });
  world.write("s1", ...entries);
}

test("a session that was asked and writes nothing is a stall, once, and is not said to have been ended", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT]);
  const askedMs = world.recovery.now;
  const watch = world.watch();
  expect(await world.pass(watch, STALL_MS - SECOND)).toEqual([]);
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["silent s1"]);
  expect(await world.pass(watch, STALL_MS)).toEqual([]);
  // Another supervisor, or this one after it was started again, has nothing new to say.
  world.recovery.now += 60 * SECOND;
  expect(await world.pass(world.watch({ holder: "other" }), 10 * SECOND)).toEqual([]);
  const { failures } = await world.ledger.failures();
  expect(failures).toMatchObject([{ cause: "stall", confidence: "likely", session_id: "s1" }]);
  const { basis } = JSON.parse(failures[0]?.verdict ?? "") as Verdict;
  expect(basis.words).toMatch(/no sign of life.*still there/);
  expect(basis.words).not.toMatch(/ended/);
  const found = await world.ledger.failure(failures[0]?.id ?? "");
  expect(
    found?.witnesses.map(({ evidence }) => (JSON.parse(evidence) as { evidence: Evidence }).evidence),
  ).toMatchObject([{ witness: "watcher", isRunning: true, lastEventAtMs: askedMs }]);
});

describe("of a session that writes nothing", () => {
  test.each<[string, readonly object[], readonly string[] | undefined, readonly string[]]>([
    ["after the result of a tool, a stall", [PROMPT, CALL, RESULT], undefined, ["silent s1"]],
    ["after its turn was over, nothing", [PROMPT, ANSWER], undefined, []],
    ["after a failure, nothing", [PROMPT, FAILED], undefined, []],
    ["at a call that may wait for a person, nothing", [PROMPT, CALL], undefined, []],
    ["at a call that nobody can be asked about, a stall", [PROMPT, CALL], HEADLESS, ["silent s1"]],
    ["at a call, with --print, a stall", [PROMPT, CALL], ["claude", "--print"], ["silent s1"]],
    ["before it was asked anything, nothing", [], HEADLESS, []],
  ])("%s is said", async (_, entries, argv, expected) => {
    const world = await makeWatch();
    await waiting(world, entries, argv);
    expect(await world.pass(world.watch(), 2 * STALL_MS)).toEqual(expected);
    const stats = { ...world.reads };
    // What was looked into is not read again.
    expect(stats.signs).toBeLessThanOrEqual(1);
  });
});

test("a subagent that writes is a sign of life of its session", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT, CALL], HEADLESS);
  const folder = join(world.pathOf("s1").slice(0, -6), "subagents");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "agent-a.jsonl");
  writeFileSync(path, "{}\n");
  const watch = world.watch();
  for (let at = 0; at < 3; at++) {
    utimesSync(path, world.recovery.now / SECOND, world.recovery.now / SECOND);
    expect(await world.pass(watch, STALL_MS - 5 * SECOND)).toEqual([]);
  }
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["silent s1"]);
});

test("what was asked before a session was resumed is not waited for any more", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT]);
  world.recovery.now += 60 * SECOND;
  await world.begin("s1", { pid: startAgent().pid });
  expect(await world.pass(world.watch(), 2 * STALL_MS)).toEqual([]);
});

test("where stalls are not looked for, none is found", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT]);
  expect(await world.pass(world.watch({ stallAfterMs: null }), 2 * STALL_MS)).toEqual([]);
  expect(world.reads.stamps).toBe(0);
});

test("after the machine slept a session has some time to find out", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT]);
  const watch = world.watch();
  await watch.look();
  world.recovery.now += 8 * 3_600 * SECOND;
  expect(await world.pass(watch, 5 * 60 * SECOND)).toEqual([]);
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["silent s1"]);
});

test("the silence of a session that a job runs is its supervisor's to see", async () => {
  const world = await makeWatch();
  await waiting(world, [PROMPT]);
  await world.job("s1", { startedMs: world.recovery.now, endedMs: null });
  expect(await world.pass(world.watch(), 2 * STALL_MS)).toEqual([]);
});

describe("a stall is over", () => {
  test.each<[string, readonly object[], string]>([
    // The request began before the stall was seen: that it was answered says all the same that it does not hang.
    ["with the answer", [ANSWER], "alive s1"],
    ["with the result of a tool", [RESULT], "alive s1"],
    ["with an answer to what was asked since", [RESULT, ANSWER], "answered s1"],
  ])("%s", async (_, entries, expected) => {
    const world = await makeWatch();
    await waiting(world, [PROMPT, CALL], HEADLESS);
    const watch = world.watch();
    expect(await world.pass(watch, STALL_MS)).toEqual(["silent s1"]);
    expect(await world.incidents.list({ open: true })).toMatchObject([{ cause: "stall", sessions: 1 }]);
    world.recovery.now += SECOND;
    for (const entry of entries) {
      world.recovery.now += SECOND;
      world.write("s1", entry);
    }
    const { found, ended } = await watch.look();
    expect(wordsOf({ found } as never)).toEqual([expected]);
    expect(ended).toMatchObject([{ cause: "stall", resolution: "proof", recovered: 1 }]);
    expect(await world.incidents.list({ open: true })).toEqual([]);
    // The next silence is another one, and of the same incident, which was over for less than the group interval.
    expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  });

  test("and a history that is not accepted stays what it is", async () => {
    const world = await makeWatch();
    await waiting(world, [PROMPT, CALL], HEADLESS);
    await world.fail("s1", { error: "invalid_request", last_assistant_message: BROKEN });
    const watch = world.watch();
    expect(await world.pass(watch, STALL_MS)).toEqual(["silent s1"]);
    world.recovery.now += SECOND;
    world.write("s1", RESULT);
    expect(await world.pass(watch, 5 * SECOND)).toEqual(["alive s1"]);
    expect(await world.incidents.list({ open: true })).toMatchObject([{ cause: "poisoned", recovered: 0 }]);
  });

  test("not with another prompt: that is a person's sign of life", async () => {
    const world = await makeWatch();
    await waiting(world, [PROMPT]);
    const watch = world.watch();
    expect(await world.pass(watch, STALL_MS)).toEqual(["silent s1"]);
    world.recovery.now += SECOND;
    world.write("s1", PROMPT);
    expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
    // The silence after it is said once more.
    expect(await world.pass(watch, STALL_MS)).toEqual(["silent s1"]);
    expect(await world.incidents.list({ open: true })).toMatchObject([{ failures: 2, sessions: 1 }]);
  });
});
