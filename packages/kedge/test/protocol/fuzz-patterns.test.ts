import { describe, expect, test } from "vitest";
import { compilePattern, type PatternRunner } from "../../src/protocol/pattern.ts";
import { fuzz, must, say, threadMs } from "../support/fuzz.ts";
import type { Random } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { hostilePattern, hostileValue, plainPattern, printableValue } from "./fuzz-patterns.ts";

const count = inFull({ normal: 1_200, full: 100_000 });
const timeout = inFull({ normal: 60_000, full: 1_200_000 });
const answerLimitMs = 50;

interface Asked {
  readonly pattern: string;
  readonly values: readonly string[];
}

const readPattern = (pattern: string): RegExp | null => {
  try {
    return new RegExp(pattern);
  } catch {
    return null;
  }
};

/** A runner that nobody may ask. */
const forbiddenRunner: PatternRunner = {
  test: () => {
    throw new Error("a linear pattern was given to the runner");
  },
};

describe("H8: patterns", () => {
  const seen = { linear: 0, limited: 0, invalid: 0, matches: 0 };

  async function judge({ pattern, values }: Asked): Promise<void> {
    const expected = readPattern(pattern);
    const compiled = await compilePattern(pattern);
    must(compiled.ok === (expected !== null), "one of the two does not compile it");
    if (!compiled.ok || !expected) {
      seen.invalid++;
      return;
    }
    seen[compiled.pattern.engine]++;
    for (const value of values) {
      if (compiled.pattern.engine === "limited") {
        const answer = compiled.pattern.test(value);
        must(answer.matches && answer.undecided === "no_runner", "a pattern nobody ran has an answer");
        continue;
      }
      const answer = compiled.pattern.test(value, forbiddenRunner);
      must(answer.undecided === undefined, "a linear pattern is undecided");
      const right = expected.test(value);
      if (right) seen.matches++;
      must(
        answer.matches === right,
        () => `says ${answer.matches} of ${JSON.stringify(value)}, JavaScript ${right}`,
      );
    }
  }

  test("where the linear engine judges, it judges as JavaScript does", { timeout }, async () => {
    const make = (random: Random): Asked => ({
      pattern: plainPattern(random),
      values: Array.from({ length: 4 }, () => printableValue(random)),
    });
    await fuzz({ name: "patterns against RegExp", count, make, judge });
    say(`patterns: ${JSON.stringify(seen)}`);
    expect(seen.linear).toBeGreaterThan(count / 3);
    expect(seen.limited).toBeGreaterThan(count / 100);
    expect(seen.invalid).toBeGreaterThan(count / 100);
    expect(seen.matches).toBeGreaterThan(count / 10);
  });

  test("patterns that backtracking never finishes answer in time", { timeout }, async () => {
    let slowestMs = 0;
    const make = (random: Random): Asked => ({
      pattern: hostilePattern(random),
      values: [hostileValue(random)],
    });
    const judgeTime = async ({ pattern, values: [value = ""] }: Asked): Promise<void> => {
      const compiled = await compilePattern(pattern);
      if (!compiled.ok || compiled.pattern.engine === "limited") return;
      const tookMs = bestOf(5, () => compiled.pattern.test(value));
      slowestMs = Math.max(slowestMs, tookMs);
      must(tookMs < answerLimitMs, () => `took ${tookMs.toFixed(0)} ms`);
    };
    await fuzz({ name: "hostile patterns", count, make, judge: judgeTime });
    say(`hostile patterns: slowest answer ${slowestMs.toFixed(1)} ms`);
  });

  test.each([
    ["(a+)+$", `${"a".repeat(40)}!`],
    ["(a*)*b", "a".repeat(4_096)],
    ["(a|aa)+$", `${"a".repeat(4_000)}!`],
    ["(x+x+)+y", "x".repeat(4_096)],
    ["^(\\w+\\s?)*$", `${"word ".repeat(800)}!`],
    ["(.*)*(.*)*(.*)*\\d$", "a".repeat(4_096)],
    ["(\\w|-)*".repeat(100), "ab-".repeat(1_365)],
    ["a.*$|".repeat(200).concat("b"), `${"a".repeat(1_023)}\n`],
  ])("a pattern answers within 50 ms, or is left to the runner (%#)", async (pattern, value) => {
    const compiled = await compilePattern(pattern);
    if (!compiled.ok) throw new Error(compiled.message);
    // What people write is never so hard that it has to be left to a worker.
    if (pattern.length < 100) expect(compiled.pattern.engine).toBe("linear");
    expect(bestOf(5, () => compiled.pattern.test(value))).toBeLessThan(answerLimitMs);
  });

  test.each([
    "a{0,1000}".repeat(113),
    ".{0,1000}".repeat(113),
    "((a{100}){100}){100}",
    "(?:[a-z]{0,999}){999}",
    "(".repeat(500) + ")".repeat(500),
    `[${"a-z".repeat(340)}]`,
    `${"aa|".repeat(15)}\\d`,
  ])("a pattern of 1,024 characters compiles within 100 ms (%#)", async (pattern) => {
    let tookMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const startedAt = threadMs();
      await compilePattern(pattern);
      tookMs = Math.min(tookMs, threadMs() - startedAt);
    }
    expect(tookMs).toBeLessThan(100);
  });
});

function bestOf(rounds: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startedAt = threadMs();
    run();
    best = Math.min(best, threadMs() - startedAt);
    if (best < answerLimitMs) return best;
  }
  return best;
}
