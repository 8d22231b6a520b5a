import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { type ChildStreamOptions, startChildStream } from "../../src/platform/child-stream.ts";
import { testWith } from "../support/requires.ts";
import { endProcess, fixture, isAlive, optionsFor, readPids } from "./child-fixtures.ts";
import { findMarked, newMark, runStream, until } from "./stream-fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "kedge-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Both ways to start: at once, and behind a gate that opens when asked. */
const ways: readonly (readonly [string, Partial<ChildStreamOptions>])[] = [
  ["at once", {}],
  ["behind a gate", { beforeStart: async () => {} }],
];

/** What a shell would change on the way: names that it keeps for itself, and names that are no words to it. */
const ENVIRONMENT = {
  PATH: process.env.PATH ?? "",
  KEDGE_TEST_MARK: process.env.KEDGE_TEST_MARK ?? "",
  PWD: "/elsewhere",
  OLDPWD: "/before",
  SHLVL: "41",
  _: "under",
  IFS: "x",
  PS1: "$ ",
  UID: "7",
  PPID: "8",
  OPTIND: "9",
  BASHOPTS: "extglob",
  NODE_OPTIONS: "--no-such-option",
  NODE_V8_COVERAGE: "",
  LD_LIBRARY_PATH: "/nowhere",
  LC_ALL: "C",
  EMPTY: "",
  "BASH_FUNC_which%%": "() { echo; }",
  "a-b.c//:d": "1",
  lines: "a\nb\n\n",
  unicode: "ü\u{1f6a2}\ud800",
  large: "x".repeat(100_000),
};
const WORDS = [
  "",
  " a  b ",
  "line\nfeed\n",
  "-e",
  "--",
  "$HOME `id` \\ \" '",
  "*",
  "ü\u{1f6a2}\udfff",
  "\u0001\u007f",
  "",
];

describe("a program begins with the same behind a gate as without one", () => {
  const capture = async (file: string, args: readonly string[], more: Partial<ChildStreamOptions> = {}) => {
    const runs = [];
    for (const [, way] of ways) {
      const run = await runStream({
        ...optionsFor(file, { args, cwd: folder }),
        mark: "same",
        ...more,
        ...way,
      });
      // Alone between blanks it can be nothing else.
      const stdout = run.stdout.replaceAll(new RegExp(`(?<=^|\\s)${run.pid}(?=\\s)`, "g"), "PID");
      runs.push({ ...run, stdout, pid: 0 });
    }
    const [plain, gated] = runs;
    expect(gated).toEqual(plain);
    if (!plain) throw new Error("nothing ran");
    expect(plain).toMatchObject({ exitCode: 0, stderr: "" });
    return plain.stdout;
  };

  it("environment, to the byte and in order", async () => {
    const seen = await capture("/bin/cat", ["/proc/self/environ"], { env: ENVIRONMENT });
    const wanted = { ...ENVIRONMENT, KEDGE_CHILD: "same" };
    const text = Object.entries(wanted).map(([name, value]) => `${name}=${value}\0`);
    expect(Buffer.from(seen, "latin1").toString()).toBe(text.join("").toWellFormed());
  });

  it("no environment but the mark", async () => {
    expect(await capture("/bin/cat", ["/proc/self/environ"], { env: {} })).toBe("KEDGE_CHILD=same\0");
  });

  it("words", async () => {
    const seen = await capture("/usr/bin/printf", ["%s\\0", ...WORDS]);
    expect(Buffer.from(seen, "latin1").toString()).toBe(
      WORDS.map((word) => `${word.toWellFormed()}\0`).join(""),
    );
    expect(await capture("cat", ["/proc/self/cmdline"])).toBe("cat\0/proc/self/cmdline\0");
  });

  it("more words than a pipe holds", async () => {
    const args = Array.from({ length: 10 }, (_, at) => String(at).repeat(100_000));
    expect(await capture("/usr/bin/printf", ["%s", ...args])).toBe(args.join(""));
  });

  it("standard input", async () => {
    const stdin = Buffer.from("ü".repeat(300_000));
    expect(await capture("/bin/cat", [], { stdin })).toBe(stdin.toString("latin1"));
    expect(await capture("/bin/cat", [])).toBe("");
  });

  it("signals, rights, and limits", async () => {
    const seen = await capture("/bin/grep", [
      ...[
        "-hE",
        "^(Umask|Sig(Pnd|Blk|Ign|Cgt)|Shd|Cap|NoNewPrivs|Seccomp|Max)|^Name",
        "/proc/self/status",
        "/proc/self/limits",
      ],
    ]);
    expect(seen).toContain("Name:\tgrep\n");
    expect(seen).toContain("SigIgn:\t0000000000000000\n");
    expect(seen).toContain("Max open files");
  });

  it("open descriptors, folder, group, session and terminal", async () => {
    const text = "ls /proc/$$/fd; readlink /proc/$$/cwd; cut -d ' ' -f 1,2,4-8 /proc/$$/stat";
    const seen = await capture("/bin/sh", ["-c", text]);
    const lines = seen.trimEnd().split("\n");
    expect(lines.slice(-2)).toEqual([folder, `PID (sh) ${process.pid} PID PID 0 -1`]);
    expect(lines.slice(0, 3)).toEqual(["0", "1", "2"]);
    // The gate's own.
    expect(lines).not.toContain("3");
  });

  it("a script by its interpreter, by the name that it was found by", async () => {
    const path = join(folder, "script");
    writeFileSync(path, '#!/bin/sh\necho "$0" "$@"\n');
    chmodSync(path, 0o755);
    expect(await capture("./script", ["a", ""])).toBe("./script a \n");
    expect(await capture("script", ["a"], { env: { PATH: "/nowhere::/bin" } })).toBe("script a\n");
    expect(await capture("script", ["a"], { env: { PATH: folder } })).toBe(`${path} a\n`);
  });

  it("the first that may be run of the programs of PATH", async () => {
    for (const [name, mode] of [
      ["one", 0o644],
      ["two", 0o755],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "tool"), `#!/bin/sh\necho ${name}\n`);
      chmodSync(join(folder, name, "tool"), mode);
    }
    mkdirSync(join(folder, "zero", "tool"), { recursive: true });
    const env = { PATH: ["zero", "one", "two"].map((name) => join(folder, name)).join(":") };
    expect(await capture("tool", [], { env })).toBe("two\n");
  });
});

