/** Incidents that answers of sessions end which nobody here runs, and sessions that their people ended. */
import { expect, test } from "vitest";
import type { Incident } from "../../src/recovery/index.ts";
import { failedEntry } from "./spool-world.ts";
import {
  ANSWER,
  CALL,
  killed,
  makeWatch,
  PROMPT,
  RESULT,
  SECOND,
  startAgent,
  type WatchWorld,
  wordsOf,
} from "./watch-world.ts";

const LIMIT = {
  error: "rate_limit",
  last_assistant_message: "You've hit your session limit · resets 11:59pm (UTC)",
};
const OVERLOADED = { error: "overloaded", last_assistant_message: "API Error: 529 Overloaded" };
const BROKEN = {
  error: "invalid_request",
  last_assistant_message:
    "API Error: 400 messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1.",
};

const open = (world: WatchWorld): Promise<readonly Incident[]> => world.incidents.list({ open: true });

/** A turn that begins now and is answered a second later. */
function turn(world: WatchWorld, id: string): void {
  world.write(id, PROMPT);
  world.recovery.now += SECOND;
  world.write(id, ANSWER);
}

test("nothing is read while no incident is open", async () => {
  const world = await makeWatch();
  await world.begin("s1", { pid: startAgent().pid });
  turn(world, "s1");
  expect(await world.pass(world.watch(), 60 * SECOND)).toEqual([]);
  expect(world.reads.signs).toBe(0);
});

test("a limit is over with the answer of any session of its account, and no other's", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2");
  await world.begin("s3", { account: "name:b" });
  const watch = world.watch();
  world.write("s2", PROMPT);
  world.recovery.now += SECOND;
  await world.fail("s1", LIMIT);
  expect(await open(world)).toMatchObject([{ cause: "plan_window", account: "name:a" }]);
  // What was asked before the limit closed may be answered after it.
  world.recovery.now += 5 * SECOND;
  world.write("s2", ANSWER);
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  turn(world, "s3");
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  expect(await open(world)).toHaveLength(1);
  turn(world, "s2");
  const { found, ended } = await watch.look();
  expect(found).toEqual([{ what: "answered", agent: "claude-code", sessionId: "s2" }]);
  expect(ended).toMatchObject([{ cause: "plan_window", resolution: "proof" }]);
  expect(await open(world)).toEqual([]);
});

test("a transcript that did not change is not read again, and the same answer is told once", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2", { account: "name:b" });
  await world.fail("s1", BROKEN);
  await world.fail("s2", LIMIT);
  world.recovery.now += SECOND;
  // Of one kind of failure the answer of another session proves nothing.
  world.write("s1", PROMPT);
  const watch = world.watch();
  await world.pass(watch, 60 * SECOND);
  expect(world.reads.signs).toBe(1);
  world.write("s1", PROMPT);
  await world.pass(watch, 60 * SECOND);
  expect(world.reads.signs).toBe(2);
  expect(await open(world)).toHaveLength(2);
});

test("a failure of one session alone is over with its own answer", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2");
  await world.fail("s1", BROKEN);
  await world.fail("s2", BROKEN);
  const watch = world.watch();
  world.recovery.now += SECOND;
  turn(world, "s1");
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["answered s1"]);
  expect(await open(world)).toMatchObject([{ scope: "session", sessions: 2, recovered: 1 }]);
  turn(world, "s2");
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["answered s2"]);
  expect(await open(world)).toEqual([]);
});

test("the result of a tool is no answer of the API: a broken session stays broken, and a limit closed", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  world.write("s1", PROMPT, CALL);
  await world.fail("s1", BROKEN);
  await world.fail("s1", LIMIT);
  world.recovery.now += SECOND;
  world.write("s1", RESULT);
  expect(await world.pass(world.watch(), 20 * SECOND)).toEqual([]);
  expect(await open(world)).toHaveLength(2);
});

