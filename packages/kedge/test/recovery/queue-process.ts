/** Starts `queue-worker.ts` or another program, and reads what it says. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";

export interface WorkerProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** The next lines, each cut into its words; settles with what there is when the process has ended. */
  said(count: number): Promise<readonly (readonly string[])[]>;
  /** Every whole line, once it has ended in whatever way. */
  readonly ended: Promise<readonly (readonly string[])[]>;
}

export function startWorker(stateDir: string, name: string, offsetMs: number, mode: string): WorkerProcess {
  return startProgram(new URL("queue-worker.ts", import.meta.url), [stateDir, name, String(offsetMs), mode]);
}

/** Starts any program that says what it does in lines of words. */
export function startProgram(script: URL, args: readonly string[]): WorkerProcess {
  const child = spawn(process.execPath, [script.pathname, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  // It may be killed before it reads.
  child.stdin.on("error", () => {});
  let text = "";
  let hear = (): void => {};
  const lines = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" "));
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    hear();
  });
  const ended = new Promise<ReturnType<typeof lines>>((resolve) => child.on("close", () => resolve(lines())));
  const heard = (count: number) =>
    new Promise<ReturnType<typeof lines>>((resolve) => {
      hear = () => {
        if (lines().length >= count) resolve(lines());
      };
      hear();
    });
  return { child, ended, said: (count) => Promise.race([heard(count), ended]) };
}
