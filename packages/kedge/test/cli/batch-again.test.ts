/** `kedge batch` that is called again: after it was killed, interrupted, or done with items that failed. */
import { expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { planWindow } from "../rehearsal/failing-replies.ts";
import { inFull } from "../support/requires.ts";
import { isAlive } from "./agent-world.ts";
import { AGENT, FAST, leaving, makeWork } from "./work-world.ts";

const agent = AGENT.join(" ");
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `item-${at}`);

/** A script in which each session that begins leaves a line with its key and waits; one that is told to go on has done it. */
function careful(count: number, wait: string): Scenario {
  const routes = keys(count).map((key) => ({
    when: { last: `Do ${key}.` },
    replies: [leaving("log.txt", `; echo ${key} >> keys.txt; ${wait}`)],
  }));
  return { routes, replies: [{ text: "Did it." }] };
}

test(
  "killed again and again at any moment, the same command does the rest, and nothing twice",
  async () => {
    const count = inFull({ normal: 3, full: 30 });
    const kills = inFull({ normal: 2, full: 20 });
    let killed = 0;
    const world = await makeWork(careful(count, "sleep 0.5"));
    const items = keys(count).map((key) => ({ key, prompt: `Do ${key}.` }));
    world.write("batch.json", { agent, directory: "project", concurrency: 2, items });
    const batch = ["batch", "../batch.json", "-p", "../fast.yaml"];
    for (let kill = 0; kill < kills; kill++) {
      const run = world.start(batch, { stdin: "" });
      await run.until(kill % 2 === 0 ? /started|done: \d/ : /attempt \d|of \d/);
      run.kill("SIGKILL");
      const { stdout } = await run.done;
      if (stdout.includes(`done: ${count} of ${count} done`)) break;
      killed++;
    }
    expect(killed).toBeGreaterThanOrEqual(kills / 2);
    const { exitCode, stdout } = await world.kedge(batch);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`done: ${count} of ${count} done`)]);
    const ran = world.lines("keys.txt");
    expect(ran.length).toBeGreaterThan(0);
    expect(ran).toHaveLength(new Set(ran).size);
    const asked = world.requests().length;
    expect((await world.kedge(batch)).exitCode).toBe(0);
    expect(world.requests()).toHaveLength(asked);
  },
  inFull({ normal: 90_000, full: 600_000 }),
);

test("what was taken out of the file is cancelled, and in another directory a batch of the same name is another", async () => {
  const world = await makeWork({
    routes: [{ when: { prompt: "Do a." }, replies: [{ status: 400, message: "no such thing" }] }],
    replies: [{ text: "Did it." }],
  });
  const write = (path: string, ...items: readonly string[]) =>
    world.write(path, {
      ...{ version: 1, name: "nightly", agent, directory: path.startsWith("project") ? "." : "project" },
      items: items.map((key) => ({ key, prompt: `Do ${key}.` })),
    });
  write("batch.json", "a", "b");
  const batch = ["batch", "../batch.json", "-p", "../fast.yaml"];
  expect((await world.kedge(batch)).stdout).toContain("1 of 2 done");
  write("batch.json", "b");
  const again = await world.kedge(batch);
  expect(again.stderr).toMatch(/nightly-\w+~a is not in the batch any more, and cancelled\./);
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 of 1 done") });
  expect((await world.status()).jobs).toEqual([]);

  const asked = world.requests().length;
  write("project/batch.json", "b");
  const other = await world.kedge(["batch", "batch.json", "-p", "../fast.yaml"]);
  expect(other.stderr).not.toContain("going on");
  expect(world.requests().length).toBeGreaterThan(asked);
}, 60_000);

test("Ctrl-C puts all sessions aside; the same command goes on with them, and with what had not begun", async () => {
  const wait = "until [ -e go ]; do sleep 0.1; done";
  const world = await makeWork(careful(3, `echo $$ >> pids.txt; ${wait}`));
  const items = keys(3).map((key) => ({ key, prompt: `Do ${key}.` }));
  world.write("batch.json", { agent, directory: "project", concurrency: 2, items });
  const batch = ["batch", "../batch.json", "-p", "../fast.yaml"];
  const run = world.start(batch, { stdin: "" });
  await world.untilLines("pids.txt", 2);
  run.kill("SIGINT");
  const { exitCode, stdout, stderr } = await run.done;
  expect(exitCode).toBe(130);
  expect(stderr).toContain(
    "stopping: sessions are ended in good order and put aside; once more to cancel them",
  );
  expect(stdout).toContain("The same command goes on where this one stopped.");
  expect(world.lines("pids.txt").map(Number).filter(isAlive)).toEqual([]);
  const status = await world.kedge(["status"]);
  expect(status.stdout).toMatch(
    /Needs you \(2\)\n.*Kedge was told to stop\. Go on with: run its batch again/,
  );

  world.write("project/go", "");
  const next = await world.kedge(batch);
  expect([next.exitCode, next.stdout]).toEqual([0, expect.stringContaining("done: 3 of 3 done")]);
  expect(next.stderr).toContain("kedge: going on: 3 of 3 items are known from before.");
  expect(world.lines("keys.txt").toSorted()).toEqual(keys(3));
}, 60_000);

test("items that failed are left so, and begun once more with --retry-failed", async () => {
  const fails = { when: { prompt: "Do it badly" }, replies: [{ status: 529 }] };
  const world = await makeWork({ routes: [fails], replies: [{ text: "Well done." }] });
  world.write("policy.json", { causes: { ...FAST.causes, overload: { action: "give_up" } } });
  const items = [
    { key: "well", prompt: "Do it well" },
    { key: "badly", prompt: "Do it badly" },
  ];
  world.write("batch.json", { agent, directory: "project", items });
  const batch = ["batch", "../batch.json", "-p", "../policy.json", "--junit", "../junit.xml"];
  const first = await world.kedge(batch);
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toMatch(/\n {2}done {4}well .*\n {2}failed {2}badly .*API overloaded → given up/);
  expect(first.stdout).toMatch(/degraded: 1 of 2 done, 1 failed/);
  expect(first.stdout).toMatch(/Failed items are begun again with --retry-failed\./);
  const asked = world.requests().length;
  expect((await world.kedge(batch)).exitCode).toBe(1);
  expect(world.requests()).toHaveLength(asked);

  await world.answer({ replies: [{ text: "Better." }] });
  const retried = await world.kedge([...batch, "--retry-failed"]);
  expect([retried.exitCode, retried.stdout]).toEqual([0, expect.stringContaining("done: 2 of 2 done")]);
  expect(world.requests()).toHaveLength(1);
}, 60_000);

test("with --no-wait a batch that meets a limit leaves with 75, and says when the rest is due", async () => {
  const world = await makeWork({ replies: [{ text: "In time." }, planWindow(7_200)] });
  const items = keys(4).map((key) => ({ key, prompt: `Do ${key}.` }));
  world.write("batch.json", { agent, directory: "project", concurrency: 1, items });
  const { exitCode, stdout } = await world.kedge([
    "batch",
    "../batch.json",
    "--no-wait",
    "-p",
    "../fast.yaml",
  ]);
  expect(exitCode).toBe(75);
  expect(stdout).toMatch(/parked: 1 of 4 done/);
  expect(stdout).toMatch(
    /The same command goes on where this one stopped\. The next is due .*\d\d:\d\d:\d\d\./,
  );
  expect(stdout.match(/goes on at \d\d:\d\d:\d\d, in 2 h/g)).toHaveLength(3);
  // Those that had not begun wait for the account, and cost no request.
  expect(world.requests().map(({ status }) => status)).toEqual([200, 429]);
}, 60_000);
