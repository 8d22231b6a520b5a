/** `kedge batch`: what it reads, what it runs, and what it reports. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeWith, inFull } from "../support/requires.ts";
import { jsonLines } from "./agent-world.ts";
import { AGENT, FAST, lastMessage, makeWork } from "./work-world.ts";

const agent = AGENT.join(" ");
const ANSWER = { replies: [{ text: "Did it." }] };

test("a YAML batch runs to its end with a table, a report and JUnit; called again it runs nothing", async () => {
  const world = await makeWork(ANSWER);
  const lines = ["version: 1", `agent: ${agent}`, "directory: project", "items:"];
  world.write("nightly.yaml", [...lines, "  - Do one", "  - { key: two, prompt: Do two }", ""].join("\n"));
  const check = await world.kedge(["batch", "../nightly.yaml", "--check", "-c", "3"]);
  expect(check).toMatchObject({ exitCode: 0, stderr: "" });
  expect(check.stdout).toBe("../nightly.yaml: 2 items, 3 at once. It is sound.\n");
  expect((await world.status()).jobs).toEqual([]);

  const files = ["--report", "../report.json", "--junit", "../junit.xml"];
  const first = await world.kedge(["batch", "../nightly.yaml", ...files]);
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(
    /^\n {2}done {2}[0-9a-f]{16} {2}\S+ \S+, <\$0\.01\n {2}done {2}two {15,}\S+ \S+, <\$0\.01\n\nnightly\.yaml: done: 2 of 2 done \([^)]+\)\.\n$/,
  );
  expect(first.stderr.match(/two: attempt 1: session \S+ started/g)).toHaveLength(1);
  expect(first.stderr).toMatch(/two: done\n/);
  const report = JSON.parse(readFileSync(join(world.folder, "report.json"), "utf8"));
  expect(report).toMatchObject({
    state: "done",
    done: 2,
    exitCode: 0,
    items: [{}, { key: "two", answer: "Did it." }],
  });
  const junit = readFileSync(join(world.folder, "junit.xml"), "utf8");
  expect(junit).toContain('<testsuites name="nightly.yaml" tests="2" failures="0" errors="0"');

  const second = await world.kedge(["batch", "../nightly.yaml", "--json"]);
  expect(second.exitCode).toBe(0);
  expect(JSON.parse(second.stdout)).toMatchObject({
    state: "done",
    items: [{}, { sessionId: report.items[1].sessionId }],
  });
  expect(second.stderr).toBe("");
  expect(world.requests()).toHaveLength(2);

  world.write(
    "nightly.yaml",
    [...lines, "  - Do one", "  - { key: two, prompt: Do more }", "  - Do three", ""].join("\n"),
  );
  const third = await world.kedge(["batch", "../nightly.yaml"]);
  expect(third.stderr).toContain("kedge: going on: 2 of 3 items are known from before.\n");
  expect(third.stderr).toContain(
    "kedge: two is not the work that it was when it began. What began goes on; give new work another key.\n",
  );
  expect(third.stdout).toMatch(/nightly\.yaml: done: 3 of 3 done/);
  expect(world.requests()).toHaveLength(3);
}, 60_000);

test("JSON Lines come from standard input; a prompt that fits no argument reaches the agent whole", async () => {
  const world = await makeWork(ANSWER);
  const large = "word ".repeat(40_000);
  const input = [{ version: 1, agent }, { key: "large", prompt: `${large}END` }, "Small one"];
  const stdin = input.map((line) => JSON.stringify(line)).join("\n");
  const { exitCode, stdout, stderr } = await world.kedge(["batch", "-", "--json"], { stdin });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: "standard input", state: "done", total: 2 });
  const events = jsonLines(
    stderr
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .join("\n"),
  );
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(["started", "progress", "changed"]));
  expect(
    world
      .requests()
      .map(lastMessage)
      .toSorted((a, b) => a.length - b.length),
  ).toEqual([expect.stringContaining("Small one"), expect.stringContaining(`${large}END`)]);
}, 60_000);

test("each account's agent gets its own credential and not the other's; one without its variable is held", async () => {
  const tell = { command: 'env | grep -E "^(TEAM_|ANTHROPIC_API_KEY)" >> env-$(basename "$PWD").txt; true' };
  const world = await makeWork({
    routes: [{ when: { last: "Do" }, replies: [{ tool: "Bash", input: tell }] }],
    replies: [{ text: "Paid." }],
  });
  const base = { ANTHROPIC_BASE_URL: "ANTHROPIC_BASE_URL" };
  const accounts = Object.fromEntries(
    ["A", "B", "C"].map((name) => [
      `team-${name.toLowerCase()}`,
      { env: { ANTHROPIC_API_KEY: `TEAM_${name}`, ...base } },
    ]),
  );
  world.write("teams.json", { ...FAST, accounts });
  const items = ["a", "b", "c"].map((name) => {
    world.write(`${name}/here`, "");
    return { key: name, prompt: "Do", account: `team-${name}`, directory: name };
  });
  world.write("teams-batch.json", { agent, items });
  const env = { TEAM_A: "secret-of-a", TEAM_B: "secret-of-b" };
  const first = await world.kedge(["batch", "../teams-batch.json", "-p", "../teams.json"], { env });
  expect(first.exitCode).toBe(1);
  expect(first.stdout).toContain("degraded: 2 of 3 done, 1 waits for a person");
  expect(first.stdout).toMatch(
    /waits for you {2}c .*Expected TEAM_C to be set for its account, found nothing there\./,
  );
  const seen = ["a", "b"].map((name) => readFileSync(join(world.folder, name, `env-${name}.txt`), "utf8"));
  expect(seen).toEqual(["ANTHROPIC_API_KEY=secret-of-a\n", "ANTHROPIC_API_KEY=secret-of-b\n"]);
  expect(new Set(world.requests().map(({ key }) => key)).size).toBe(2);
  expect(first.stdout + first.stderr).not.toContain("secret-of");
  const all = await world.kedge(["batch", "../teams-batch.json", "-p", "../teams.json"], {
    env: { ...env, TEAM_C: "secret-of-c" },
  });
  expect([all.exitCode, all.stdout]).toEqual([0, expect.stringContaining("done: 3 of 3 done")]);
}, 60_000);

describeWith({ needs: ["git"] }, "isolation", () => {
  test("each item works in a worktree of its own, on a branch of its own", async () => {
    const world = await makeWork({
      routes: [
        {
          when: { last: "Do" },
          replies: [{ tool: "Bash", input: { command: "echo own >> own.txt; cat base.txt" } }],
        },
      ],
      replies: [{ text: "Done apart." }],
    });
    world.write("project/sub/base.txt", "base\n");
    const git = (...args: readonly string[]) => {
      const names = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
      const run = spawnSync("git", [...names, ...args], {
        cwd: world.project,
        env: { ...world.env },
        encoding: "utf8",
      });
      expect(run.status, run.stderr).toBe(0);
      return run.stdout;
    };
    git("init", "-q");
    const items = ["One", "two"].map((key) => ({ key, prompt: "Do it" }));
    world.write("apart.json", { agent, directory: "project/sub", isolation: "worktree", items });
    const early = await world.kedge(["batch", "../apart.json"]);
    expect(early.exitCode).toBe(66);
    expect(early.stderr).toMatch(
      /kedge: expected a git repository with a commit for a worktree of \S.*sub, got: /,
    );
    git("add", ".");
    git("commit", "-qm", "base");
    const { exitCode, stdout } = await world.kedge(["batch", "../apart.json"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("done: 2 of 2 done")]);
    expect(existsSync(join(world.project, "sub/own.txt"))).toBe(false);
    const trees = git("worktree", "list", "--porcelain").match(/(?<=^worktree ).*/gm) ?? [];
    const apart = trees.filter((path) => path !== world.project);
    expect(apart).toHaveLength(2);
    for (const path of apart) expect(readFileSync(join(path, "sub/own.txt"), "utf8")).toBe("own\n");
    expect(git("branch", "--list", "kedge/*").trim().split("\n")).toHaveLength(2);
    // Called again, nothing is made and nothing runs.
    const before = world.requests().length;
    expect((await world.kedge(["batch", "../apart.json"])).exitCode).toBe(0);
    expect([world.requests().length, git("worktree", "list").trim().split("\n").length]).toEqual([before, 3]);
  }, 60_000);
});

