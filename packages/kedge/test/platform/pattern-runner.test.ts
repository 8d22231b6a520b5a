import { spawn } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, expect, it, vi } from "vitest";
import { createPatternRunner, type PatternRunner } from "../../src/platform/index.ts";

const runners: PatternRunner[] = [];

function makeRunner(): PatternRunner {
  const runner = createPatternRunner();
  runners.push(runner);
  return runner;
}

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
});

it("answers lookarounds and backreferences as JavaScript does", () => {
  const runner = makeRunner();
  expect(runner.test("^(?!Bash).*$", "Edit", 50)).toBe(true);
  expect(runner.test("^(?!Bash).*$", "Bash", 50)).toBe(false);
  expect(runner.test("(a)\\1", "baab", 50)).toBe(true);
});

it("ends a pattern that runs away at its limit, and answers the next one", () => {
  const runner = makeRunner();
  expect(runner.test("x", "x", 50)).toBe(true);
  expect(runner.test("(a*)*\\1b", "a".repeat(40), 50)).toBe("timed_out");
  expect(runner.test("x", "x", 50)).toBe(true);
});

it("does not wait a second time for a pattern that ran away", () => {
  const runner = makeRunner();
  expect(runner.test("(a*)*\\1b", "a".repeat(40), 50)).toBe("timed_out");
  const begin = performance.now();
  for (let round = 0; round < 1_000; round++) {
    expect(runner.test("(a*)*\\1b", `${"a".repeat(40)}${round}`, 50)).toBe("timed_out");
  }
  // A thousand waits of 50 ms would be 50 s.
  expect(performance.now() - begin).toBeLessThan(10_000);
});

it("matches nothing with a pattern that cannot be compiled", () => {
  expect(makeRunner().test("[", "x", 50)).toBe(false);
});

it("does not know what a pattern says that uses up the stack", () => {
  const runner = makeRunner();
  expect(runner.test("^(?!Bash)(?:(?:(?:a?){1000}){1000}){1000}", "Edit", 10_000)).toBe("timed_out");
  expect(runner.test("x", "x", 50)).toBe(true);
});

it("a wake that was meant for the question before is no answer", { timeout: 30_000 }, async () => {
  const runner = makeRunner();
  // On a busy machine such wakes come late now and then; here a thread gives them all the time.
  const stored = vi.spyOn(Atomics, "store");
  expect(runner.test("^(?!Bash)", "Edit", 1_000)).toBe(true);
  const state = stored.mock.calls.at(-1)?.[0];
  stored.mockRestore();
  const source = `
    const { workerData: state } = require("node:worker_threads");
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) { Atomics.notify(state, 0); Atomics.wait(pause, 0, 0, 0.05); }`;
  const waker = new Worker(source, { eval: true, env: {}, execArgv: [], workerData: state });
  try {
    for (let round = 0; round < 1_000; round++) {
      expect(runner.test("^(?!Bash)", `Tool${round}`, 1_000)).toBe(true);
    }
    expect(runner.test("(a*)*\\1b", "a".repeat(40), 50)).toBe("timed_out");
  } finally {
    await waker.terminate();
  }
});

it("says that it is closed", async () => {
  const runner = makeRunner();
  expect(runner.test("x", "x", 50)).toBe(true);
  await runner.close();
  expect(runner.test("x", "x", 50)).toBe("unavailable");
});

it("a process that stands still for a while has not run out of time", { timeout: 30_000 }, async () => {
  const runner = join(import.meta.dirname, "../../src/platform/pattern-runner.ts");
  const script = `
    const { createPatternRunner } = await import(${JSON.stringify(pathToFileURL(runner).href)});
    let runner = createPatternRunner();
    // One that takes about 10 ms, so that most stops fall into it.
    const pattern = "^(?:(?!b)a+)+$";
    const took = (value) => {
      const began = performance.now();
      runner.test(pattern, value, 5_000);
      return performance.now() - began;
    };
    let value = "aaaaaaaaaac";
    while (Math.min(took(value), took(value), took(value)) < 8) value = "a" + value;
    let wrong = 0;
    process.stdout.write("go\\n");
    const until = performance.now() + 5_000;
    while (performance.now() < until) {
      const before = process.cpuUsage();
      if (runner.test(pattern, value, 500) === false) continue;
      const { user, system } = process.cpuUsage(before);
      // A virtual machine that is held counts that as work: its question has run out of time indeed, and is forgotten with its runner.
      if (user + system < 500_000) wrong++;
      await runner.close();
      runner = createPatternRunner();
    }
    process.stdout.write(String(wrong));
    await runner.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const closed = new Promise((resolve) => child.on("close", resolve));
  await expect.poll(() => said, { timeout: 10_000 }).toContain("go");
  for (let round = 0; round < 5 && child.exitCode === null; round++) {
    child.kill("SIGSTOP");
    await sleep(700);
    child.kill("SIGCONT");
    await sleep(150);
  }
  await closed;
  expect(said).toBe("go\n0");
});
