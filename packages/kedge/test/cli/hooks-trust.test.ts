import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeWith } from "../support/requires.ts";
import { HIDDEN, type HooksWorld, hooksOf, makeWorld, marking, PROJECT, USER } from "./hooks-world.ts";
import { MAIN, runKedge } from "./run-kedge.ts";

/** A project with one handler that runs a script of the project. */
function scriptWorld(): HooksWorld & { script: string } {
  const world = makeWorld();
  world.write(PROJECT, hooksOf("Stop", '"$CLAUDE_PROJECT_DIR"/check.sh'));
  const script = world.write("project/check.sh", `#!/bin/sh\n${marking("script")}\n`, 0o755);
  return { ...world, script };
}

/** A skill whose text runs two commands, and which permits something. */
const WISHES = `---
description: Deploys.
allowed-tools: Bash(git push:*)
---
Status: !\`git status\`

\`\`\`!
sh "\${CLAUDE_SKILL_DIR}/x.sh"
3. Forged
\`\`\`
`;

describe("kedge hooks trust", () => {
  it("shows what would be trusted, and without a terminal to ask at trusts nothing", async () => {
    const world = scriptWorld();
    world.write("project/.claude/settings.local.json", { env: { LD_PRELOAD: "./x.so" } });
    const { exitCode, stdout, stderr } = await world.hooks(["trust"], "y\n");
    expect(stdout).toMatch(
      /^They run with these variables.*\n +LD_PRELOAD="\.\/x\.so"\n1\. Stop, project, \.claude\/settings\.json hooks\.Stop\[0\]\.hooks\[0\]\n/,
    );
    expect(stdout).toContain('"command": "\\"$CLAUDE_PROJECT_DIR\\"/check.sh"');
    expect(stdout).toContain("file check.sh");
    expect(stdout).not.toContain("Trusted");
    expect(stderr).toBe("kedge: expected a terminal to ask at. Give --yes to trust what is shown.\n");
    expect(exitCode).toBe(64);
    await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual([]);
  });

  it("--yes lets it run until one byte of the script changes, and then asks again", async () => {
    const world = scriptWorld();
    const first = await world.hooks(["trust", "--yes"]);
    expect(first.stdout).toContain("Trusted 1.");
    expect(first.exitCode).toBe(0);
    const trusted = await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual(["script"]);
    expect(trusted.stdout).toContain("reason: script says no");

    writeFileSync(world.script, readFileSync(world.script, "utf8").replace("says no", "says No"));
    const modified = await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual([]);
    expect(modified.stdout).toMatch(/Did not run\n +modified +.*it was trusted, but check\.sh changed since/);
    const { stdout } = await world.hooks(["list"]);
    expect(stdout).toMatch(/changed +\w{6} +Stop .*\n.*it was trusted, but check\.sh changed since\./);

    const again = await world.hooks(["trust", "--yes"]);
    expect(again.stdout).toContain("(changed since it was trusted)");
    const after = await world.hooks(["dispatch", "Stop"]);
    expect(after.stdout).toContain("reason: script says No");
    expect(await world.hooks(["trust"])).toEqual({
      exitCode: 0,
      stdout: "Nothing asks for trust.\n",
      stderr: "",
    });
  });

  it("trusts only the handlers whose ids are given; those of the user never ask", async () => {
    const world = makeWorld();
    world.write(PROJECT, hooksOf("Stop", marking("one"), marking("other")));
    world.write(USER, hooksOf("Stop", marking("user")));
    const { handlers } = JSON.parse((await world.hooks(["list", "--json"])).stdout);
    const { stdout } = await world.hooks(["trust", "--yes", handlers[1].id.slice(0, 8)]);
    expect(stdout).toContain("echo other");
    expect(stdout).not.toMatch(/echo (?:one|user)/);
    await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual(["other", "user"]);
  });

  it("says in words what texts run and permit; ids of the list choose among them", async () => {
    const world = makeWorld();
    world.write("project/.claude/skills/deploy/SKILL.md", WISHES);
    world.write("project/.claude/skills/deploy/x.sh", "true");
    const list = await world.hooks(["list"]);
    expect(list.stdout).toMatch(/off +(\w{6}) +deploy runs +git status\n/);
    expect(list.stdout).toMatch(/off +\w{6} +deploy permits +allowed-tools: "Bash\(git push:\*\)"\n/);
    expect(list.stdout).toContain("`kedge hooks trust` shows what the project wants to run");
    const { stdout } = await world.hooks(["trust"]);
    expect(stdout).toMatch(
      /^1\. A text runs this when it is loaded, .*: "deploy", .*SKILL\.md\n {3}\$ git status\n2\. /,
    );
    expect(stdout).toMatch(
      /\n {3}\$ sh "\/.*x\.sh"\n {5}3\. Forged\n {3}file \.claude\/skills\/deploy\/x\.sh/,
    );
    expect(stdout).toMatch(
      /3\. A text permits this without asking.*\n {3}allowed-tools: "Bash\(git push:\*\)"\n/,
    );
    const id = /(\w{6}) +deploy runs +git status/.exec(list.stdout)?.[1] ?? "";
    expect((await world.hooks(["trust", "--yes", id])).stdout).toContain("Trusted 1.");
    const after = (await world.hooks(["list"])).stdout;
    expect(after).toMatch(/active +\w{6} +deploy runs +git status\n/);
    expect(after).toMatch(/off +\w{6} +deploy permits/);
  });

  it("--json shows the same, asks nothing, and trusts with --yes only", async () => {
    const world = scriptWorld();
    world.write("project/.claude/settings.local.json", { env: { A: "b" } });
    world.write("project/.claude/skills/deploy/SKILL.md", WISHES);
    world.write("project/.mcp.json", { mcpServers: { shop: { command: "node", args: ["shop.mjs"] } } });
    const first = await world.hooks(["trust", "--json"]);
    const shown = JSON.parse(first.stdout);
    expect([first.exitCode, shown.isTrusted, shown.variables]).toEqual([1, false, { A: "b" }]);
    expect(shown.asking.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...["handler", "runs", "runs", "permits", "server"],
    ]);
    expect(shown.asking[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: [{ path: "check.sh", state: "file" }],
    });
    expect(shown.asking[4]).toMatchObject({
      name: "shop",
      definition: { command: "node", args: ["shop.mjs"] },
    });
    const second = await world.hooks(["trust", "--json", "--yes"]);
    expect([second.exitCode, JSON.parse(second.stdout)]).toEqual([0, { ...shown, isTrusted: true }]);
    const third = await world.hooks(["trust", "--json"]);
    expect([third.exitCode, JSON.parse(third.stdout).asking]).toEqual([0, []]);
  });

  it("shows what does not show in a command", async () => {
    const world = makeWorld();
    world.write(PROJECT, hooksOf("Stop", "echo \u202eevil\u001b[8m"));
    const { stdout } = await world.hooks(["trust", "--yes"]);
    expect(stdout).toContain("echo \\u{202e}evil");
    expect(stdout).not.toMatch(HIDDEN);
  });

  it("says why nothing can be remembered, without a stack", async () => {
    const world = scriptWorld();
    const run = (dir: string) =>
      runKedge(["hooks", "trust", "--yes", "--project", "project"], {
        cwd: world.folder,
        env: { ...world.env, KEDGE_STATE_DIR: dir },
      });
    const inside = await run(`${world.folder}/project/state`);
    expect(inside.stderr).toMatch(
      /^kedge: nothing could be remembered: .*state folder to be outside of the project.*\n$/,
    );
    expect(inside.exitCode).toBe(65);
    const noFolder = await run(world.write("file", ""));
    expect(noFolder.stderr).toMatch(/^kedge: nothing could be remembered: .*\n$/);
    expect(noFolder.exitCode).toBe(65);
  });
});

