import { getEventListeners } from "node:events";
import { mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createChildProcesses } from "../../src/platform/child-process.ts";
import type { ChildEnding } from "../../src/platform/child-run.ts";
import {
  countDescriptors,
  endProcess,
  fixture,
  isAlive,
  open,
  optionsFor,
  optionsForShell,
  readPids,
} from "./child-fixtures.ts";

const leftBehind: number[] = [];

afterEach(async () => {
  for (const pid of leftBehind.splice(0)) endProcess(pid);
});

const run = (name: string, more = {}): Promise<ChildEnding> => open().run(optionsFor(fixture(name), more));

describe("endings", () => {
  it("reports exit code, both outputs and their sizes", async () => {
    const ending = await open().run(optionsForShell("echo out; echo error >&2; exit 7"));
    expect(ending).toEqual({
      cause: "exit",
      exitCode: 7,
      signal: null,
      stdout: "out\n",
      stderr: "error\n",
      isStdoutCut: false,
      isStderrCut: false,
      stdoutBytes: 4,
      stderrBytes: 6,
      durationMs: expect.any(Number),
      survivors: [],
    });
  });

  it("reports a silent exit 2", async () => {
    expect(await run("exits-2-silently.sh")).toMatchObject({
      cause: "exit",
      exitCode: 2,
      stdout: "",
      stderr: "",
    });
  });

  it("reports the signal of a program that ended itself by one", async () => {
    const ending = await run("kills-itself.sh");
    expect(ending).toMatchObject({ cause: "signal", exitCode: null, signal: "SIGKILL", stdout: "before\n" });
  });

  it("keeps cause and output of a time-out when the program answers SIGTERM with an exit code", async () => {
    const ending = await run("ends-on-sigterm.sh", { timeoutMs: 1_000 });
    expect(ending).toMatchObject({
      cause: "timeout",
      exitCode: 3,
      stdout: "ready\ngoodbye\n",
      survivors: [],
    });
  });

  it("sends SIGTERM only once", async () => {
    const ending = await run("counts-sigterm.sh", { timeoutMs: 1_000, graceMs: 15_000 });
    expect(ending).toMatchObject({ cause: "timeout", exitCode: 0, stdout: "ready\nasked\n" });
  });

  it.each([2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    "does not end a child at once whose limit is %d ms",
    async (timeoutMs) => {
      const ending = await open().run(optionsForShell("sleep 0.1; echo done", { timeoutMs }));
      expect(ending).toMatchObject({ cause: "exit", stdout: "done\n" });
    },
  );

  it("does not call a time-out what had ended in time while this process was busy", async () => {
    const pending = open().run(optionsForShell("echo done", { timeoutMs: 1_000 }));
    const until = performance.now() + 1_500;
    await new Promise(setImmediate);
    while (performance.now() < until);
    expect(await pending).toMatchObject({ cause: "exit", stdout: "done\n" });
  });

  it("is over when its own process has ended, although a child holds its stdout, which lives on", async () => {
    const ending = await run("leaves-child-holding-stdout.sh");
    const [pid = 0] = readPids(ending.stdout);
    leftBehind.push(pid);
    expect(ending).toMatchObject({ cause: "exit", exitCode: 0 });
    expect(ending.durationMs).toBeLessThan(10_000);
    expect(isAlive(pid)).toBe(true);
  });

  it("is over although a child goes on writing to its stdout", async () => {
    const ending = await run("writes-after-its-end.sh", { maxOutputBytes: 1_000 });
    leftBehind.push(...readPids(ending.stdout));
    expect(ending).toMatchObject({ cause: "exit", exitCode: 0, isStdoutCut: true });
    expect(ending.durationMs).toBeLessThan(10_000);
  });

  it("closes the pipes that others still hold", async () => {
    const children = open();
    const runSome = async (): Promise<void> => {
      const options = optionsFor(fixture("leaves-child-holding-stdout.sh"), { stdin: Buffer.from("{}") });
      const endings = await Promise.all(Array.from({ length: 10 }, () => children.run(options)));
      leftBehind.push(...endings.flatMap(({ stdout }) => readPids(stdout)));
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await runSome();
    const before = countDescriptors();
    await runSome();
    expect(countDescriptors()).toBeLessThanOrEqual(before);
    expect(leftBehind.filter(isAlive).length).toBe(20);
  });

  it("leaves a background child alone, also when closed afterwards", async () => {
    const children = open();
    const ending = await children.run(optionsFor(fixture("leaves-daemon-without-stdout.sh")));
    const [pid = 0] = readPids(ending.stdout);
    leftBehind.push(pid);
    await children.close();
    expect(isAlive(pid)).toBe(true);
  });
});

describe("output", () => {
  it("puts characters together that were written in pieces", async () => {
    expect((await run("splits-utf8.sh")).stdout).toBe("é€🚀");
  });

  it("keeps NUL and escapes, and replaces what is no UTF-8", async () => {
    const { stdout, stdoutBytes } = await run("writes-control-characters.sh");
    expect(stdout).toBe("a\0b\u001b[31mred\u001b[0m\ufffd\ufffdz");
    expect(stdoutBytes).toBe(18);
  });

  it("reads 100 MB to the end and keeps the beginning", async () => {
    const ending = await run("writes-100-mb.sh", { maxOutputBytes: 1_000_000 });
    expect(ending).toMatchObject({
      cause: "exit",
      isStdoutCut: true,
      isStderrCut: false,
      stderr: "complete\n",
    });
    expect(ending.stdoutBytes).toBe(100_000_000);
    expect(ending.stdout.length).toBe(1_000_000);
  });

  it("keeps nothing with a limit of 0", async () => {
    const ending = await open().run(optionsForShell("echo abc", { maxOutputBytes: 0 }));
    expect(ending).toMatchObject({
      stdout: "",
      isStdoutCut: true,
      stdoutBytes: 4,
      stderr: "",
      isStderrCut: false,
    });
  });

  it("keeps what an endless program wrote until its time-out", async () => {
    const ending = await run("drips.sh", { timeoutMs: 1_000 });
    expect(ending.cause).toBe("timeout");
    expect(ending.stdout).toMatch(/^(tick\n)+$/);
  });
});

describe("input", () => {
  const input = Buffer.alloc(10_000_000, "a");

  it("gives all of it, and then its end", async () => {
    expect((await run("reads-slowly.sh", { stdin: input })).stdout.trim()).toBe("10000000");
  });

  it("gives a part of a larger buffer and nothing else", async () => {
    const whole = new TextEncoder().encode("..hello..");
    const ending = await open().run(optionsFor("/bin/cat", { stdin: whole.subarray(2, 7) }));
    expect(ending.stdout).toBe("hello");
  });

  it("is empty when there is none", async () => {
    expect((await open().run(optionsFor("/bin/cat"))).stdout).toBe("");
    expect((await open().run(optionsFor("/bin/cat", { stdin: new Uint8Array() }))).stdout).toBe("");
  });

  it.each(["never-reads-stdin.sh", "closes-stdin.sh"])("may be left unread: %s", async (name) => {
    const ending = await run(name, { stdin: input });
    expect(ending).toMatchObject({ cause: "exit", exitCode: 0, stderr: "" });
  });

  it("may be left unread by a child that lives on", async () => {
    const ending = await open().run(optionsForShell("sleep 60 <&0 & echo $!", { stdin: input }));
    leftBehind.push(...readPids(ending.stdout));
    expect(ending).toMatchObject({ cause: "exit", exitCode: 0 });
  });
});

describe("starts that fail", () => {
  const file = fixture("exits-2-silently.sh");

  it.each([
    ["a missing program", optionsFor("/nowhere/program"), /the program "\/nowhere\/program" to exist/],
    ["a name that is not in PATH", optionsFor("kedge-no-such-program"), /folders of PATH/],
    ["a name without a PATH", optionsFor("kedge-no-such-program", { env: {} }), /folders of PATH/],
    ["an empty name", optionsFor(""), /name of a program/],
    ["a folder", optionsFor(tmpdir()), /to be an executable file/],
    ["a file without leave to run", optionsFor(fixture("not-executable.sh")), /to be an executable file/],
    ["a text without an interpreter", optionsFor(fixture("no-shebang")), /does not begin with #!/],
    ["an empty file", optionsFor(fixture("empty-file")), /does not begin with #!/],
    [
      "an interpreter with a carriage return",
      optionsFor(fixture("crlf-shebang.sh")),
      /interpreter .*"\/bin\/sh\\r"/,
    ],
    ["a missing folder", optionsFor(file, { cwd: "/nowhere" }), /working directory "\/nowhere" to exist/],
    ["a missing folder and program", optionsFor("/no", { cwd: "/nowhere" }), /working directory "\/nowhere"/],
    ["a folder that is a file", optionsFor(file, { cwd: file }), /working directory .* to be a directory/],
    ["NUL in the name", optionsFor("a\0b"), /NUL characters, the program's name/],
    ["NUL in an argument", optionsFor(file, { args: ["a", "b\0"] }), /NUL characters, argument 1/],
    ["NUL in the folder", optionsFor(file, { cwd: "/tmp\0" }), /NUL characters, the working directory/],
    [
      "NUL in a variable",
      optionsFor(file, { env: { KEY: "hidden\0" } }),
      /NUL characters, the variable "KEY"/,
    ],
    [
      "an argument of 200 KB",
      optionsFor(file, { args: ["x".repeat(200_000)] }),
      /argument 0 has 200001 .*E2BIG/,
    ],
    [
      "a variable of 200 KB",
      optionsFor(file, { env: { KEY: "x".repeat(200_000) } }),
      /"KEY" has 200005 .*E2BIG/,
    ],
    [
      "3 MB of arguments",
      optionsFor(file, { args: Array(30).fill("x".repeat(100_000)) }),
      /together .*E2BIG/,
    ],
  ])("names the cause: %s", async (_name, options, message) => {
    const ending = await open().run(options);
    expect(ending).toMatchObject({
      cause: "start_failed",
      exitCode: null,
      signal: null,
      stdout: "",
      survivors: [],
    });
    expect(ending.message).toMatch(message);
    expect(ending.message).not.toContain("hidden");
    expect(ending.message?.length).toBeLessThan(400);
  });

  it("finds a relative program from the working directory of the child", async () => {
    const ending = await open().run(optionsFor("./exits-2-silently.sh", { cwd: fixture("") }));
    expect(ending).toMatchObject({ cause: "exit", exitCode: 2 });
  });

  it("looks in the PATH of the child", async () => {
    const ending = await open().run(
      optionsFor("exits-2-silently.sh", { env: { PATH: `/bin:${fixture("")}` } }),
    );
    expect(ending).toMatchObject({ cause: "exit", exitCode: 2 });
  });
});

describe("environment", () => {
  it("is what was given and a mark, no more", async () => {
    const { stdout } = await open().run(optionsFor("/usr/bin/env", { env: { ONE: "1", EMPTY: "" } }));
    expect(
      stdout
        .replace(/KEDGE_CHILD=[\w-]+\.1\n/, "MARK\n")
        .split("\n")
        .sort(),
    ).toEqual(["", "EMPTY=", "MARK", "ONE=1"]);
  });

  it("keeps the mark of an outer child before its own", async () => {
    const { stdout } = await open().run(optionsFor("/usr/bin/env", { env: { KEDGE_CHILD: "outer.1" } }));
    expect(stdout).toMatch(/^KEDGE_CHILD=outer\.1\/[\w-]+\.1\n$/);
  });

  it("is a session of its own without a terminal", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kedge-child-"));
    const text = "echo $$; cut -d ' ' -f 5,6,7 /proc/$$/stat; pwd";
    const { stdout } = await open().run(optionsForShell(text, { cwd: folder }));
    rmdirSync(folder);
    const [pid = "", fields, cwd] = stdout.split("\n");
    expect(fields).toBe(`${pid} ${pid} 0`);
    expect(cwd).toBe(folder);
  });
});

describe("cancelling", () => {
  it("does not start a child whose signal is aborted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kedge-child-"));
    const ending = await open().run(
      optionsForShell("touch started", { cwd: folder, signal: AbortSignal.abort() }),
    );
    expect(ending).toMatchObject({ cause: "cancelled", exitCode: null, signal: null });
    rmdirSync(folder); // fails when there is something in it
  });

  it("ends a running child, and keeps nothing on the signal", async () => {
    const controller = new AbortController();
    const children = open();
    const pending = children.run(
      optionsFor(fixture("drips.sh"), { signal: controller.signal, timeoutMs: 60_000 }),
    );
    expect(children.running).toBe(1);
    setTimeout(() => controller.abort(), 200);
    expect(await pending).toMatchObject({ cause: "cancelled", signal: "SIGTERM", survivors: [] });
    expect(children.running).toBe(0);
  });

  it("changes nothing after the end", async () => {
    const controller = new AbortController();
    const ending = await open().run(optionsForShell("echo done", { signal: controller.signal }));
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    controller.abort();
    expect(ending).toMatchObject({ cause: "exit", stdout: "done\n" });
  });

  it("ends all that run when closed, and starts nothing from then on", async () => {
    const children = open();
    const pending = Array.from({ length: 10 }, () =>
      children.run(optionsFor(fixture("ignores-sigterm.sh"), { graceMs: 300 })),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(children.running).toBe(10);
    await children.close();
    expect(children.running).toBe(0);
    for (const ending of await Promise.all(pending)) {
      expect(ending).toMatchObject({ cause: "cancelled", survivors: [] });
      expect(readPids(ending.stdout).filter(isAlive)).toEqual([]);
    }
    expect(await children.run(optionsForShell("echo late"))).toMatchObject({
      cause: "cancelled",
      stdout: "",
    });
    await children.close();
  });

  it("ends with its scope", async () => {
    let pending: Promise<ChildEnding>;
    {
      await using children = createChildProcesses();
      pending = children.run(optionsFor(fixture("drips.sh")));
    }
    expect(await pending).toMatchObject({ cause: "cancelled" });
  });
});

describe("kill", () => {
  it("ends what ignores SIGTERM at once, with its group, and takes no more runs", async () => {
    const children = open();
    const folder = mkdtempSync(join(tmpdir(), "kedge-child-"));
    const script = "trap '' TERM; sleep 60 & echo $$ $!; mkdir begun; wait";
    const begun = children.run(optionsForShell(script, { cwd: folder, graceMs: 60_000 }));
    await expect.poll(() => readdirSync(folder)).toEqual(["begun"]);
    expect(children.running).toBe(1);
    children.kill();
    const ending = await begun;
    expect(ending).toMatchObject({ cause: "signal", signal: "SIGKILL" });
    const pids = ending.stdout.trim().split(" ").map(Number);
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    expect(await children.run(optionsForShell("echo no"))).toMatchObject({ cause: "cancelled", stdout: "" });
    rmSync(folder, { recursive: true });
  });
});
