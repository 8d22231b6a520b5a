import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { runInstall } from "../../src/cli/commands/install.ts";
import { readForEdit, removeEdited, writeEdited } from "../../src/cli/commands/install-settings.ts";
import { shapes } from "../agents/claude-code/shapes.ts";
import { describeWith } from "../support/requires.ts";
import { makeInstallWorld, textOf } from "./install-world.ts";

const SETTINGS = "home/.claude/settings.json";
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("kedge install claude-code", () => {
  it("puts the entry, its spool and three handlers in place, private", async () => {
    const world = makeInstallWorld();
    const { exitCode, stdout, stderr } = await world.install();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const quoted = `'${world.script.replaceAll("'", "'\\''")}'`;
    const group = (witness: string) => [
      { hooks: [{ type: "command", command: `${quoted} ${witness}`, timeout: 10 }] },
    ];
    expect(JSON.parse(textOf(world.settings) ?? "")).toEqual({
      hooks: { StopFailure: group("failure"), SessionEnd: group("end"), SessionStart: group("start") },
    });
    expect(stdout).toContain('+             "command": ');
    expect([world.script, world.settings].map(modeOf)).toEqual(["700", "600"]);
    for (const name of ["", "new", "tmp", "bad"]) expect(modeOf(join(world.spool, name))).toBe("700");
    expect(readdirSync(dirname(world.settings))).toEqual(["settings.json"]);
  });

  it("changes nothing a second time, and says so", async () => {
    const world = makeInstallWorld();
    world.write(SETTINGS, '{"a": 1}\n', 0o640);
    await world.install();
    const before = world.everything();
    const again = await world.install({});
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(again.stdout).toContain("Nothing to change there.");
    expect(world.everything()).toEqual(before);
  });

  it("keeps the mode, and a backup of the same mode that is never written over", async () => {
    const world = makeInstallWorld();
    const text = '{\n\t"a": 1\n}';
    world.write(SETTINGS, text);
    chmodSync(world.settings, 0o640);
    world.write(`${SETTINGS}.kedge-backup-1`, "mine");
    const { stdout } = await world.install();
    expect(stdout).toContain("settings.json.kedge-backup-2");
    expect(textOf(`${world.settings}.kedge-backup-1`)).toBe("mine");
    expect(textOf(`${world.settings}.kedge-backup-2`)).toBe(text);
    expect([world.settings, `${world.settings}.kedge-backup-2`].map(modeOf)).toEqual(["640", "640"]);
  });

  it("shows what is added and nothing else of the file", async () => {
    const world = makeInstallWorld();
    world.write(SETTINGS, JSON.stringify({ env: { TOKEN: "sk-secret" }, apiKeyHelper: "sk-other" }, null, 2));
    const { stdout } = await world.install({ print: true });
    expect(stdout).toMatch(/settings\.json, line 5, behind it a comma and:\n\+ {3}"hooks": \{\n/);
    expect(stdout).not.toContain("sk-");
    expect(stdout.match(/^\+/gm)).toHaveLength(35);
  });

  it.each([[{}], [{ json: true }]])("without a terminal and --yes does nothing (%j)", async (options) => {
    const world = makeInstallWorld();
    const before = world.everything();
    const { exitCode, stderr } = await world.install(options);
    expect(exitCode).toBe(64);
    expect(stderr).toContain("expected a terminal to ask at. Give --yes");
    expect(world.everything()).toEqual(before);
  });

  it("--print does nothing", async () => {
    const world = makeInstallWorld();
    const before = world.everything();
    expect((await world.install({ print: true, yes: true })).exitCode).toBe(0);
    expect(world.everything()).toEqual(before);
  });

  it("--json says what was done", async () => {
    const world = makeInstallWorld();
    world.write(SETTINGS, "{}");
    const { stdout } = await world.install({ yes: true, json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{
        agent: "claude-code",
        settings: world.settings,
        script: world.script,
        spool: world.spool,
        done: true,
      },
      ...{
        isEntryNew: true,
        backup: `${world.settings}.kedge-backup-1`,
        changes: [{ line: 1, removed: "" }],
      },
    });
  });

  it("respects CLAUDE_CONFIG_DIR, and --project takes the settings of the project and says whose path is in it", async () => {
    const world = makeInstallWorld();
    await world.with({ CLAUDE_CONFIG_DIR: join(world.folder, "other") }).install();
    expect(textOf(join(world.folder, "other/settings.json"))).toContain("kedge-intake");
    const { stdout } = await world.install({ project: true, yes: true });
    expect(textOf(join(world.folder, "project/.claude/settings.json"))).toContain("kedge-intake");
    expect(stdout).toContain("do not commit it");
    expect(textOf(world.settings)).toBeNull();
  });

  it("writes through a link to what it leads to", async () => {
    const world = makeInstallWorld();
    const target = world.write("dotfiles/claude.json", "{}\n");
    mkdirSync(dirname(world.settings));
    symlinkSync("../../dotfiles/claude.json", world.settings);
    const { stdout } = await world.install();
    expect(stdout).toContain("is a link; what it leads to is changed, and the link stays");
    expect(readlinkSync(world.settings)).toBe("../../dotfiles/claude.json");
    expect(textOf(target)).toContain("kedge-intake");
    expect(readdirSync(dirname(target))).toEqual(["claude.json"]);
    expect(textOf(`${world.settings}.kedge-backup-1`)).toBe("{}\n");
  });

  it.each<[string, string | Buffer, RegExp, number]>([
    ["comments", "{\n  // x\n}", /settings\.json\)?.*JSON has no comments/, 65],
    ["an array", "[]", /expected one JSON object/, 65],
    ["bytes that are no UTF-8", Buffer.from('{"a": "\xff"}', "latin1"), /expected text in UTF-8/, 65],
    ["UTF-16", Buffer.from('\ufeff{"a": 1}', "utf16le"), /expected text in UTF-8/, 65],
  ])("refuses a file with %s and leaves it alone", async (_, content, words, code) => {
    const world = makeInstallWorld();
    world.write(SETTINGS, "");
    writeFileSync(world.settings, content);
    const before = world.everything();
    const { exitCode, stderr } = await world.install();
    expect(stderr).toMatch(words);
    expect(stderr).toContain("Nothing was changed.");
    expect(exitCode).toBe(code);
    expect(world.everything()).toEqual(before);
  });

  it("writes nothing into a file that somebody changed since it was read", async () => {
    const world = makeInstallWorld();
    world.write(SETTINGS, "{}");
    const file = await readForEdit(world.settings);
    world.write(SETTINGS, '{"a": 1}');
    await expect(writeEdited(file, "x")).rejects.toThrow("was changed by somebody else meanwhile");
    await expect(removeEdited(file)).rejects.toThrow("run the command again");
    expect(textOf(world.settings)).toBe('{"a": 1}');
  });

  it("refuses a folder, a link that leads nowhere, and an agent that is not known", async () => {
    const world = makeInstallWorld();
    mkdirSync(world.settings, { recursive: true });
    expect(await world.install()).toMatchObject({
      exitCode: 74,
      stderr: expect.stringContaining("got a folder"),
    });
    const other = makeInstallWorld();
    mkdirSync(dirname(other.settings));
    symlinkSync("nowhere", other.settings);
    expect(await other.install()).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining("leads nowhere"),
    });
    await expect(runInstall("codex", {}, other.context)).rejects.toThrow(
      'expected one of claude-code, got "codex"',
    );
  });

  it("refuses a file of somebody else", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("needs root, who can make files of somebody else");
    const world = makeInstallWorld();
    chownSync(world.write(SETTINGS, "{}"), 1234, 1234);
    expect(await world.install()).toMatchObject({
      exitCode: 74,
      stderr: expect.stringContaining("user 1234: run the command as"),
    });
    expect(textOf(world.settings)).toBe("{}");
  });

  it("keeps the group of the file", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("needs root, who can make files of somebody else");
    const world = makeInstallWorld();
    chownSync(world.write(SETTINGS, "{}"), 0, 1234);
    await world.install();
    expect(statSync(world.settings).gid).toBe(1234);
  });

  it("puts right an entry that was changed and folders that are open", async () => {
    const world = makeInstallWorld();
    await world.install();
    writeFileSync(world.script, "#!/bin/sh\n");
    for (const path of [world.script, world.spool]) chmodSync(path, 0o777);
    const { stdout } = await world.install();
    expect(stdout).toContain("The entry: ");
    expect(textOf(world.script)).toContain("kedge_record");
    expect([world.script, world.spool].map(modeOf)).toEqual(["700", "700"]);
  });
});

