import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HIDDEN, hooksOf, LOCAL, makeWorld, marking, PROJECT, USER } from "./hooks-world.ts";

describe("kedge hooks dispatch", () => {
  it("runs a handler for real, and shows what it did and the decision", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", marking("user")));
    const { exitCode, stdout, stderr } = await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual(["user"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^ +blocked +command: echo user .* exit 2, \d+ ms, \d+ bytes\n/);
    expect(stdout).toContain("~/.claude/settings.json, hooks.Stop[0].hooks[0]");
    expect(stdout).toMatch(/\nDecision\n +deny: the turn goes on .*\n +reason: user says no\n$/);
    expect(stdout).not.toMatch(HIDDEN);
    expect(exitCode).toBe(0);
  });

  it("gives handlers the input of standard input or of a file, completed, and prints JSON", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("PreToolUse", "cat >&2; exit 2"));
    const call = { command: "git push" };
    world.write("project/call.json", call);
    const piped = await world.hooks(
      ["dispatch", "PreToolUse", "-t", "Bash", "-i", "-", "--json"],
      JSON.stringify(call),
    );
    const { decision, trace } = JSON.parse(piped.stdout);
    expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call" });
    expect(trace.runs).toMatchObject([{ status: "blocked", decision: "deny", exitCode: 2 }]);
    expect(JSON.parse(decision.reason)).toMatchObject({
      hook_event_name: "PreToolUse",
      tool_name: "Bash",
      tool_input: call,
      cwd: join(world.folder, "project"),
      session_id: expect.stringMatching(/./),
    });
    const read = await world.hooks(["dispatch", "PreToolUse", "-t", "Bash", "-i", "call.json", "--json"]);
    expect(JSON.parse(JSON.parse(read.stdout).decision.reason)).toEqual(JSON.parse(decision.reason));
  });

  it("does not run what nobody trusts and says so; --trust-project runs it", async () => {
    const world = makeWorld();
    world.write(PROJECT, hooksOf("Stop", marking("project")));
    const untrusted = await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual([]);
    expect(untrusted.stdout).toContain("No handler ran.");
    expect(untrusted.stdout).toMatch(
      /Did not run\n +untrusted +\.claude\/settings\.json .*nobody has trusted it/,
    );
    expect(untrusted.stdout).toMatch(/Decision\n +none\n$/);
    expect(untrusted.exitCode).toBe(0);
    const trusted = await world.hooks(["dispatch", "Stop", "--trust-project"]);
    expect(world.takeMarks()).toEqual(["project"]);
    expect(trusted.stdout).toContain("reason: project says no");
  });

  it("marks a gate that did not answer, and one that holds all the same by onFailure", async () => {
    const world = makeWorld();
    const failing = "echo lost >&2; exit 1";
    world.write(USER, hooksOf("PreToolUse", failing));
    const open = await world.hooks(["dispatch", "PreToolUse", "-t", "Bash"]);
    expect(open.stdout).toMatch(/^ +failed .* exit 1, /);
    expect(open.stdout).toContain("exit code 1: lost");
    expect(open.stdout).toMatch(/Decision\n +none\n +The gate stood open/);
    expect(open.exitCode).toBe(1);
    world.write(USER, hooksOf("PreToolUse", { type: "command", command: failing, onFailure: "block" }));
    const closed = await world.hooks(["dispatch", "PreToolUse", "-t", "Bash"]);
    expect(closed.stdout).toMatch(/Decision\n +deny: /);
    expect(closed.stdout).not.toContain("The gate stood open");
    expect(closed.exitCode).toBe(0);
    // Every line of what is shown is indented, those of a longer reason too.
    expect(closed.stdout.slice(closed.stdout.indexOf("Decision\n"))).toMatch(/^Decision\n(?: {2}\S?.*\n)+$/);
  });

  it("writes no control characters of a handler into a pipe", async () => {
    const world = makeWorld();
    const hostile = "printf 'a\\033[31m\\342\\200\\256b\\007\\nsecond' >&2; exit";
    world.write(USER, hooksOf("Stop", `${hostile} 2`, `${hostile} 1`));
    const { stdout } = await world.hooks(["dispatch", "Stop"]);
    expect(stdout).toMatch(/reason: ab\n {2}second\n/);
    expect(stdout).not.toMatch(HIDDEN);
  });

  it("ends its handlers when it is interrupted, and ends with 130", async () => {
    const world = makeWorld();
    const pidFile = join(world.folder, "pid");
    world.write(USER, hooksOf("Stop", `echo $$ > "${pidFile}"; kill -INT $PPID; exec sleep 60`));
    const { exitCode } = await world.hooks(["dispatch", "Stop"]);
    expect(exitCode).toBe(130);
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("a settings file that cannot be read is said on stderr, and the others run", async () => {
    const world = makeWorld();
    world.write(USER, "{");
    const flag = world.write("flag.json", hooksOf("Stop", marking("flag")));
    const { exitCode, stdout, stderr } = await world.hooks(["dispatch", "Stop", "--settings", flag]);
    expect(stderr).toMatch(/^kedge: .*line 1, .*~\/\.claude\/settings\.json.*\n$/);
    expect(stdout).toContain("reason: flag says no");
    expect(exitCode).toBe(1);
  });

  it.each([
    [["Stopp"], 64, 'expected the name of a hook event, got "Stopp"'],
    [["Stop", "--as", "nobody"], 64, "expected all or one of managed, "],
    [["Stop", "--settings", "none.json"], 66, "none.json does not exist"],
    [["Stop", "--settings", "{bad"], 65, "expected JSON after --settings"],
    [["Stop", "--project", "nowhere"], 66, "nowhere does not exist"],
  ])("dispatch %j ends with %i and says what was expected", async (args, code, words) => {
    const { exitCode, stdout, stderr } = await makeWorld().hooks(["dispatch", ...args]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^kedge: [^\n]*\n$/);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
  });
});

