import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bashTool } from "../../../src/host/tools/bash.ts";
import { isAlive } from "../../platform/child-fixtures.ts";
import { makeToolWorld, type ToolWorld } from "./tool-world.ts";

const run = (command: string) => makeToolWorld().call("Bash", { command });

describe("what a command gives", () => {
  it.each([
    ["echo a; echo b", "a\nb"],
    ["echo a; echo e >&2; echo b", "a\nb\ne"],
    ["true", "(no output)"],
    ["printf 'a\\n\\n'", "a"],
    ["printf '  a'", "  a"],
    ["cat", "(no output)"],
    ['echo $#; echo "$1$2$3"', "0"],
    ["echo $0", "bash"],
    ["cat <<E\na'b\nE", "a'b"],
    ["# nothing", "(no output)"],
    ["set -eu; echo a", "a"],
    ["exit", "(no output)"],
    ["trap 'echo bye' EXIT; echo a", "a\nbye"],
    ["exec echo a", "a"],
    ["printf '\\xff\\x00x'", "\ufffd\0x"],
  ])("%j: %j", async (command, text) => {
    expect(await run(command)).toMatchObject({ ok: true, text });
  });

  it.each([
    ["exit 3", "Exit code 3"],
    ["echo a; false", "Exit code 1\na"],
    ["echo a; echo e >&2; exit 2", "Exit code 2\na\ne"],
    ["trap 'exit 5' EXIT; true", "Exit code 5"],
    ["(exit 4)", "Exit code 4"],
    ["kill -9 $$", "Ended by SIGKILL"],
  ])("%j fails: %j", async (command, text) => {
    expect(await run(command)).toEqual({ ok: false, text });
  });

  it.each(["echo 'a", "if", "a b )", "; a", "&& a", "echo $("])(
    "a syntax error is told, and nothing of the line runs: %j",
    async (command) => {
      const { ok, text } = await run(command);
      expect(ok).toBe(false);
      expect(text).toMatch(/^Exit code [12]\n.*eval: line/s);
    },
  );

  it("is there at once, however many empty lines are in it", async () => {
    const { ok, text } = await run("yes '' | head -c 1000000; echo last");
    expect([ok, text?.startsWith("\n")]).toEqual([true, true]);
  });

  it("is told to handlers as it was printed", async () => {
    expect(await run("echo a; echo; echo e >&2")).toMatchObject({
      response: { stdout: "a\n", stderr: "e\n", interrupted: false, isImage: false },
    });
  });

  it("is bounded, and says of how much there was", async () => {
    const outcome = await run("head -c 10000000 /dev/zero | tr '\\0' x; echo the end >&2");
    expect(outcome.text.length).toBeLessThan(31_000);
    expect(outcome.text).toContain("It printed 10000000 bytes, of which the first 1048576 were kept.");
    expect(outcome.text).toContain("the end");
  });

  it("comes of commands longer than an argument may be, and nothing is left of them", async () => {
    const world = makeToolWorld();
    const long = `x='${"a'\\''b\n".repeat(50_000)}'; echo "${"$"}{#x}"`;
    expect(await world.text("Bash", { command: long })).toBe("200000");
    expect(readdirSync(world.context.temporaryDir)).toEqual([]);
  });

  it("does not depend on where the session keeps its files", async () => {
    const world = makeToolWorld();
    const temporaryDir = join(world.folder, 'it\'s $(odd) "here"');
    mkdirSync(temporaryDir);
    mkdirSync(world.at("sub"));
    expect(await world.text("Bash", { command: "cd sub" }, { temporaryDir })).toBe("(no output)");
    expect(world.context.cwd).toBe(world.at("sub"));
  });
});

describe("the end of a command by others", () => {
  const tree = "bash -c 'trap \"\" TERM; sleep 60 & echo $! >pids; echo $$ >>pids; wait' & wait";
  const pidsIn = (folder: string) =>
    readFileSync(join(folder, "pids"), "utf8").trim().split("\n").map(Number);

  it("at its time-out takes all of its tree along", async () => {
    const world = makeToolWorld();
    const text = await world.failure("Bash", { command: `echo before; ${tree}`, timeout: 400 });
    expect(text).toBe("Command timed out after 0.4 s\nbefore");
    expect(pidsIn(world.project).map(isAlive)).toEqual([false, false]);
  });

  it("by a person takes all of its tree along, and is told as that", async () => {
    const world = makeToolWorld();
    const stop = new AbortController();
    const running = world.call("Bash", { command: tree }, { signal: stop.signal });
    while (!existsSync(world.at("pids")) || pidsIn(world.project).length < 2) await new Promise(setImmediate);
    stop.abort();
    expect(await running).toMatchObject({
      ok: false,
      isInterrupt: true,
      text: "The command was interrupted.",
    });
    expect(pidsIn(world.project).map(isAlive)).toEqual([false, false]);
  });

  it.each([0, -1, "x", null])("a time-out of %j is none", async (timeout) => {
    expect(await makeToolWorld().text("Bash", { command: "sleep 0.1; echo a", timeout })).toBe("a");
  });
});

