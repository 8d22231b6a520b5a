/** Ways to start programs whose output is read as it comes, and to find what carries a mark. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type ChildStreamOptions, startChildStream } from "../../src/platform/child-stream.ts";
import { isAlive } from "./child-fixtures.ts";

/** What a program wrote, and how it ended. */
export interface StreamEnding {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Starts it and reads it to its end. */
export async function runStream(options: ChildStreamOptions): Promise<StreamEnding> {
  const start = await startChildStream(options);
  if (start.status !== "started") throw new Error(JSON.stringify(start));
  const { pid, exited } = start.child;
  const [stdout, stderr, ending] = await Promise.all([
    text(start.child.stdout.setEncoding("latin1")),
    text(start.child.stderr),
    exited,
  ]);
  return { pid, stdout, stderr, ...ending };
}

/** A mark that no other test has. */
export const newMark = (): string => `test.${randomUUID()}`;

/** The processes that have a mark in their environment, by looking for the text: nothing of what is tested is used. */
export function findMarked(mark: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && readEnvironment(pid).includes(mark) && isAlive(pid));
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return ""; // it is gone, or of another user
  }
}

/** Waits until something is so; the test's own limit ends it otherwise. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
