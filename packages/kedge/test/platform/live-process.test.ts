/** Whether a process is there, and since when: real processes only. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { createProcessFinder } from "../../src/platform/index.ts";

const hasProc = existsSync("/proc/self/stat");
/** Beginnings are known to a second or two. */
const NEAR_MS = 3_000;

test("a process is there with its beginning until it is gone", async () => {
  const find = createProcessFinder();
  const beforeMs = Date.now();
  const child = spawn("/bin/sleep", ["1000"], { stdio: "ignore" });
  const afterMs = Date.now();
  const pid = child.pid ?? 0;
  const found = find(pid);
  if (hasProc) {
    expect(found?.beganMs).toBeGreaterThan(beforeMs - NEAR_MS);
    expect(found?.beganMs).toBeLessThan(afterMs + NEAR_MS);
  } else expect(found).toEqual({ beganMs: null });
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
  expect(find(pid)).toBeNull();
});

test("this process began when it says that it did", () => {
  const beganMs = createProcessFinder()(process.pid)?.beganMs;
  if (hasProc) expect(Math.abs((beganMs ?? 0) - performance.timeOrigin)).toBeLessThan(NEAR_MS);
  else expect(beganMs).toBeNull();
});

test.runIf(hasProc)("one that ended and that nobody reaped is gone", async () => {
  const find = createProcessFinder();
  // The shell starts a child and becomes a program that never waits for it.
  const parent = spawn("/bin/sh", ["-c", "cat <&3 & echo $!; exec sleep 1000 3<&-"], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const closed = once(parent, "close");
  try {
    const [chunk] = (await once(parent.stdout as Readable, "data")) as [Buffer];
    const pid = Number(chunk.toString());
    expect(pid).toBeGreaterThan(1);
    // A shell that still is one might wait for it.
    const name = (): string => readFileSync(`/proc/${parent.pid}/comm`, "utf8");
    await expect.poll(name, { timeout: 10_000 }).toBe("sleep\n");
    expect(find(pid)).not.toBeNull();
    (parent.stdio[3] as Writable).end();
    await expect.poll(() => find(pid), { timeout: 10_000 }).toBeNull();
    // Its number is still taken.
    expect(() => process.kill(pid, 0)).not.toThrow();
  } finally {
    parent.kill("SIGKILL");
  }
  await closed;
});

test("the first process of the machine is there, though it is not ours", () => {
  expect(createProcessFinder()(1)).not.toBeNull();
});