describe("the working directory", () => {
  it("follows the command from call to call", async () => {
    const world = makeToolWorld({ "project/a/b/": "" });
    for (const command of ["cd a", "cd b && true", "exit 0"]) await world.text("Bash", { command });
    expect(await world.text("Bash", { command: "pwd" })).toBe(world.at("a/b"));
  });

  it.each([
    "cd a; exit 3",
    "cd a; false",
    "cd a; set -e; false",
    "cd a; set -- x y z; false",
    "pwd() { :; }; cd a; false",
  ])("follows one that fails as well: %s", async (command) => {
    const world = makeToolWorld({ "project/a/": "" });
    await world.failure("Bash", { command });
    expect(world.context.cwd).toBe(world.at("a"));
    expect(readdirSync(world.project)).toEqual(["a"]);
  });

  it("stays where it is when a command replaces the shell, or what is done at its end", async () => {
    const world = makeToolWorld({ "project/a/": "" });
    for (const command of ["cd a; exec true", "trap 'true' EXIT; cd a", "(cd a)"])
      await world.text("Bash", { command });
    expect(world.context.cwd).toBe(world.project);
  });

  it.each(["cd ..", "cd /", "cd ../project-evil", "cd out", "cd; true"])(
    "goes back when it is outside: %s",
    async (command) => {
      const world = makeToolWorld({ "project-evil/": "", "project/out": "-> .." });
      const text = await world.text("Bash", { command });
      expect(text).toMatch(
        /^The working directory is .*project again: .* is outside of where this session works\.$/,
      );
      expect(world.context.cwd).toBe(world.project);
    },
  );

  it("may be any that the session works in", async () => {
    const world = makeToolWorld({ "other/": "" });
    const workingDirs = [world.project, join(world.folder, "other")];
    expect(await world.text("Bash", { command: "cd ../other" }, { workingDirs })).toBe("(no output)");
    expect(world.context.cwd).toBe(join(world.folder, "other"));
  });

  it.each(["nothing", "a link", "a file"])("that is %s by now is none to run in", async (kind) => {
    const world = makeToolWorld({ "project/a/": "" });
    await world.text("Bash", { command: "cd a" });
    rmSync(world.at("a"), { recursive: true });
    if (kind === "a link") symlinkSync(".", world.at("a"));
    if (kind === "a file") writeFileSync(world.at("a"), "");
    expect(await world.failure("Bash", { command: "touch made" })).toBe(
      `${world.at("a")} is gone, or leads elsewhere: nothing was run.`,
    );
    expect(existsSync(world.at("made"))).toBe(false);
  });
});

it("reads what hooks export, before every command", async () => {
  const world = makeToolWorld();
  writeFileSync(world.context.envFile, "export FROM_HOOK='a b'\n");
  expect(await world.text("Bash", { command: 'echo "$FROM_HOOK"' })).toBe("a b");
});

/** A folder of PATH with a program that says only its own name. */
function plant(world: ToolWorld, folder: string, name: string, script = `#!/bin/sh\necho planted ${name}\n`) {
  const dir = join(world.folder, folder);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), script, { mode: 0o755 });
  return dir;
}

describe("the bash that commands run in", () => {
  it("is none that PATH gives within the project, nor one beside it that packages bring", async () => {
    const world = makeToolWorld({ "outside/link": "-> ../project/own" });
    const own = plant(world, "project/own", "bash");
    const packages = plant(world, "node_modules/.bin", "bash");
    for (const first of [own, packages, join(world.folder, "outside/link"), "own", ""]) {
      const env = { ...world.context.env, PATH: `${first}:${process.env.PATH}` };
      expect(await world.text("Bash", { command: "echo ran" }, { env })).toBe("ran");
    }
  });

  it("is none that leads into the project", async () => {
    const world = makeToolWorld({ "outside/bash": "-> ../project/own/bash" });
    plant(world, "project/own", "bash");
    const env = { PATH: `${join(world.folder, "outside")}:/usr/bin:/bin` };
    expect(await world.text("Bash", { command: "echo ran" }, { env })).toBe("ran");
  });

  it("is the first that the user has elsewhere", async () => {
    const world = makeToolWorld();
    const env = { PATH: `${plant(world, "outside", "bash")}:/usr/bin:/bin` };
    expect(await world.text("Bash", { command: "echo ran" }, { env })).toBe("planted bash");
  });

  it("is that of the system where PATH has none", async () => {
    const world = makeToolWorld();
    for (const env of [{}, { PATH: "" }, { PATH: "/nowhere" }])
      expect(await world.text("Bash", { command: "echo ran" }, { env })).toBe("ran");
  });

  it("is told why it does not start", async () => {
    const world = makeToolWorld();
    const PATH = plant(world, "outside", "bash", "#!/nowhere/at/all\n");
    const text = await world.failure("Bash", { command: "true" }, { env: { PATH } });
    expect(text).toContain("bash could not be started: ");
  });
});

it.each([
  ["ls", null],
  ["a\nb\tc", null],
  ["", "expected a command, got none"],
  [" \n", "expected a command, got none"],
  [undefined, "expected a command, got none"],
  ["ls\x1b[2K", "expected a command without control characters, got one with hidden ones"],
  ["ls\rrm", "expected a command without control characters, got one with hidden ones"],
  ["ls\0", "expected a command without control characters, got one with hidden ones"],
])("a command of %j: %j", (command, problem) => {
  expect(bashTool.check?.({ command })).toBe(problem);
});