describe("the same handler in every source", () => {
  const command = marking("gate");
  const gate = hooksOf("Stop", command);
  const id = "tried@market";

  it("gives the same decision and reason, whichever real file configures it", async () => {
    const decisions: unknown[] = [];
    const worlds: Record<string, [files: Record<string, object>, args?: string[]]> = {
      user: [{ [USER]: gate }],
      project: [{ [PROJECT]: gate }, ["--trust-project"]],
      local: [{ [LOCAL]: gate }, ["--trust-project"]],
      flag: [{ "flag.json": gate }, ["--settings", "../flag.json"]],
      "plugin directory": [{ "plugin/hooks/hooks.json": gate }, ["--plugin-dir", "../plugin"]],
    };
    for (const [files, args = []] of Object.values(worlds)) {
      const world = makeWorld();
      for (const [path, content] of Object.entries(files)) world.write(path, content);
      const { stdout } = await world.hooks(["dispatch", "Stop", "--json", ...args]);
      decisions.push(JSON.parse(stdout).decision);
    }
    const world = makeWorld();
    const hooks = world.write("home/.claude/plugins/cache/market/tried/1.0.0/hooks/hooks.json", gate);
    world.write(USER, { enabledPlugins: { [id]: true } });
    world.write("home/.claude/plugins/installed_plugins.json", {
      version: 2,
      plugins: { [id]: [{ scope: "user", installPath: join(hooks, "../.."), version: "1.0.0" }] },
    });
    decisions.push(JSON.parse((await world.hooks(["dispatch", "Stop", "--json"])).stdout).decision);
    expect(decisions[0]).toMatchObject({ behavior: "deny", reason: "gate says no\n" });
    for (const decision of decisions) expect(decision).toEqual(decisions[0]);
  });

  it("--as all shows them side by side", async () => {
    const world = makeWorld();
    world.write(USER, gate);
    const { exitCode, stdout } = await world.hooks(["dispatch", "Stop", "--as", "all"]);
    for (const kind of ["managed", "flag", "local", "project", "user", "plugin-dir", "plugin"])
      expect(stdout).toMatch(new RegExp(`^${kind} +deny +continues_turn +gate says no$`, "m"));
    expect(stdout).toContain("Every source gives the same decision and the same reasons.");
    expect(world.takeMarks()).toHaveLength(7);
    expect(stdout).not.toMatch(HIDDEN);
    expect(exitCode).toBe(0);
  });

  it("--as says how many handlers were not tried for want of trust", async () => {
    const world = makeWorld();
    world.write(USER, gate);
    world.write(PROJECT, hooksOf("Stop", "exit 1"));
    const { stdout } = await world.hooks(["dispatch", "Stop", "--as", "user"]);
    expect(stdout).toContain("1 of the project not tried: nobody trusts what they run.");
    const trusted = await world.hooks(["dispatch", "Stop", "--as", "user", "--trust-project"]);
    expect(trusted.stdout).not.toContain("not tried");
  });

  it("--as all does not call it the same when nothing would run", async () => {
    const world = makeWorld();
    world.write(PROJECT, gate);
    const { exitCode, stdout } = await world.hooks(["dispatch", "Stop", "--as", "all"]);
    expect(stdout).toContain("No handler would run");
    expect(stdout).not.toContain("Every source");
    expect(world.takeMarks()).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it("--as all ends with 1 when an answer depends on the source", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", '[ -z "$CLAUDE_PLUGIN_ROOT" ] || exit 2'));
    const { exitCode, stdout } = await world.hooks(["dispatch", "Stop", "--as", "all", "--json"]);
    const { tries, isSame } = JSON.parse(stdout);
    const blocking = tries.filter(
      ({ decision }: { decision: { behavior: string } }) => decision.behavior === "deny",
    );
    expect(blocking.map(({ as }: { as: string }) => as)).toEqual(["plugin-dir", "plugin"]);
    expect(isSame).toBe(false);
    expect(exitCode).toBe(1);
  });
});