describeWith({ needs: ["script"] }, "kedge install at a terminal", () => {
  it.each([
    ["y", 0],
    ["n", 1],
    ["", 1],
    ["yes please", 1],
  ])("asks, and the answer %j ends with %i", (answer, code) => {
    const world = makeInstallWorld();
    const main = world.write("main.mjs", atTerminal());
    const { status, stdout } = spawnSync("script", ["-qec", `"${process.execPath}" "${main}"`, "/dev/null"], {
      ...{ cwd: world.context.cwd, input: `${answer}\n`, encoding: "utf8", timeout: 15_000 },
      env: { ...world.context.env, SHELL: "/bin/sh", TERM: "dumb" },
    });
    expect(stdout).toContain("Do this? [y/N]");
    expect(status).toBe(code);
    expect(textOf(world.settings) !== null).toBe(code === 0);
  });
});

/** The command as a program of its own. */
function atTerminal(): string {
  const source = (path: string) =>
    JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/cli", path)).href);
  return `import { runInstall } from ${source("commands/install.ts")};
import { createTerminal } from ${source("terminal.ts")};
const { env, stdin, stdout } = process;
const isInteractive = stdin.isTTY === true && stdout.isTTY === true;
const context = { terminal: createTerminal(process, env), env, cwd: process.cwd(), homeDir: env.HOME, isInteractive };
process.exitCode = await runInstall("claude-code", {}, context);`;
}

