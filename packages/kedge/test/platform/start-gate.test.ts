import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { type ChildStreamOptions, startChildStream } from "../../src/platform/child-stream.ts";
import { endMarked } from "../../src/platform/process-tree.ts";
import { spawnChild } from "../../src/platform/spawn-child.ts";
import { gateRequest } from "../../src/platform/start-gate.ts";
import { isAlive, optionsFor, stopProcess } from "./child-fixtures.ts";
import { findMarked, newMark, until } from "./stream-fixtures.ts";

const HOLDER = join(import.meta.dirname, "../fixtures/platform/holds-gate.ts");
const folder = mkdtempSync(join(tmpdir(), "kedge-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A program that leaves a file behind when it runs. */
function newProgram() {
  const mark = newMark();
  const file = join(folder, `ran-${++count}`);
  const args = ["-c", 'echo "$$" > "$0"', file];
  return { mark, file, args, options: optionsFor("/bin/sh", { args }), hasRun: () => existsSync(file) };
}

describe("a process at the gate", () => {
  const hold = (program: ReturnType<typeof newProgram>, more: Partial<ChildStreamOptions>) =>
    startChildStream({ ...program.options, mark: program.mark, ...more });

  it("is found by its mark, and becomes the program", async () => {
    const program = newProgram();
    let found: readonly number[] = [];
    const start = await hold(program, {
      beforeStart: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        found = findMarked(program.mark);
        expect(program.hasRun()).toBe(false);
      },
    });
    if (start.status !== "started") throw new Error(start.status);
    expect(await start.child.exited).toEqual({ exitCode: 0, signal: null });
    expect(found).toEqual([start.child.pid]);
    expect(readFileSync(program.file, "utf8")).toBe(`${start.child.pid}\n`);
  });

  it("ends when it may not begin, and the reason comes back", async () => {
    const program = newProgram();
    const reason = new Error("no");
    let found: readonly number[] = [];
    const beforeStart = async () => {
      found = findMarked(program.mark);
      throw reason;
    };
    await expect(hold(program, { beforeStart })).rejects.toBe(reason);
    expect(found).toHaveLength(1);
    expect(found.filter(isAlive)).toEqual([]);
    expect(program.hasRun()).toBe(false);
  });

  it("ends at an abort, without waiting for who holds it", async () => {
    const program = newProgram();
    const stop = new AbortController();
    const beforeStart = () => {
      stop.abort();
      return new Promise<void>(() => {});
    };
    expect(await hold(program, { beforeStart, signal: stop.signal })).toEqual({ status: "cancelled" });
    expect(findMarked(program.mark)).toEqual([]);
    expect(program.hasRun()).toBe(false);
  });

  it("does not begin when the abort came while it was let go", async () => {
    const program = newProgram();
    const stop = new AbortController();
    const beforeStart = async () => stop.abort();
    expect(await hold(program, { beforeStart, signal: stop.signal })).toEqual({ status: "cancelled" });
    expect(findMarked(program.mark)).toEqual([]);
    expect(program.hasRun()).toBe(false);
  });

  it.each(["SIGKILL", "SIGTERM"] as const)("that was ended by %s is told as such", async (signal) => {
    const program = newProgram();
    const start = await hold(program, {
      beforeStart: async () => {
        const [pid = 0] = findMarked(program.mark);
        process.kill(pid, signal);
        await until(() => !isAlive(pid));
        // The end of its pipe is heard of as well.
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
    });
    expect(start).toEqual({
      status: "failed",
      code: "ECANCELED",
      message: `Expected "/bin/sh" to begin, its process was ended before, by ${signal}`,
    });
    expect(program.hasRun()).toBe(false);
  });

  it("that was stopped holds no abort up, and is ended like a program", async () => {
    const program = newProgram();
    const stop = new AbortController();
    const start = await hold(program, {
      signal: stop.signal,
      beforeStart: async () => {
        const [pid = 0] = findMarked(program.mark);
        await stopProcess(pid);
        setTimeout(() => stop.abort(), 200);
      },
    });
    if (start.status !== "started") throw new Error(start.status);
    expect(await start.child.end(100)).toEqual([]);
    expect(await start.child.exited).toEqual({ exitCode: null, signal: "SIGKILL" });
    expect(program.hasRun()).toBe(false);
  });

  it.each([
    ["nothing", ""],
    ["half a message", '{"candidates":["/bin/sh"],"argv":["sh","-c","echo $$'],
    ["a whole one without its end", null],
  ])("that hears %s and then no more ends", async (_, heard) => {
    const program = newProgram();
    const { file, args, cwd } = program.options;
    const env = { ...program.options.env, KEDGE_CHILD: program.mark };
    const spawning = spawnChild({ ...gateRequest({ file, args, cwd, env }), hasChannel: true });
    if (!spawning.ok) throw new Error("it did not start");
    const { channel, exited, closePipes } = spawning.spawned;
    channel?.end(heard ?? JSON.stringify({ candidates: [file], argv: [file, ...args], env }));
    expect(await exited).toEqual({ exitCode: 125, signal: null });
    closePipes();
    expect(program.hasRun()).toBe(false);
  });
});

describe("when the process that holds the gate", () => {
  const start = async (program: ReturnType<typeof newProgram>) => {
    const holder = spawn(process.execPath, [HOLDER, program.mark, "/bin/sh", ...program.args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface(holder.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe("held");
    const [pid = 0, ...others] = findMarked(program.mark).filter((each) => each !== holder.pid);
    expect(others).toEqual([]);
    expect(isAlive(pid)).toBe(true);
    return { holder, pid, next: async () => JSON.parse((await lines.next()).value ?? "null") as unknown };
  };
  const gone = (holder: ChildProcess) => until(() => holder.exitCode !== null || holder.signalCode !== null);

  it("lets it go, the program runs in the same process", async () => {
    const program = newProgram();
    const { holder, pid, next } = await start(program);
    holder.stdin.write("go\n");
    expect(await next()).toMatchObject({ status: "started", ending: { exitCode: 0 } });
    expect(readFileSync(program.file, "utf8")).toBe(`${pid}\n`);
    await gone(holder);
  });

  it("is killed, the program never begins and nothing is left", async () => {
    const program = newProgram();
    const { holder, pid } = await start(program);
    holder.kill("SIGKILL");
    await gone(holder);
    await until(() => !isAlive(pid));
    expect(program.hasRun()).toBe(false);
    expect(findMarked(program.mark)).toEqual([]);
    expect(await endMarked(program.mark, 1_000)).toEqual({ found: 0, survivors: 0 });
  });

  it("is stopped, another one may end it, and the program never begins", async () => {
    const program = newProgram();
    const { holder, pid, next } = await start(program);
    await stopProcess(holder.pid ?? 0);
    expect(await endMarked(program.mark, 5_000)).toEqual({ found: 1, survivors: 0 });
    expect(isAlive(pid)).toBe(false);
    holder.stdin.write("go\n");
    holder.kill("SIGCONT");
    expect(await next()).toMatchObject({ status: "failed", ending: null });
    expect(program.hasRun()).toBe(false);
    await gone(holder);
  });
});
