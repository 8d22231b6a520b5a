/** `kedge resume`, and `kedge run --attach`: work that is done, parked, held, run elsewhere, or not there. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planWindow } from "../rehearsal/failing-replies.ts";
import { inFull } from "../support/requires.ts";
import { AGENT, FAST, leaving, makeWork } from "./work-world.ts";

const run = (key: string, ...options: readonly string[]): readonly string[] => [
  ...["run", ...options, "--key", key, "--", ...AGENT, "Do it"],
];

test("work that is done prints its answer again, by its id, its end, or its beginning", async () => {
  const world = await makeWork({ replies: [{ text: "The answer." }] });
  await world.kedge(run("nightly"));
  const calls = [
    ["resume", "nig"],
    ["run", "--attach", "nightly", "--", ...AGENT, "Do it"],
    ["resume", "run-nightly"],
    ["resume", "nightly"],
    ["resume", "run-nig"],
    ["run", "--attach", "nightly"],
  ];
  for (const args of calls.slice(0, inFull({ normal: 2, full: 6 }))) {
    const again = await world.kedge(args);
    expect(again, args.join(" ")).toMatchObject({ exitCode: 0, stdout: "The answer.\n" });
    expect(again.stderr).toMatch(/run-nightly was done before \(1 attempt\)\n$/);
  }
  const other = await world.kedge(["run", "--attach", "nightly", "--", ...AGENT, "Something else"]);
  expect(other).toMatchObject({ exitCode: 64, stdout: "" });
  expect(other.stderr).toContain("expected the command of run-nightly behind --, or none, got another one.");
  await world.kedge(run("nightmare"));
  const both = await world.kedge(["resume", "night"]);
  expect(both.exitCode).toBe(64);
  expect(both.stderr).toContain('got "night", with which 2 begin: run-nightly, run-nightmare.');
  expect(world.requests()).toHaveLength(2);
}, 60_000);

test("work that another Kedge runs is waited for, and both print the answer", async () => {
  const world = await makeWork({
    replies: [leaving("log.txt", "; until [ -e go ]; do sleep 0.1; done"), { text: "Together." }],
  });
  const first = world.start(run("shared"), { stdin: "" });
  await world.untilLines("log.txt", 1);
  const second = world.start(run("shared"), { stdin: "" });
  await second.until(/run-shared is run by kedge \d+ on \S+: waiting for it to end/);
  const impatient = world.start(["resume", "shared"], { stdin: "" });
  await impatient.until("waiting for it to end");
  impatient.kill("SIGINT");
  const left = await impatient.done;
  expect(left.exitCode).toBe(130);
  expect(left.stderr).toMatch(/run-shared is still run by kedge \d+ on \S+\. Wait for it with: kedge resume/);
  writeFileSync(join(world.project, "go"), "");
  expect(await first.done).toMatchObject({ exitCode: 0, stdout: "Together.\n" });
  expect(await second.done).toMatchObject({ exitCode: 0, stdout: "Together.\n" });
  expect(world.requests()).toHaveLength(2);
  expect(world.lines("log.txt")).toHaveLength(1);
}, 60_000);

test("what is parked keeps its time, and what waits for a person goes on", async () => {
  const world = await makeWork({ replies: [planWindow(3 * 86_400, "seven_day")] });
  expect((await world.kedge(run("week", "--no-wait"))).exitCode).toBe(75);
  for (let call = 0; call < 2; call++) {
    const parked = await world.kedge(["resume", "--no-wait", "week"]);
    expect(parked.exitCode).toBe(75);
    expect(parked.stderr).toMatch(
      /run-week is parked: .*, in 3 days, when somebody runs it: kedge resume run-week/,
    );
  }
  expect(world.requests()).toHaveLength(1);

  await world.answer({
    replies: [{ status: 400, message: "prompt is too long: 210000 tokens > 200000 maximum" }],
  });
  const env = { ANTHROPIC_API_KEY: "another" };
  const held = await world.kedge(run("large"), { env });
  expect([held.exitCode, world.requests().length]).toEqual([1, 1]);
  await world.answer({ replies: [{ text: "It fits now." }] });
  expect(await world.kedge(["resume", "large"], { env })).toMatchObject({
    exitCode: 0,
    stdout: "It fits now.\n",
  });
}, 60_000);

test("a policy that is named is the one in the directory of the call, and never from a pipe where others go on", async () => {
  const world = await makeWork({ replies: [{ status: 529 }] });
  world.write("project/own.yaml", { attempts: 0 });
  const held = await world.kedge(run("named", "--policy", "own.yaml"));
  expect([held.exitCode, world.requests().length]).toEqual([1, 1]);
  await world.answer({ replies: [{ text: "Now." }] });
  world.write("elsewhere/other.yaml", FAST);
  const cwd = join(world.folder, "elsewhere");
  const gone = await world.kedge(["resume", "named", "--policy", "own.yaml"], { cwd });
  expect([gone.exitCode, gone.stderr]).toEqual([66, expect.stringContaining("own.yaml")]);
  expect(await world.kedge(["resume", "named", "--policy", "other.yaml"], { cwd })).toMatchObject({
    exitCode: 0,
    stdout: "Now.\n",
  });
  for (const words of [
    ["run", "--policy", "-", "--", ...AGENT, "x"],
    ["batch", "--policy", "-", "none.yaml"],
  ]) {
    const piped = await world.kedge(words, { stdin: "attempts: 0" });
    expect([piped.exitCode, piped.stderr]).toEqual([64, expect.stringContaining("got standard input")]);
  }
}, 60_000);

test("work whose launch contract or directory is gone says so, and runs nothing", async () => {
  const world = await makeWork({
    replies: [{ status: 400, message: "prompt is too long: 2 tokens > 1 maximum" }],
  });
  const place = join(world.folder, "place");
  world.write("place/file", "x");
  expect((await world.kedge(run("gone"), { cwd: place })).exitCode).toBe(1);
  rmSync(place, { recursive: true });
  const away = await world.kedge(["resume", "gone"]);
  expect(away.exitCode).toBe(1);
  expect(away.stderr).toContain("The directory of the session is not there any more.");
  rmSync(join(world.stateDir, "jobs"), { recursive: true });
  const lost = await world.kedge(["resume", "gone"]);
  expect(lost.exitCode).toBe(65);
  expect(lost.stderr).toMatch(/^kedge: run-gone cannot go on: its launch contract cannot be read: /);
  expect(world.requests()).toHaveLength(1);
}, 60_000);

test("an agent that died before it took its prompt is given it again", async () => {
  const world = await makeWork({ replies: [{ text: "Done." }] });
  // The first session is killed while its first handlers run; its transcript is there, and empty.
  const kills = "[ -e started ] || { touch started; kill -9 $PPID; sleep 5; }";
  world.write("project/.claude/settings.json", {
    hooks: { UserPromptSubmit: [{ hooks: [{ type: "command", command: kills }] }] },
  });
  const policy = ["--policy", join(world.folder, "fast.yaml")];
  const command = [...AGENT, "--trust-project", "Do it"];
  const done = await world.kedge(["run", ...policy, "--key", "killed", "--", ...command]);
  expect(done).toMatchObject({ exitCode: 0, stdout: "Done.\n" });
  expect(world.requests()).toHaveLength(1);
  expect(JSON.stringify(world.requests()[0]?.body)).toContain("Do it");
}, 60_000);