test("an overloaded provider is over with an answer of whatever account", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2", { account: "name:b" });
  await world.fail("s1", OVERLOADED);
  expect(await open(world)).toMatchObject([{ account: "provider" }]);
  world.recovery.now += SECOND;
  turn(world, "s2");
  expect(await world.pass(world.watch(), 10 * SECOND)).toEqual(["answered s2"]);
  expect(await open(world)).toEqual([]);
});

test("an answer of another model says nothing of the one that is overloaded, and is told once", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2");
  turn(world, "s1");
  world.recovery.now += SECOND;
  const own = { error: "overloaded", apiErrorStatus: 529 };
  world.write("s1", failedEntry(world.recovery.now, own));
  await world.fail("s1", OVERLOADED);
  expect(await open(world)).toMatchObject([{ cause: "overload", model: "claude-opus-5-5" }]);
  const watch = world.watch();
  const message = { ...ANSWER.message, model: "claude-haiku-5" };
  world.recovery.now += SECOND;
  world.write("s2", PROMPT, { ...ANSWER, message });
  expect(await world.pass(watch, 20 * SECOND)).toEqual(["answered s2"]);
  expect(await open(world)).toHaveLength(1);
  turn(world, "s1");
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["answered s1"]);
  expect(await open(world)).toEqual([]);
});

test("a session that answered and has ended since proves it as well", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.begin("s2");
  await world.fail("s1", LIMIT);
  world.recovery.now += SECOND;
  turn(world, "s2");
  await world.end("s2", "other");
  expect(await world.pass(world.watch(), 10 * SECOND)).toEqual(["answered s2"]);
});

test("a dead session is over when it was resumed and answers", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  world.write("s1", PROMPT);
  const watch = world.watch();
  await killed(agent);
  expect(await world.pass(watch, 15 * SECOND)).toEqual(["gone s1"]);
  await world.begin("s1", { pid: startAgent().pid });
  turn(world, "s1");
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["answered s1"]);
  expect(await open(world)).toEqual([]);
});

test.each([
  ["clear", true],
  ["logout", true],
  ["prompt_input_exit", true],
  ["resume", true],
  ["other", false],
])("a session that ended with %s stands still no more: %s", async (reason, isOver) => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.fail("s1", BROKEN);
  const watch = world.watch();
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  await world.end("s1", reason);
  expect(await world.pass(watch, 20 * SECOND)).toEqual(isOver ? ["ended s1"] : []);
  expect(await open(world)).toHaveLength(isOver ? 0 : 1);
});

test("that a person ended one session ends nothing of another one, nor of the account", async () => {
  const world = await makeWatch();
  for (const id of ["s1", "s2"]) {
    await world.begin(id);
    await world.fail(id, BROKEN);
  }
  await world.fail("s1", LIMIT);
  const watch = world.watch();
  await world.end("s1", "clear");
  expect(await world.pass(watch, 20 * SECOND)).toEqual(["ended s1"]);
  expect((await open(world)).map(({ cause, sessions, recovered }) => [cause, sessions, recovered])).toEqual([
    ["plan_window", 1, 0],
    ["poisoned", 2, 1],
  ]);
});

test("the end of a session that was taken for dead ends that as well, though it comes late", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const watch = world.watch();
  await killed(agent);
  const endedMs = world.recovery.now;
  expect(await world.pass(watch, 15 * SECOND)).toEqual(["gone s1"]);
  const nowMs = world.recovery.now;
  world.recovery.now = endedMs;
  await world.end("s1", "prompt_input_exit");
  world.recovery.now = nowMs;
  expect(wordsOf(await watch.look())).toEqual(["ended s1"]);
  expect(await open(world)).toEqual([]);
});

test("one that was resumed after its person ended it stands still again when it fails again", async () => {
  const world = await makeWatch();
  await world.begin("s1");
  await world.fail("s1", BROKEN);
  const watch = world.watch();
  world.recovery.now += SECOND;
  await world.end("s1", "clear");
  world.recovery.now += SECOND;
  await world.begin("s1");
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  expect(await open(world)).toHaveLength(1);
});
