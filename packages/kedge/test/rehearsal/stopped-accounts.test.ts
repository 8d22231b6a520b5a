/** Rows of the matrix: auth expiry, spend limit, and an account that cannot pay any more in the middle of a batch. */
import { expect, test } from "vitest";
import { AGENT, leaving, makeWork } from "../cli/work-world.ts";
import { FAILING } from "./failing-replies.ts";

const run = (key: string): readonly string[] => [
  ...["run", "--policy", "../fast.yaml", "--key", key, "--", ...AGENT, "Do it"],
];

test("a login that expires gets one fresh process; then its account stops, and nothing more is sent on it", async () => {
  const world = await makeWork({ replies: [leaving("log.txt"), FAILING.login] });
  const first = await world.kedge(run("first"));
  expect(first).toMatchObject({ exitCode: 1, stdout: "" });
  expect(world.requests().map(({ status }) => status)).toEqual([200, 401, 401]);
  expect(world.lines("log.txt")).toHaveLength(1);
  const second = await world.kedge(run("second"));
  expect(second.exitCode).toBe(1);
  expect(world.requests()).toHaveLength(3);
  const { jobs, accounts } = await world.status();
  expect(jobs.map(({ needsPerson, state, starts }) => [needsPerson, state, starts])).toEqual([
    [true, "parked", 2],
    [true, "queued", 0],
  ]);
  expect(accounts).toMatchObject([{ state: "stopped", why: "auth" }]);
  // Somebody has seen to it, and says so by going on.
  await world.answer({ replies: [{ text: "Logged in." }] });
  const again = await world.kedge(["resume", "first"]);
  expect(again).toMatchObject({ exitCode: 0, stdout: "Logged in.\n" });
  expect(world.lines("log.txt")).toHaveLength(1);
}, 60_000);

test("a spending limit stops the account at once: zero further requests, however often it is called", async () => {
  const world = await makeWork({ replies: [FAILING.spend] });
  const { exitCode, stderr } = await world.kedge(run("first"));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Nothing more is sent on it");
  const others = [await world.kedge(run("second")), await world.kedge(run("third"))];
  expect(others.map((other) => other.exitCode)).toEqual([1, 1]);
  expect(world.requests()).toHaveLength(1);
  expect((await world.status()).accounts).toMatchObject([{ state: "stopped", why: "spend" }]);
}, 60_000);

test("an account that cannot pay any more stops its batch; when it can, the same command does the rest", async () => {
  const fine = [leaving("log.txt"), { text: "Paid." }];
  const world = await makeWork({ replies: [...fine, ...fine, FAILING.billing] });
  const keys = ["one", "two", "three", "four", "five", "six"];
  world.write("batch.json", {
    ...{ version: 1, agent: AGENT.join(" "), directory: "project", concurrency: 2 },
    items: keys.map((key) => ({ key, prompt: `Do ${key}` })),
  });
  const batch = ["batch", "../batch.json", "--policy", "../fast.yaml", "--report", "../report.json"];
  const first = await world.kedge(batch);
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toMatch(/degraded: [12] of 6 done, [45] wait for a person/);
  const refused = world.requests().filter(({ status }) => status === 400);
  // One for each of the two sessions that were under way.
  expect(refused.length).toBeGreaterThanOrEqual(1);
  expect(refused.length).toBeLessThanOrEqual(2);
  expect(world.requests().slice(-refused.length)).toEqual(refused);
  const ran = world.lines("log.txt").length;

  await world.answer({ replies: [{ text: "Paid again." }] });
  const again = await world.kedge(batch);
  expect([again.exitCode, again.stdout.split("\n").at(-2)]).toEqual([
    0,
    expect.stringContaining("done: 6 of 6 done"),
  ]);
  expect(world.lines("log.txt")).toHaveLength(ran);
}, 90_000);
