import { performance } from "node:perf_hooks";
import { afterEach, expect, it } from "vitest";
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

it("says that it is closed", async () => {
  const runner = makeRunner();
  expect(runner.test("x", "x", 50)).toBe(true);
  await runner.close();
  expect(runner.test("x", "x", 50)).toBe("unavailable");
});
