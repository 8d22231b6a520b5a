/** Rows of the matrix: server throttle, overload, and a limit of requests a minute, which are over by themselves. */
import { expect, test } from "vitest";
import { AGENT, makeWork } from "../cli/work-world.ts";
import { inFull } from "../support/requires.ts";
import { FAILING } from "./failing-replies.ts";

const RUN = ["run", "--policy", "../fast.yaml", "--key", "night", "--", ...AGENT, "Do it"];

test("a throttle of the server is over by itself: the same session goes on until it is answered", async () => {
  const world = await makeWork({ replies: [{ ...FAILING.throttle, times: 3 }, { text: "Through." }] });
  const { exitCode, stdout, stderr } = await world.kedge(RUN);
  expect(stderr).toMatch(/attempt 3 failed: server throttles \(429, /);
  expect([exitCode, stdout]).toEqual([0, "Through.\n"]);
  expect(world.requests().map(({ status }) => status)).toEqual([429, 429, 429, 200]);
  const { accounts } = await world.status();
  expect(accounts.map(({ state }) => state)).toEqual(["open"]);
}, 60_000);

test("an overload is waited out with pauses, and nobody hears of it in the answer", async () => {
  const storm = inFull({ normal: 2, full: 8 });
  const world = await makeWork({
    replies: [{ ...FAILING.overload, times: storm }, { text: "After the storm." }],
  });
  const { exitCode, stdout, stderr } = await world.kedge(RUN);
  expect([exitCode, stdout]).toEqual([0, "After the storm.\n"]);
  expect(stderr.match(/failed: API overloaded/g)).toHaveLength(storm);
  expect(stderr).toContain(`run-night is done (${storm + 1} attempts`);
  const gaps = gapsOf(world.requests().map(({ atMs }) => atMs));
  expect(gaps).toHaveLength(storm);
  // Never a loop without a pause: the governor leaves a second at least.
  expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(1_000);
}, 120_000);

test("with a stated delay no request is sent before it is over", async () => {
  const world = await makeWork({
    replies: [
      { status: 429, headers: { "retry-after": "4" } },
      { status: 529, headers: { "retry-after": "3" } },
      { text: "In time." },
    ],
  });
  const { exitCode, stdout } = await world.kedge(RUN);
  expect([exitCode, stdout]).toEqual([0, "In time.\n"]);
  const [first, second] = gapsOf(world.requests().map(({ atMs }) => atMs));
  expect(first).toBeGreaterThanOrEqual(4_000);
  expect(second).toBeGreaterThanOrEqual(3_000);
}, 60_000);

function gapsOf(times: readonly number[]): readonly number[] {
  return times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
}