test("what cannot be run is refused as a whole, with each place", async () => {
  const world = await makeWork(ANSWER);
  world.write("prompted.json", { agent: `${agent} hello`, items: ["x"] });
  world.write("waits.json", { agent: "kedge agent", items: [{ key: "one", prompt: "x" }, "y"] });
  world.write("mistyped.yaml", "agent: kedge agent -p\nitmes: [x]\n");
  world.write("whose.json", { agent, items: [{ prompt: "x", account: "nobody" }] });
  world.write("fine.json", { agent, items: ["x"] });
  const calls: readonly (readonly [args: readonly string[], exitCode: number, words: string])[] = [
    [["../none.yaml"], 66, "does not exist. Use - for standard input."],
    [["../prompted.json"], 65, "its agent has a prompt already, besides the item's own"],
    [["../waits.json"], 65, "one: expected -p: without it the agent waits for somebody at its prompt."],
    [["../mistyped.yaml"], 65, "itmes"],
    [["../whose.json"], 65, 'items[0].account: expected an account of the policy, got "nobody"'],
    [["../fine.json", "-c", "0"], 64, 'expected --concurrency from 1 to 256, got "0".'],
    [["../fine.json", "-p", "../none.yaml"], 66, "expected a file with a policy"],
    [["-"], 65, "items: expected a list, got nothing"],
    [[], 64, "missing required argument 'file'"],
  ];
  // Each takes a process; in the normal run a third of them do.
  const every = inFull({ normal: 3, full: 1 });
  for (const [args, exitCode, words] of calls.filter((_, at) => at % every === 0)) {
    const run = await world.kedge(["batch", ...args]);
    expect([run.exitCode, run.stdout], args.join(" ")).toEqual([exitCode, ""]);
    expect(run.stderr, args.join(" ")).toContain(words);
  }
  expect(world.requests()).toEqual([]);
  const unwritable = await world.kedge(["batch", "../fine.json", "--report", "/nonexistent/report.json"]);
  expect(unwritable.exitCode).toBe(74);
  expect(unwritable.stderr).toContain("the report /nonexistent/report.json cannot be written");
}, 60_000);
