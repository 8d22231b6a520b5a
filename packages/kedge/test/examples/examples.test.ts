import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runKedge } from "../cli/run-kedge.ts";

const root = join(import.meta.dirname, "../../../..");

describe("examples", () => {
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
