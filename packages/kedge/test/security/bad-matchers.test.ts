import { afterAll, expect } from "vitest";
import { createPatternRunner } from "../../src/platform/index.ts";
import {
  type CompiledMatcher,
  compileHandlers,
  compileIf,
  compileMatcher,
  type MatcherAnswer,
  parseSettings,
} from "../../src/protocol/index.ts";
import { threadMs } from "../support/fuzz.ts";
import { type BadInput, generateText } from "./generate-input.ts";
import { type Check, type Held, holdRows } from "./hold-rows.ts";

const runner = createPatternRunner();
afterAll(() => runner.close());

const answerLimitMs = 50;
interface Asked {
  readonly matcher: CompiledMatcher;
  readonly answer: MatcherAnswer;
  readonly tookMs: number;
}

async function ask(pattern: string, row: BadInput): Promise<Asked> {
  const matcher = await compileMatcher("PreToolUse", pattern);
  const value = generateText(row.subject ?? "");
  let tookMs = Number.POSITIVE_INFINITY;
  let answer: MatcherAnswer = matcher.test(value, runner);
  for (let round = 0; round < 3; round++) {
    const startedAt = threadMs();
    answer = matcher.test(value, runner);
    tookMs = Math.min(tookMs, threadMs() - startedAt);
  }
  return { matcher, answer, tookMs };
}

/** A pattern that plain backtracking would not finish answers at once, and rightly. */
const answersInTime =
  (fires: boolean): Check =>
  async (pattern, row) => {
    const { matcher, answer, tookMs } = await ask(pattern, row);
    expect(matcher.kind).toBe("pattern");
    expect(answer).toMatchObject({ fires });
    expect(answer.undecided).toBeUndefined();
    expect(tookMs).toBeLessThan(answerLimitMs);
  };

/** A pattern that is none: reported, listed as broken, and matching neither all nor anything. */
const isInvalid: Check = async (pattern, row) => {
  const { matcher, answer } = await ask(pattern, row);
  expect(matcher.kind).toBe("invalid");
  expect(answer.fires).toBe(false);
  const group = { matcher: pattern, hooks: [{ type: "command", command: "exit 2" }] };
  const { settings } = parseSettings(JSON.stringify({ hooks: { PreToolUse: [group] } }), "settings.json");
  const index = await compileHandlers(settings.hooks, settings.broken);
  expect(index.problems.map(({ code, path, severity }) => ({ code, path, severity }))).toEqual([
    { code: "invalid_matcher", path: "hooks.PreToolUse[0].matcher", severity: "error" },
  ]);
  expect(index.broken.map(({ path }) => path)).toEqual(["hooks.PreToolUse[0].hooks[0]"]);
};

const isExact =
  (names: readonly string[], fires: boolean): Check =>
  async (pattern, row) => {
    const { matcher, answer } = await ask(pattern, row);
    expect(matcher).toMatchObject({ kind: "exact", names });
    expect(answer.fires).toBe(fires);
  };

const held: Held = {
  "mat-001": answersInTime(false),
  "mat-002": answersInTime(false),
  "mat-003": answersInTime(false),
  "mat-004": async (pattern, row) => {
    const { matcher, answer, tookMs } = await ask(pattern, row);
    expect(matcher.kind).toBe("pattern");
    expect(matcher.isLimited).toBe(true);
    expect(answer).toMatchObject({ fires: true, undecided: "timed_out" });
    // This thread only waits: the worker does what there is to do.
    expect(tookMs).toBeLessThan(answerLimitMs);
    // Without a worker nobody tries at all.
    expect(matcher.test("aaaa")).toMatchObject({ fires: true, undecided: "no_runner" });
  },
  "mat-005": isInvalid,
  "mat-006": isInvalid,
  "mat-007": isExact(["mcp__memory"], false),
  "mat-008": isExact(["code-reviewer"], false),
  "mat-010": async (pattern, row) => {
    const { matcher } = await ask(pattern, row);
    expect(matcher.problem).toMatch(/1200003 characters, at most 1024/);
    await isInvalid(pattern, row, []);
  },
  // What was cut away ended in y: the pattern no longer matches, and says so in no time.
  "mat-011": answersInTime(false),
  "mat-012": isExact(["Edit", "Write"], false),
  "mat-015": isExact(["Edit", "Write", "NotebookEdit"], true),
  "mat-016": async (pattern, row) => {
    const { matcher, answer } = await ask(pattern, row);
    expect(matcher.kind).toBe("all");
    expect(answer).toEqual({ fires: true, why: "the matcher matches everything" });
  },
  "mat-019": async (rule, row) => {
    const compiled = await compileIf(rule);
    if (!compiled.ok) throw new Error(compiled.message);
    const call = { toolName: "Bash", projectDir: "/p", homeDir: "/h" };
    const command = generateText(row.subject ?? "");
    expect(compiled.rule.test({ ...call, toolInput: { command } }).runs).toBe(true);
    expect(compiled.rule.test({ ...call, toolInput: { command: "FOO=git echo" } }).runs).toBe(false);
  },
};

holdRows("matcher", held, {});
