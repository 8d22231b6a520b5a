/** Fixture programs for tests of child processes, and ways to see what is left of them. */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { type ChildProcesses, createChildProcesses } from "../../src/platform/child-process.ts";
import type { ChildOptions } from "../../src/platform/child-run.ts";

const opened: ChildProcesses[] = [];
afterEach(async () => {
  for (const children of opened.splice(0)) await children.close();
});

/** Child processes that are closed after the test. */
export function open(): ChildProcesses {
  const children = createChildProcesses();
  opened.push(children);
  return children;
}

/** The path of a program in `test/fixtures/hooks`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/hooks/${name}`, import.meta.url));
}

/** Options to run a program with, in the environment of the tests, by which their own check for leaks finds it. */
export function optionsFor(file: string, more: Partial<ChildOptions> = {}): ChildOptions {
  return { file, args: [], cwd: tmpdir(), env: inheritEnvironment(), ...more };
}

/** Options for text that `sh` runs. */
export function optionsForShell(text: string, more: Partial<ChildOptions> = {}): ChildOptions {
  return optionsFor("/bin/sh", { args: ["-c", text], ...more });
}

function inheritEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The process numbers that a fixture wrote, one a line. */
export function readPids(stdout: string): number[] {
  return stdout
    .split("\n")
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
}

/** Whether a process is there and has not ended. */
export function isAlive(pid: number): boolean {
  const state = readState(pid);
  return state !== "" && state !== "Z" && state !== "X";
}

/** Stops a process, and waits until it has stopped: a signal takes effect some time after it was sent. */
export async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  while (readState(pid) !== "T") await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Children of this process that ended and were not reaped. */
export function countZombies(): number {
  return readdirSync("/proc").filter((name) => {
    return /^\d+$/.test(name) && readState(Number(name)) === "Z" && readParent(Number(name)) === process.pid;
  }).length;
}

/** Open descriptors of this process. */
export function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Ends what a test left behind on purpose. */
export function endProcess(pid: number): void {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
}

function readFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // it is gone
  }
}

const readState = (pid: number): string => readFields(pid)[0] ?? "";
const readParent = (pid: number): number => Number(readFields(pid)[1]);
