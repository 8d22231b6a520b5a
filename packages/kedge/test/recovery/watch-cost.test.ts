/** What a look costs while nothing changes. */
import { expect, test } from "vitest";
import { createProcessFinder } from "../../src/platform/index.ts";
import { ANSWER, makeWatch, PROMPT, SECOND, STALL_MS, startAgent } from "./watch-world.ts";

const SESSIONS = 200;

test("200 sessions of which none changes: nothing is read, and nothing written", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  for (let number = 0; number < SESSIONS; number++) {
    await world.begin(`s${number}`, { pid: agent.pid });
    world.write(`s${number}`, PROMPT, ANSWER);
  }
  const find = createProcessFinder();
  let looked = 0;
  const processes = (pid: number) => {
    looked += 1;
    return find(pid);
  };
  const watch = world.watch({ processes });
  // Every transcript is read once, when it has been silent for so long: whose turn is it?
  await world.pass(watch, STALL_MS + 5 * SECOND);
  expect(world.reads.signs).toBe(SESSIONS);
  const before = { ...world.reads, looked };
  const looks = 20;
  for (let at = 0; at < looks; at++) {
    world.recovery.now += 5 * SECOND;
    expect(await watch.look()).toEqual({ found: [], failures: [], ended: [], isElsewhere: false });
  }
  expect(world.reads.signs).toBe(before.signs);
  // One look at its state, and one at its process, for each.
  expect(world.reads.stamps - before.stamps).toBe(SESSIONS * looks);
  expect(looked - before.looked).toBe(SESSIONS * looks);
}, 60_000);

test("200 sessions while an incident is open: each that was written since is read once", async () => {
  const world = await makeWatch();
  const agent = startAgent();
  for (let number = 0; number < SESSIONS; number++) {
    await world.begin(`s${number}`, { pid: agent.pid });
    world.write(`s${number}`, PROMPT, ANSWER);
  }
  world.recovery.now += 60 * SECOND;
  await world.fail("s0", {
    error: "rate_limit",
    last_assistant_message: "You've hit your weekly limit · resets 11:59pm (UTC)",
  });
  const watch = world.watch();
  expect(await world.pass(watch, 10 * SECOND)).toEqual([]);
  // What was written before it cannot prove that it is over.
  expect(world.reads.signs).toBe(0);
  for (let number = 0; number < SESSIONS; number++) world.write(`s${number}`, PROMPT);
  expect(await world.pass(watch, 60 * SECOND)).toEqual([]);
  expect(world.reads.signs).toBe(SESSIONS);
}, 60_000);
