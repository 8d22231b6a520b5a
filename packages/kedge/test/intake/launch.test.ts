import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeWith } from "../support/requires.ts";
import { headersOf, type IntakeWorld, makeIntake, QUIET, runProgram, shells } from "./intake-world.ts";

const SECRET = "sk-ant-secret";
const PEM = [
  "-----BEGIN PRIVATE KEY-----",
  "MIIEvQIBADANBgkq",
  "hkiG9w0BAQEFAASC",
  "-----END PRIVATE KEY-----",
];

async function startHeaders(
  world: IntakeWorld,
  options: { shell: readonly string[]; env?: Readonly<Record<string, string>>; cwd?: string },
): Promise<readonly string[]> {
  world.clear();
  expect(await world.run({ ...options, args: ["start"] })).toEqual(QUIET);
  return headersOf(world.record());
}

function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

describe.each(shells)("the launch contract in %s", (...shell) => {
  it("has names of variables and never a piece of a value", async () => {
    const world = makeIntake();
    const env = {
      API_KEY: SECRET,
      KEY_FILE: PEM.join("\n"),
      FAKES: "x\nFAKE=1\nexport FAKE2='y'\ndeclare -x FAKE3=\"z\"\nexport FAKE4\n",
      QUOTES: `a'b"c\`d$e\\f\n'FAKE5=1\n"FAKE6=1\n\${FAKE7}\n$(echo FAKE8)`,
      NAMES: "x\nkedge_text=1\nkedge_spool=2\n",
      ODD: "\u0001\n=FAKE9\nÄÖ=1\n9A=1",
      EMPTY: "",
      "bad.name": "1",
      "BASH_FUNC_f%%": "() { echo FAKE10\n}",
    };
    const headers = await startHeaders(world, { shell, env });
    const names = valuesOf(headers, "env");
    for (const name of ["API_KEY", "KEY_FILE", "FAKES", "QUOTES", "NAMES", "ODD", "EMPTY", "PATH"])
      expect(names).toContain(name);
    expect(
      names.filter((name) => !(name in env) && !/^(?:PATH|PWD|OLDPWD|SHLVL|KEDGE_TEST_MARK)$/.test(name)),
    ).toEqual([]);
    const text = world.record().toString();
    for (const piece of [
      SECRET,
      "MIIE",
      "hkiG",
      "PRIVATE",
      "FAKE1",
      "FAKE=",
      "FAKE2",
      "kedge_",
      "bad.name",
      "9A",
    ])
      expect(text).not.toContain(piece);
  });

  it("has no value even where every line of it looks like a variable", async () => {
    const world = makeIntake();
    const lines = Array.from({ length: 200 }, (_, at) => `export SECRET${at}='v'`);
    const headers = await startHeaders(world, { shell, env: { LINES_OF: lines.join("\n"), AFTER: "1" } });
    expect(headers.join("\n")).not.toContain("SECRET");
    expect(valuesOf(headers, "env")).toContain("AFTER");
  });

  it("has the arguments of the agent one a line, with newlines and backslashes escaped", async () => {
    const world = makeIntake();
    const agent = `'${world.script.replaceAll("'", "'\\''")}'`;
    const program = `${[...shell, agent].join(" ")} start </dev/null; :`;
    const args = ["-c", program, "claude", "-p", "two\nlines \\n Á", "", "x y", "--", "", ""];
    expect(await runProgram(["/bin/sh", ...args], { input: "", cwd: world.folder, env: {} })).toEqual(QUIET);
    const argv = valuesOf(headersOf(world.record()), "argv");
    expect(argv.slice(-5)).toEqual(["-p", "two\\nlines \\\\n Á", "", "x y", "--"]);
    expect(argv[0]).toBe("/bin/sh");
  });

  it("takes the arguments of the process that the agent names", async () => {
    const world = makeIntake();
    const headers = await startHeaders(world, { shell, env: { CLAUDE_PID: String(process.pid) } });
    const cmdline = readFileSync(`/proc/${process.pid}/cmdline`, "utf8").replace(/\0+$/, "").split("\0");
    expect(valuesOf(headers, "argv")).toEqual(
      cmdline.map((each) => each.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")),
    );
  });

  it("is written from a folder that is gone", async () => {
    const world = makeIntake();
    const program = `mkdir gone && cd gone && rmdir ../gone && exec "$@" 2>&1`;
    const args = ["/bin/sh", "-c", program, "sh", ...shell, world.script, "start", world.spool];
    const run = await runProgram(args, { input: "{}", cwd: world.folder, env: {} });
    expect(run.exitCode).toBe(0);
    expect(headersOf(world.record())[0]).toBe("kedge 1 start");
  });

  it("has the working directory, whatever it is called", async () => {
    const world = makeIntake();
    const cwd = join(world.folder, "a b\nenv FAKE\n\n\\n 'q' Á $x *");
    mkdirSync(cwd);
    const headers = await startHeaders(world, { shell, cwd });
    expect(valuesOf(headers, "cwd")).toEqual([cwd.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")]);
    expect(valuesOf(headers, "env")).not.toContain("FAKE");
  });
});

describeWith({ needs: ["git"] }, "the commit", () => {
  const shell = ["/bin/sh"];
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.invalid", ...args], {
      cwd,
      encoding: "utf8",
    }).trim();
  const commitOf = async (world: IntakeWorld, cwd: string) =>
    valuesOf(await startHeaders(world, { shell, cwd }), "git");

  it("is that of HEAD: on a branch, packed, detached, in a folder below, in a worktree", async () => {
    const world = makeIntake();
    const repository = join(world.folder, "repo");
    const below = join(repository, "a/b c");
    mkdirSync(below, { recursive: true });
    git(repository, "init", "-q", "-b", "feature/x");
    expect(await commitOf(world, repository)).toEqual([]);
    git(repository, "commit", "-q", "--allow-empty", "-m", "one");
    const head = git(repository, "rev-parse", "HEAD");
    expect(await commitOf(world, repository)).toEqual([head]);
    git(repository, "worktree", "add", "-q", "-b", "other", "../tree");
    git(join(world.folder, "tree"), "commit", "-q", "--allow-empty", "-m", "two");
    const other = git(join(world.folder, "tree"), "rev-parse", "HEAD");
    git(repository, "tag", "v1");
    git(repository, "pack-refs", "--all");
    expect(await commitOf(world, below)).toEqual([head]);
    expect(await commitOf(world, join(world.folder, "tree"))).toEqual([other]);
    git(repository, "checkout", "-q", "--detach");
    expect(await commitOf(world, repository)).toEqual([head]);
  });

  it("is left out where there is none, or where what stands there is none", async () => {
    const world = makeIntake();
    expect(await commitOf(world, world.folder)).toEqual([]);
    const repository = join(world.folder, "repo");
    mkdirSync(join(repository, ".git/refs/heads"), { recursive: true });
    const secret = join(world.folder, "secret");
    writeFileSync(secret, `${"a".repeat(40)}\n`);
    const heads = [
      "",
      "nonsense",
      "ref: refs/heads/../../../../secret",
      "ref: refs/heads/none",
      `${"g".repeat(40)}`,
      "a".repeat(39),
    ];
    for (const head of [
      ...heads,
      `${"a".repeat(40)}; rm -rf /`,
      "ref: refs/heads/loop",
      "ref: /etc/passwd",
    ]) {
      writeFileSync(join(repository, ".git/HEAD"), head);
      writeFileSync(join(repository, ".git/refs/heads/loop"), "ref: refs/heads/loop\n");
      expect(await commitOf(world, repository)).toEqual([]);
    }
    rmSync(join(repository, ".git"), { recursive: true });
    writeFileSync(join(repository, ".git"), "gitdir: ../nowhere\n");
    expect(await commitOf(world, repository)).toEqual([]);
  });

  it("is read without running git", async () => {
    const world = makeIntake();
    git(world.folder, "init", "-q");
    git(world.folder, "commit", "-q", "--allow-empty", "-m", "one");
    git(world.folder, "config", "core.fsmonitor", `touch '${world.spool}.ran'`);
    expect(await commitOf(world, world.folder)).toHaveLength(1);
    expect(() => readFileSync(`${world.spool}.ran`)).toThrow("ENOENT");
  });
});