describe("kedge uninstall claude-code", () => {
  it.each(shapes)("leaves no trace in settings with %s", async (_, text) => {
    const world = makeInstallWorld();
    world.write(SETTINGS, text, 0o640);
    chmodSync(world.settings, 0o640);
    const before = world.everything();
    await world.install();
    await world.uninstall({ yes: true, purgeSpool: true });
    expect(world.everything().filter((line) => !line.startsWith("state "))).toEqual(before);
  });

  it("leaves no trace where nothing was before, and after an older entry", async () => {
    const world = makeInstallWorld();
    const before = world.everything();
    await world.install();
    writeFileSync(
      world.settings,
      (textOf(world.settings) ?? "").replaceAll("kedge-intake' ", "kedge-intake'  "),
    );
    await world.install();
    expect(textOf(`${world.settings}.kedge-backup-1`)).not.toBeNull();
    const { stdout } = await world.uninstall({ yes: true, purgeSpool: true });
    expect(stdout).toContain("Removed, with the spool.");
    expect(world.everything().filter((line) => !line.startsWith("state "))).toEqual(before);
  });

  it("takes out its handlers alone when somebody else changed the file, and keeps the backup", async () => {
    const world = makeInstallWorld();
    world.write(SETTINGS, '{\n  "model": "opus",\n  "hooks": {}\n}\n');
    await world.install();
    const change = (text: string | null) => (text ?? "").replace("opus", "sonnet");
    writeFileSync(world.settings, change(textOf(world.settings)));
    await world.uninstall();
    expect(textOf(world.settings)).toBe('{\n  "model": "sonnet",\n  "hooks": {}\n}\n');
    expect(textOf(`${world.settings}.kedge-backup-1`)).toContain("opus");
    expect(textOf(world.script)).toBeNull();
  });

  it("keeps a spool with records in it, and the entry while the project runs it", async () => {
    const world = makeInstallWorld();
    await world.install();
    await world.install({ yes: true, project: true });
    world.write("state/kedge/spool/new/1-x.failure", "record");
    const { stdout } = await world.uninstall({ yes: true, purgeSpool: true });
    expect(stdout).toContain("The entry stays, since");
    expect(stdout).toContain("The spool stays");
    expect(textOf(world.script)).not.toBeNull();
    await world.uninstall({ yes: true, project: true });
    expect(textOf(world.script)).toBeNull();
    expect(textOf(join(world.spool, "new/1-x.failure"))).toBe("record");
  });

  it("leaves no trace in the home folder, where the project's settings are the user's", async () => {
    const world = makeInstallWorld();
    const before = world.everything();
    const home = world.with({ PWD: join(world.folder, "home") });
    await home.install();
    expect((await home.doctor()).exitCode).toBe(0);
    await home.uninstall({ yes: true, purgeSpool: true });
    expect(world.everything().filter((line) => !line.startsWith("state "))).toEqual(before);
  });

  it("asks first, shows with --print, and has nothing to do where nothing is", async () => {
    const world = makeInstallWorld();
    expect((await world.uninstall({})).stdout).toBe("Nothing of Kedge is installed here.\n");
    await world.install();
    const before = world.everything();
    expect((await world.uninstall({})).exitCode).toBe(64);
    const printed = await world.uninstall({ print: true });
    expect(printed.stdout).toMatch(/^- .*kedge-intake/m);
    expect(world.everything()).toEqual(before);
    const { stdout } = await world.uninstall({ yes: true, json: true });
    expect(JSON.parse(stdout)).toMatchObject({ done: true, isEntryGoing: true, isSpoolGone: false });
  });

  it("refuses a file that is broken by now, and removes nothing", async () => {
    const world = makeInstallWorld();
    await world.install();
    writeFileSync(world.settings, `${textOf(world.settings)}// x`);
    const before = world.everything();
    expect(await world.uninstall()).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining("Nothing was changed."),
    });
    expect(world.everything()).toEqual(before);
    expect(readFileSync(world.script, "utf8")).toContain("kedge");
  });
});