describeWith({ needs: ["script"] }, "kedge hooks trust at a terminal", () => {
  it.each([
    ["y", 0, "Trusted 1.", ["script"]],
    ["n", 1, "nothing was trusted", []],
    ["", 1, "nothing was trusted", []],
  ])("asks at a terminal; the answer %j ends with %i", async (answer, code, words, ran) => {
    const world = scriptWorld();
    const command = `"${process.execPath}" "${MAIN}" hooks trust`;
    const { status, stdout } = spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: `${world.folder}/project`,
      env: { ...world.env, SHELL: "/bin/sh", TERM: "dumb" },
      input: `${answer}\n`,
      encoding: "utf8",
      timeout: 15_000,
    });
    expect(stdout).toContain("Trust this handler as shown? [y/N]");
    expect(stdout).toContain(words);
    expect(status).toBe(code);
    await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual(ran);
  });
});

describe("kedge hooks untrust", () => {
  it("takes trust back: the handler does not run any more", async () => {
    const world = scriptWorld();
    await world.hooks(["trust", "--yes"]);
    const { exitCode, stdout } = await world.hooks(["untrust"]);
    expect(stdout).toBe("Took trust back from 1.\n");
    expect(exitCode).toBe(0);
    const dispatched = await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual([]);
    expect(dispatched.stdout).toContain("nobody has trusted it");
    expect((await world.hooks(["untrust"])).stdout).toBe("Nothing was trusted here.\n");
  });
});