describe.each(ways)("%s", (_name, way) => {
  const start = (options: Partial<ChildStreamOptions> & { readonly file: string }) =>
    startChildStream({ ...optionsFor(options.file), ...way, ...options });

  const large = "x".repeat(200_000);
  it.each<[string, Partial<ChildStreamOptions> & { readonly file: string }, string, RegExp]>([
    [
      "no such file",
      { file: "/nowhere/program" },
      "ENOENT",
      /^Expected the program "\/nowhere\/program" to exist$/,
    ],
    [
      "not in PATH",
      { file: "no-such-program" },
      "ENOENT",
      /"no-such-program" to be in one of the folders of PATH$/,
    ],
    ["not executable", { file: fixture("not-executable.sh") }, "EACCES", /to be an executable file$/],
    ["a folder", { file: "/tmp" }, "EACCES", /^Expected "\/tmp" to be an executable file$/],
    ["no interpreter line", { file: fixture("no-shebang") }, "ENOEXEC", /first line does not begin with #!$/],
    [
      "an interpreter that is not there",
      { file: fixture("crlf-shebang.sh") },
      "ENOENT",
      /interpreter .* it is "\/bin\/sh\\r"$/,
    ],
    [
      "no working directory",
      { file: "/bin/true", cwd: "/nowhere" },
      "ENOENT",
      /working directory "\/nowhere" to exist/,
    ],
    [
      "a working directory that is none",
      { file: "/bin/true", cwd: "/bin/true" },
      "ENOENT|ENOTDIR",
      /to be a directory$/,
    ],
    [
      "a NUL in a word",
      { file: "/bin/true", args: ["a", "b\0"] },
      "ERR_INVALID_ARG_VALUE",
      /argument 1 has one$/,
    ],
    [
      "a NUL in a variable",
      { file: "/bin/true", env: { secret: "hidden\0" } },
      "ERR_INVALID_ARG_VALUE",
      /variable "secret" has one$/,
    ],
    ["no name", { file: "" }, "ERR_INVALID_ARG_VALUE", /^Expected the name of a program, got an empty one$/],
    ["too long a word", { file: "/bin/true", args: [large] }, "E2BIG", /argument 0 has 200001 /],
  ])("%s is told", async (_case, options, code, message) => {
    const mark = newMark();
    const came = await start({ ...options, mark });
    expect(came).toEqual({
      status: "failed",
      code: expect.stringMatching(new RegExp(`^(${code})$`)),
      message: expect.stringMatching(message),
    });
    expect(findMarked(mark)).toEqual([]);
  });

  it("no signal that came first starts anything", async () => {
    const file = join(folder, "never");
    const signal = AbortSignal.abort();
    expect(await start({ file: "/bin/touch", args: [file], signal })).toEqual({ status: "cancelled" });
    expect(() => readFileSync(file)).toThrow("ENOENT");
  });

  it.each(["", "a/b", "a b", "ü", "x".repeat(65)])("%j is no mark", async (mark) => {
    await expect(start({ file: "/bin/true", mark })).rejects.toThrow(/^Expected a mark of 1 to 64 letters/);
  });

  it("the mark comes after those of outer children", async () => {
    const { stdout } = await runStream({
      ...optionsFor("/bin/sh", { args: ["-c", "echo $KEDGE_CHILD"], env: { KEDGE_CHILD: "outer/more" } }),
      ...{ ...way, mark: "inner-1_.x" },
    });
    expect(stdout).toBe("outer/more/inner-1_.x\n");
  });

  it("what was written before its end is there for who reads it after", async () => {
    const came = await start({ file: "/bin/sh", args: ["-c", "echo out; echo error >&2"] });
    if (came.status !== "started") throw new Error(came.status);
    const { stdout, stderr, exited } = came.child;
    await exited;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([await text(stdout), await text(stderr)]).toEqual(["out\n", "error\n"]);
  });

  it("what nobody reads stops the program, and nothing of it is lost", async () => {
    const came = await start({ file: "/usr/bin/head", args: ["-c", "5000000", "/dev/zero"] });
    if (came.status !== "started") throw new Error(came.status);
    const { pid, stdout, stderr, exited } = came.child;
    stderr.resume();
    await until(() => readFileSync(`/proc/${pid}/wchan`, "latin1") !== "" && isAsleep(pid));
    expect(isAlive(pid)).toBe(true);
    let bytes = 0;
    for await (const chunk of stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(5_000_000);
    expect(await exited).toEqual({ exitCode: 0, signal: null });
  });

  testWith({ needs: ["setsid"] }, "the end takes all that came from it", async () => {
    for (const name of ["setsid-grandchild.sh", "double-forked-daemon.sh", "cleared-environment.sh"]) {
      const mark = newMark();
      const came = await start({ file: fixture(name), mark });
      if (came.status !== "started") throw new Error(came.status);
      const { child } = came;
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      child.stderr.resume();
      const count = name === "double-forked-daemon.sh" ? 2 : 3;
      await until(() => readPids(said).length === count);
      expect(await child.end(1_000)).toEqual([]);
      expect(await child.exited).toEqual({ exitCode: null, signal: "SIGTERM" });
      expect(readPids(said).filter(isAlive)).toEqual([]);
    }
  });

  it("what it leaves after its own end lives on", async () => {
    const { stdout, exitCode } = await runStream({
      ...optionsFor("/bin/sh", { args: ["-c", "sleep 60 > /dev/null 2>&1 & echo $!"] }),
      ...way,
    });
    const [pid = 0] = readPids(stdout);
    expect(exitCode).toBe(0);
    expect(isAlive(pid)).toBe(true);
    endProcess(pid);
  });
});

it("a link to a program is that program, behind a gate too", async () => {
  const link = join(folder, "link");
  symlinkSync("/bin/cat", link);
  const options = { ...optionsFor(link, { args: ["/proc/self/comm"] }), beforeStart: async () => {} };
  expect((await runStream(options)).stdout).toBe("link\n");
});

function isAsleep(pid: number): boolean {
  return /^\d+ \(.*\) S/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
}

describe("stdin that stays open", () => {
  it("is written while the program answers, and its end ends the program", async () => {
    const options = { ...optionsFor("cat"), file: "cat", keepsStdin: true };
    const start = await startChildStream({ ...options, env: { PATH: process.env.PATH ?? "" } });
    if (start.status !== "started") throw new Error(JSON.stringify(start));
    const { stdin, stdout, exited } = start.child;
    for (const line of ["one", "two"]) {
      stdin?.write(`${line}\n`);
      const [chunk] = await once(stdout, "data");
      expect(String(chunk)).toBe(`${line}\n`);
    }
    stdin?.end();
    expect(await exited).toEqual({ exitCode: 0, signal: null });
    stdout.destroy();
    start.child.stderr.destroy();
  });

  it("of a program that is gone takes what is written, and kill() ends one that is not", async () => {
    const options = {
      ...optionsFor("sh"),
      file: "sh",
      keepsStdin: true,
      env: { PATH: process.env.PATH ?? "" },
    };
    const gone = await startChildStream({ ...options, args: ["-c", "exit 3"] });
    const there = await startChildStream({ ...options, args: ["-c", "cat"] });
    if (gone.status !== "started" || there.status !== "started") throw new Error("Expected two programs");
    expect(await gone.child.exited).toMatchObject({ exitCode: 3 });
    gone.child.stdin?.write("nobody reads this");
    there.child.kill();
    expect(await there.child.exited).toMatchObject({ signal: "SIGKILL" });
    for (const { stdin, stdout, stderr } of [gone.child, there.child])
      for (const pipe of [stdin, stdout, stderr]) pipe?.destroy();
  });
});
