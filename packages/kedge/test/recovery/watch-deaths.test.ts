/** Sessions whose process is gone, though nothing said that they ended. */
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/recovery/index.ts";
import {
  ANSWER,
  killed,
  makeWatch,
  PROMPT,
  SECOND,
  startAgent,
  type WatchWorld,
  wordsOf,
} from "./watch-world.ts";

const HOUR = 3_600 * SECOND;

async function failures(world: WatchWorld) {
  const { failures: rows } = await world.ledger.failures();
  return rows.map((row) => ({ ...row, verdict: JSON.parse(row.verdict) as Verdict }));
}

test("a killed session is a dead process after ten seconds, once, and one incident of its project", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  world.write("s1", PROMPT);
  const watch = world.watch();
  expect(await world.pass(watch, 30 * SECOND)).toEqual([]);
  await killed(agent);
  const killedMs = world.recovery.now;
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  expect(await world.pass(watch, 5 * SECOND)).toEqual(["gone s1"]);
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  // Another supervisor, or this one after it was started again, has nothing new to say.
  expect(await world.pass(world.watch({ holder: "other" }), 40 * SECOND)).toEqual([]);
  expect(await failures(world)).toMatchObject([
    {
      ...{
        session_id: "s1",
        cause: "dead_process",
        confidence: "certain",
        account: "name:a",
        project: "shop",
      },
      ...{ at_ms: killedMs + 5 * SECOND },
      verdict: { basis: { witness: "watcher", words: expect.stringMatching(/process is gone.*ended\.$/) } },
    },
  ]);
  expect(await world.incidents.list({ open: true })).toMatchObject([{ cause: "dead_process", sessions: 1 }]);
});

test("one whose turn was over has lost nothing: its death is known, and told to nobody", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  world.write("s1", PROMPT, ANSWER);
  await killed(agent);
  expect(await world.pass(world.watch(), 15 * SECOND)).toEqual(["gone s1"]);
  const words = expect.stringMatching(/its last turn was over\.$/);
  expect(await failures(world)).toMatchObject([{ cause: "interrupted", verdict: { basis: { words } } }]);
  expect(await world.incidents.list()).toEqual([]);
});

test("one that failed just before is known to have failed: its death says nothing else", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  await world.fail("s1", { error: "rate_limit", last_assistant_message: "You've hit your weekly limit" });
  await killed(agent);
  await world.pass(world.watch(), 30 * SECOND);
  expect(await failures(world)).toMatchObject([{ cause: "plan_window", witnesses: 2 }]);
});

test("a session that ended is not dead, though its end is taken in some seconds after its process", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const watch = world.watch();
  await killed(agent);
  await world.pass(watch, 10 * SECOND);
  await world.end("s1", "other");
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
});

test("a number that another process has since is no sign of life", async () => {
  const world = await makeWatch();
  await world.begin("s1", { pid: 4_711 });
  let beganMs = world.recovery.now - HOUR;
  const watch = world.watch({ processes: () => ({ beganMs }) });
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  // Clocks of processes are coarse.
  beganMs = world.recovery.now - 60 * SECOND + 4 * SECOND;
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  beganMs = world.recovery.now;
  expect(await world.pass(watch, 15 * SECOND)).toEqual(["gone s1"]);
});

test("where the system does not tell when a process began, it is taken for the session's", async () => {
  const world = await makeWatch();
  await world.begin("s1", { pid: 4_711 });
  expect(await world.pass(world.watch({ processes: () => ({ beganMs: null }) }), 60 * SECOND)).toEqual([]);
});

test("a session that was resumed can die again", async () => {
  const world = await makeWatch();
  const [first, second] = [startAgent(), startAgent()];
  await world.begin("s1", { pid: first.pid });
  const watch = world.watch();
  await killed(first);
  expect(await world.pass(watch, 15 * SECOND)).toEqual(["gone s1"]);
  await world.begin("s1", { pid: second.pid });
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  await killed(second);
  expect(await world.pass(watch, 15 * SECOND)).toEqual(["gone s1"]);
  expect(await failures(world)).toHaveLength(2);
});

test("whoever goes on writing is not dead", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const watch = world.watch();
  await killed(agent);
  await world.pass(watch, 5 * SECOND);
  for (let at = 0; at < 6; at++) {
    world.recovery.now += SECOND;
    world.write("s1", PROMPT);
    expect(await world.pass(watch, 4 * SECOND)).toEqual([]);
  }
  expect(await world.pass(watch, 20 * SECOND)).toEqual(["gone s1"]);
});

test("a session of which nobody knows the process is left alone", async () => {
  const world = await makeWatch();
  await world.begin("s1", {});
  expect(await world.pass(world.watch(), 60 * SECOND)).toEqual([]);
});

test("what died more than a day ago is no news", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  await killed(agent);
  world.recovery.now += 24 * HOUR;
  expect(await world.pass(world.watch(), 60 * SECOND)).toEqual([]);
});

test("after a pause nothing is concluded from what was seen before it", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const watch = world.watch();
  await killed(agent);
  expect(wordsOf(await watch.look())).toEqual([]);
  // The machine slept: the session's end may still be in the spool.
  world.recovery.now += HOUR;
  expect(wordsOf(await watch.look())).toEqual([]);
  expect(await world.pass(watch, 10 * SECOND)).toEqual(["gone s1"]);
});

test("while another process has the right to say it, nothing is recorded; then it is", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const watch = world.watch();
  await killed(agent);
  await watch.look();
  world.recovery.now += 10 * SECOND;
  const lease = await world.ledger.lease("watch", "somebody", 20 * SECOND);
  expect(await watch.look()).toMatchObject({ isElsewhere: true, found: [], failures: [] });
  expect(await failures(world)).toEqual([]);
  expect(lease).not.toBeNull();
  expect(await world.pass(watch, 20 * SECOND)).toEqual(["gone s1"]);
});

test("of a link in place of a transcript nothing is read", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  await world.begin("s1", { pid: agent.pid });
  const path = world.write("s1", PROMPT);
  const other = join(dirname(path), "other.jsonl");
  writeFileSync(other, `${JSON.stringify(ANSWER)}\n`);
  rmSync(path);
  symlinkSync(other, path);
  await killed(agent);
  expect(await world.pass(world.watch(), 15 * SECOND)).toEqual(["gone s1"]);
  expect(world.reads.signs).toBe(0);
});

describe("a session that a job ran", () => {
  test.each<[string, number, number | null, readonly string[]]>([
    ["is the job's to deal with while its attempt runs", 0, null, []],
    ["and after it, when the attempt was the last to start it", 0, 20, []],
    ["is watched when a person has resumed it since", 0, -5, ["gone s1"]],
    ["is watched when the job came later", 60, null, ["gone s1"]],
  ])("%s", async (_, startS, endS, expected) => {
    const world = await makeWatch();
    const agent = startAgent();
    await world.begin("s1", { pid: agent.pid });
    const at = (second: number): number => world.recovery.now + second * SECOND;
    await world.job("s1", { startedMs: at(startS), endedMs: endS === null ? null : at(endS) });
    await killed(agent);
    expect(await world.pass(world.watch(), 30 * SECOND)).toEqual(expected);
  });
});
