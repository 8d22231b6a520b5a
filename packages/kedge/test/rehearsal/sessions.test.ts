/** Rows of the matrix that concern one session: a poisoned one, a cut answer, a kind of error that nobody knows, one model's limit. */
import { expect, test } from "vitest";
import { AGENT, leaving, makeWork, type WorkWorld } from "../cli/work-world.ts";
import { FAILING } from "./failing-replies.ts";

const call = (policy = "../fast.yaml", ...args: readonly string[]): readonly string[] => [
  ...["run", "--policy", policy, "--key", "one", "--", ...AGENT, ...args, "Do it"],
];

const statuses = (world: WorkWorld) => world.requests().map(({ status }) => status);

test("a poisoned session is never sent again: it waits for a person, and stops nobody else", async () => {
  const world = await makeWork({ replies: [leaving("log.txt"), FAILING.poisoned] });
  const { exitCode, stdout, stderr } = await world.kedge(call());
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("failed: broken history");
  expect(stderr).toMatch(/run-one waits for you: .* Go on with: kedge resume run-one\n$/);
  expect(statuses(world)).toEqual([200, 400]);
  const { accounts } = await world.status();
  expect(accounts.map(({ state }) => state)).toEqual(["open"]);
}, 60_000);

test("where the policy names it, a copy from before the damage takes over, twice at most", async () => {
  const world = await makeWork({ replies: [leaving("log.txt"), FAILING.poisoned, { text: "Whole again." }] });
  const causes = { "*": { backoff: { base: "1s", cap: "2s" } }, poisoned: { action: "fork" } };
  world.write("fork.yaml", { causes });
  const saved = await world.kedge(call("../fork.yaml"));
  expect(saved, saved.stderr).toMatchObject({ exitCode: 0, stdout: "Whole again.\n" });
  expect(statuses(world)).toEqual([200, 400, 200]);
  expect(world.lines("log.txt")).toHaveLength(1);

  await world.answer({ replies: [FAILING.poisoned] });
  const lost = await world.kedge(["run", "--policy", "../fork.yaml", "--", ...AGENT, "Another"]);
  expect(lost.exitCode).toBe(1);
  // The first, and two tries to save it.
  expect(statuses(world).length).toBeLessThanOrEqual(3);
}, 60_000);

test("a cut answer is asked for in smaller steps, twice at most", async () => {
  const world = await makeWork({ replies: [FAILING.cutAnswer] });
  const { exitCode, stderr } = await world.kedge(call());
  expect(exitCode).toBe(1);
  expect(stderr.match(/failed: answer cut off/g)).toHaveLength(3);
  const [job] = (await world.status()).jobs;
  expect(job).toMatchObject({ starts: 3, needsPerson: true });
  // The agent asks by itself three times more in each turn.
  expect(world.requests()).toHaveLength(3 * 4);
}, 60_000);

test("a kind of error that nobody knows gets one careful try, and then waits for a person", async () => {
  const world = await makeWork({ replies: [leaving("log.txt"), FAILING.unheardOf] });
  const { exitCode, stderr } = await world.kedge(call());
  expect(exitCode).toBe(1);
  expect(statuses(world)).toEqual([200, 418, 418]);
  expect(stderr).toMatch(/run-one waits for you: /);
  expect(world.lines("log.txt")).toHaveLength(1);
}, 60_000);

test("a limit of one model without a time: held, for nobody knows until when, unless another model stands in", async () => {
  const limited = {
    routes: [{ when: { model: "claude-opus-5-5" }, replies: [FAILING.model] }],
    replies: [{ text: "By another model." }],
  };
  const world = await makeWork(limited);
  const held = await world.kedge(call("../fast.yaml", "--model", "claude-opus-5-5"));
  expect(held).toMatchObject({ exitCode: 1, stdout: "" });
  expect(held.stderr).toContain("nobody says credibly when it ends");
  expect(statuses(world)).toEqual([429]);
  const { jobs } = await world.status();
  expect(jobs).toMatchObject([{ needsPerson: true, nextAtMs: null }]);

  const models = { "claude-opus-5-5": "claude-sonnet-5-5" };
  world.write("other.yaml", { causes: { "*": { backoff: { base: "1s", cap: "2s" } } }, models });
  const other = ["run", "--policy", "../other.yaml", "--", ...AGENT];
  const done = await world.kedge([...other, "--model", "claude-opus-5-5", "Do it"]);
  expect(done).toMatchObject({ exitCode: 0, stdout: "By another model.\n" });
  expect(world.requests().at(-1)?.model).toBe("claude-sonnet-5-5");
}, 60_000);
