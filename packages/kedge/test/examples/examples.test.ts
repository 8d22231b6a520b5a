import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startModelApi } from "../../src/model-api/index.ts";
import { runKedge } from "../cli/run-kedge.ts";

const root = join(import.meta.dirname, "../../../..");

/** What an example of a session needs to run apart from everything else. */
function makeHome(): { readonly home: string; readonly project: string; readonly env: NodeJS.ProcessEnv } {
  const home = mkdtempSync(join(tmpdir(), "kedge-example-"));
  const project = join(home, "project");
  mkdirSync(project);
  const { KEDGE_STATE_DIR: _, ...env } = process.env;
  return { home, project, env: { ...env, HOME: home } };
}

describe("examples", () => {
  it("session-with-hooks: a push is refused, a test asked for, and a failure noted", () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/session-with-hooks/run.sh");
      const output = execFileSync(file, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
      expect(output.split("\n")).toEqual([
        "-- a turn in which a push is refused, and a test is asked for",
        "The function is written and has a test.",
        "sum.js",
        "sum.test.js",
        "-- a turn that fails: the handler is awaited, and the exit code says so",
        "exit code 1",
        "overloaded after 2 request(s), status 529",
        "",
      ]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("mcp/run.sh: a server of a project runs after trust, asks, and is kept from one thing", async () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/mcp/run.sh");
      const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
      const { stdout } = await promisify(execFile)(file, { env: { ...env, PATH } });
      const statuses = [...stdout.matchAll(/"name":"shop","status":"(\w+)"/g)].map(([, status]) => status);
      expect(statuses).toEqual(["disabled", "connected"]);
      expect(stdout).toContain("   file server.mjs (file)\nTrusted 1.");
      expect(stdout.split("\n").slice(-4)).toEqual([
        ...['7 apples"', "ordered 3 apples", "the shop is not emptied", ""],
      ]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("skills/run.sh: a skill runs nothing before trust, all of it after, and nothing changed", () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/skills/run.sh");
      const output = execFileSync(file, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
      const lines = output.split("\n");
      expect(lines.slice(0, 2)).toEqual([
        "-- nobody trusts the project: what its skill would run is refused",
        "exit code 1",
      ]);
      expect(output.match(/^\d\. .*$/gm)).toHaveLength(3);
      expect(lines.slice(-5)).toEqual([
        "-- now the text is complete, and the hook of the skill refuses the push",
        "1.2.0: the sum of nothing is 0 now. I was not let push it.",
        "-- one changed byte, and it asks again",
        ...["exit code 1", ""],
      ]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it.each([
    ["embedding/session.ts", "docs/host.md"],
    ["embedding/verdict.ts", "docs/failures.md"],
  ])("%s is what %s shows", (example, page) => {
    const source = readFileSync(join(root, "examples", example), "utf8");
    const shown = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, page), "utf8"))?.[1];
    expect(shown).toBe(source.slice(source.indexOf("import")));
  });

  it("embedding/verdict.ts prints what docs/failures.md shows", () => {
    const file = join(root, "examples/embedding/verdict.ts");
    const output = execFileSync(process.execPath, [file], { encoding: "utf8" });
    expect(readFileSync(join(root, "docs/failures.md"), "utf8")).toContain(`\`\`\`\n${output}\`\`\``);
  });

  it("failures/run.sh: three sessions fail, and each failure is recorded and explained", () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/failures/run.sh");
      const output = execFileSync(file, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
      expect(output.split("\n").slice(0, 8)).toEqual([
        ...["-- three small hooks, in the settings that this agent reads too", "StopFailure", "SessionEnd"],
        ...["SessionStart", "-- three turns that fail", "exit code 1", "exit code 1", "exit code 1"],
      ]);
      expect(output).toMatch(
        /\n.*shop +login refused .*401.*\n.*shop +connection failed .*\n.*shop +plan limit used up .*429.*resets.*\n/,
      );
      expect(output).toMatch(
        / {2}Plan limit used up\n[\s\S]*certain: it is stated[\s\S]*Evidence of 2 witnesses/,
      );
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("batch/run.sh: three sessions come through three failures, and one session runs by itself", async () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/batch/run.sh");
      const { stdout } = await promisify(execFile)(file, { env });
      const lines = stdout.split("\n");
      expect(lines[0]).toBe("-- three items on standard input, one a line");
      expect(stdout).toMatch(
        /\n +done +first .*key's rate limit → resumed\n +done +second .*API overloaded → resumed\n +done +third .*connection failed → resumed\n/,
      );
      expect(stdout).toMatch(/\nstandard input: done: 3 of 3 done \(.*\)\.\nexit code 0\n/);
      expect(lines.slice(-7)).toEqual([
        ...[
          "-- their answers, from the report",
          "The first is done.",
          "The second is done.",
          "The third is done.",
        ],
        "-- one session by itself; its answer alone is on standard output",
        ...["The first is done.", ""],
      ]);
    } finally {
      rmSync(home, { recursive: true });
    }
  }, 120_000);

  it("alerts/run.sh: a receiver that verifies signatures is told once, and hears when it is over", async () => {
    const { home, env } = makeHome();
    try {
      const file = join(root, "examples/alerts/run.sh");
      const { stdout } = await promisify(execFile)(file, { env: { ...env, NODE: process.execPath } });
      expect(stdout).toContain("  ops  webhook  delivered\n");
      expect(stdout).toContain("\nexit code 1\n");
      expect(stdout).toContain("goes on\nThe changelog is written.\n");
      const told = stdout.slice(stdout.indexOf("-- what the receiver was told"));
      expect(told.match(/^\w+\.\w+(?=: )/gm)).toEqual([
        "alerts.test",
        "incident.opened",
        "incident.resolved",
      ]);
      expect(told).toMatch(/opened: Spending limit reached on the account key:\w+: 1 session stopped\n/);
      expect(told).toContain("  Note: limit raised\n");
    } finally {
      rmSync(home, { recursive: true });
    }
  }, 120_000);

  it("alerts/kedge.yaml is sound", async () => {
    const run = await runKedge(["policy", "check", join(root, "examples/alerts/kedge.yaml")]);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("batch/batch.yaml is sound", async () => {
    const run = await runKedge(["batch", "--check", join(root, "examples/batch/batch.yaml")]);
    expect([run.exitCode, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toMatch(/3 items, 2 at once\. It is sound\.\n$/);
  });

  it("embedding/session.ts runs a session with a gate in code", async () => {
    const { home, project, env } = makeHome();
    await using api = await startModelApi({
      replies: [{ tool: "Bash", input: { command: "ls" } }, { text: "Hello." }, { status: 401 }],
    });
    const run = async () => {
      const own = { ...env, ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: api.url };
      const file = join(root, "examples/embedding/session.ts");
      return (await promisify(execFile)(process.execPath, [file], { cwd: project, env: own })).stdout;
    };
    try {
      expect(await run()).toBe("Hello.\ncompleted\n");
      expect(JSON.stringify(api.requests[1]?.body)).toContain("this agent has no shell");
      expect(await run()).toBe("\napi_error: authentication_failed after 1 requests\n");
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("protocol/decide.ts reads, selects and merges over the built package", () => {
    const output = execFileSync(process.execPath, [join(root, "examples/protocol/decide.ts")], {
      encoding: "utf8",
    });
    expect(output.split("\n")).toEqual([
      expect.stringContaining(
        'Expected `timeout` to be a number, got "5" (settings.json, hooks.PreToolUse[0].hooks[1].timeout).',
      ),
      "would run: hooks.PreToolUse[0].hooks[0]",
      'decision: deny "no force pushes here\\n" unanswered: 2',
      "",
    ]);
  });

  it("embedding/agent.ts asks its own hook and those of the user before it runs a tool", () => {
    const home = mkdtempSync(join(tmpdir(), "kedge-example-"));
    for (const folder of [".claude", "project"]) mkdirSync(join(home, folder));
    const hooks = { PreToolUse: [{ hooks: [{ type: "command", command: "exit 0" }] }] };
    writeFileSync(join(home, ".claude/settings.json"), JSON.stringify({ hooks }));
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [join(root, "examples/embedding/agent.ts"), ...args], {
        encoding: "utf8",
        cwd: join(home, "project"),
        env: { ...process.env, HOME: home },
      });
    try {
      const users = "~/.claude/settings.json: command: exit 0: ok\n";
      expect(run()).toBe(`${users}functions: function: no-force: blocked\ndeny: no force pushes\n`);
      expect(run("ls")).toBe(`${users}functions: function: no-force: ok\nnone: nothing was said\n`);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("settings/settings.json has no problems, and its gate is asked about a push", async () => {
    const file = join(root, "examples/settings/settings.json");
    const call = join(root, "examples/settings/push.json");
    const { exitCode, stdout } = await runKedge([
      "hooks",
      "explain",
      "PreToolUse",
      "-s",
      file,
      "-t",
      "Bash",
      "-i",
      call,
    ]);
    expect(stdout).toContain("1 of 1 handlers would run");
    expect(exitCode).toBe(0);
    const stop = await runKedge(["hooks", "explain", "Stop", "-s", file]);
    expect(stop.exitCode).toBe(0);
  });
});
