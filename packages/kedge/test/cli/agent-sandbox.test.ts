import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeWith } from "../support/requires.ts";
import { jsonLines, makeAgent } from "./agent-world.ts";
import { USER } from "./hooks-world.ts";

const BYPASS = ["--permission-mode", "bypassPermissions"];
const WITHOUT = { PATH: "/nonexistent" };
const asks = (more: object = {}): string => JSON.stringify({ sandbox: { enabled: true, ...more } });

describe("kedge agent with a sandbox that is not there", () => {
  test("says so on standard error, with what to do, before the answer", async () => {
    const world = await makeAgent({ replies: [{ text: "done" }] });
    const run = await world.agent(["-p", "hi", "--settings", asks()], { env: WITHOUT });
    expect([run.exitCode, run.stdout]).toEqual([0, "done\n"]);
    expect(run.stderr).toMatch(
      /^kedge: Commands run WITHOUT a sandbox\. For the sandbox that settings ask for is not available: bubblewrap \(bwrap\) is not installed\..*apt-get install bubblewrap\.\n$/,
    );
  });

  test("says so in stream-json: in the first line, in one of its own, and on standard error", async () => {
    const world = await makeAgent({ replies: [{ text: "done" }] });
    const args = ["-p", "hi", "--output-format", "stream-json", "--verbose", "--settings", asks()];
    const { stdout, stderr } = await world.agent(args, { env: WITHOUT });
    const lines = jsonLines(stdout);
    expect(stderr).toMatch(/^kedge: Commands run WITHOUT a sandbox\..*\n$/);
    expect(lines[0]).toMatchObject({ subtype: "init", kedge: { sandbox: "missing" } });
    expect(lines[1]).toMatchObject({ subtype: "informational", level: "warning" });
    expect(lines[1]?.content).toContain("Commands run WITHOUT a sandbox.");
  });

  test("ends with 69 before any request where settings demand it", async () => {
    const world = await makeAgent({ replies: [{ text: "done" }] });
    const settings = asks({ failIfUnavailable: true });
    const run = await world.agent(["-p", "hi", "--settings", settings], { env: WITHOUT });
    expect([run.exitCode, run.stdout, world.requests().length]).toEqual([69, "", 0]);
    expect(run.stderr).toContain(
      "Nothing was started, for the sandbox that settings ask for is not available",
    );
  });

  test("a value that is none is told, and counts as not given", async () => {
    const world = await makeAgent({ replies: [{ text: "done" }] });
    const settings = JSON.stringify({ sandbox: { enabled: "yes" } });
    const run = await world.agent(["-p", "hi", "--settings", settings]);
    expect(run.stderr).toMatch(/got "yes" \(--settings, sandbox\.enabled\)/);
  });
});

describeWith({ needs: ["script"] }, "kedge agent at a terminal, with a sandbox that cannot be had", () => {
  test.for([
    [
      "is not there",
      null,
      /^Commands run WITHOUT a sandbox\. For the sandbox that settings ask for is not available: .*apt-get install bubblewrap\.\r\nkedge agent · $/,
    ],
    [
      "fails",
      "#!/bin/sh\necho 'bwrap: no namespaces' >&2; exit 1\n",
      /^No command runs in this session\. For the sandbox that settings ask for does not work: \S.* does not work here: bwrap: no namespaces.*\r\nkedge agent · $/,
    ],
  ] as const)("says so in its first line: one that %s", async ([, bwrap, words]) => {
    const world = await makeAgent({ replies: [{ text: "done" }] });
    // What starts the terminal is all that is on the PATH besides.
    mkdirSync(join(world.folder, "bin"));
    symlinkSync(
      execFileSync("sh", ["-c", "command -v script"]).toString().trim(),
      `${world.folder}/bin/script`,
    );
    if (bwrap !== null) world.write("bin/bwrap", bwrap, 0o755);
    world.write(USER, asks());
    const run = world.terminal(["hi"], { env: { PATH: `${world.folder}/bin`, NO_COLOR: "1" } });
    expect(await run.until("kedge agent · ")).toMatch(words);
    await run.until("done");
    await run.until("> ");
    run.type("/exit\r");
    expect((await run.done).exitCode).toBe(0);
  });
});

describeWith({ needs: ["bwrap"] }, "kedge agent with a sandbox", () => {
  test("confines what the model runs, and says nothing of it", async () => {
    const command = "echo x >/var/tmp/kedge-cli-loot; touch inside";
    const world = await makeAgent({ replies: [{ tool: "Bash", input: { command } }, { text: "done" }] });
    const run = await world.agent(["-p", "hi", ...BYPASS, "--settings", asks()]);
    expect(run).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
    expect([world.has("inside"), existsSync("/var/tmp/kedge-cli-loot")]).toEqual([true, false]);
    expect(readdirSync(world.project)).toEqual(["inside"]);
    expect(readdirSync(join(world.folder, "state/sandbox"))).toEqual([]);
  });

  test("leaves nothing for the next session to obey when it is killed in the middle", async () => {
    const command = "touch begun; sleep 4714.5";
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command } }, { text: "done" }],
    });
    const run = world.start(["-p", "hi", ...BYPASS, "--settings", asks()]);
    while (!world.has("begun")) await new Promise(setImmediate);
    run.kill("SIGKILL");
    await run.done;
    expect(readdirSync(world.project).length).toBeGreaterThan(5);
    // Before it reads anything, and whether it runs a command or not.
    const next = await world.agent(["-p", "hi"]);
    expect(next).toEqual({ exitCode: 0, stdout: "done\n", stderr: "" });
    expect(readdirSync(world.project)).toEqual(["begun"]);
  });

  test("is not in the way of a session that begins while a command runs", async () => {
    const command = "touch begun; until [ -e over ]; do sleep 0.01; done";
    const world = await makeAgent({
      replies: [{ tool: "Bash", input: { command } }, { text: "beside" }, { text: "done" }],
    });
    const run = world.start(["-p", "hi", ...BYPASS, "--settings", asks()]);
    while (!world.has("begun")) await new Promise(setImmediate);
    expect(readdirSync(world.project)).toContain(".mcp.json");
    const beside = await world.agent(["-p", "hi"]);
    expect(beside).toEqual({ exitCode: 0, stdout: "beside\n", stderr: "" });
    expect(readdirSync(world.project)).toContain(".mcp.json");
    writeFileSync(join(world.project, "over"), "");
    expect((await run.done).exitCode).toBe(0);
    expect(readdirSync(world.project)).toEqual(["begun", "over"]);
  });
});
