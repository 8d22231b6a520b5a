import { describe, expect, test } from "vitest";
import {
  type HandlerEnding,
  type HandlerResult,
  type HookEventName,
  mergeResults,
  parseHandlerOutput,
} from "../../src/protocol/index.ts";
import { assertPrototypes, fuzz, hangMs, must, say, snapshotPrototypes, threadMs } from "../support/fuzz.ts";
import { inFull } from "../support/requires.ts";
import { exactAllows, makeOutputs, type OutputCases } from "./fuzz-output-cases.ts";
import { mayAllow, mustBeSound, mustBlock, mustFollow } from "./fuzz-output-oracle.ts";

const count = inFull({ normal: 8_000, full: 1_000_000 });
const limitMs = inFull({ normal: 60_000, full: 1_200_000 });

/** How often each decision came out: a run that never allows proves nothing about permissions. */
const seen = { deny: 0, defer: 0, ask: 0, allow: 0, none: 0 };

function judge({ event, cases }: OutputCases): void {
  const results = cases.map((each) => {
    const result = parseHandlerOutput(event, each.ending, each.options);
    mustBeSound(result);
    must(result.decision !== "allow" || mayAllow(event, each), "it allows without an exact and valid allow");
    must(!mustBlock(event, each) || result.decision === "deny", "exit 2 does not block");
    if (mustBlock(event, each)) {
      const alone = mergeResults(event, [result]);
      must(alone.behavior === "deny" && alone.effect !== "nothing", "exit 2 alone blocks nothing");
    }
    seen[result.decision]++;
    return result;
  });
  mustFollow(mergeResults(event, results), results);
}

describe("H1: whatever a handler prints, nothing becomes a permission that is not exactly one", () => {
  test("fuzzed endings", { timeout: limitMs }, async () => {
    await fuzz({ name: "fuzzed handler outputs", count, make: makeOutputs, judge });
    say(`decisions: ${JSON.stringify(seen)}`);
    for (const decision of ["deny", "defer", "ask", "allow", "none"] as const)
      expect(seen[decision], decision).toBeGreaterThan(count / 1_000);
  });

  test.each(exactAllows)("%s allows with the plainest answer %j", (event, answer) => {
    const ending = { exitCode: 0, stdout: JSON.stringify(answer), stderr: "" };
    expect(mayAllow(event, { ending, options: {} })).toBe(true);
    expect(parseHandlerOutput(event, ending).decision).toBe("allow");
  });
});

const megabytes = 1_048_576;
const deny = '"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}';
const allow = '"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow"}';

interface Monster {
  readonly ending: () => Partial<HandlerEnding>;
  readonly expected: Partial<Omit<HandlerResult, "error">> & { readonly error?: { readonly code: string } };
  readonly event?: HookEventName;
}

const manyKeys = (): string => Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(",");

const monsters: Readonly<Record<string, Monster>> = {
  "JSON nested 1,000,000 deep": {
    ending: () => ({ stdout: `{"a":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)},${allow}}` }),
    expected: { status: "failed", decision: "none", error: { code: "too_large" } },
  },
  "objects nested 1,000,000 deep": {
    ending: () => ({ stdout: `${'{"a":'.repeat(1_000_000)}1${"}".repeat(1_000_000)}` }),
    expected: { status: "failed", decision: "none", error: { code: "too_large" } },
  },
  "100 MB of text": {
    ending: () => ({ stdout: "x".repeat(100 * megabytes) }),
    expected: { status: "ok", decision: "none", contexts: [] },
  },
  "100 MB of text as context": {
    event: "UserPromptSubmit",
    ending: () => ({ stdout: "words of a prompt\n".repeat((100 * megabytes) / 18) }),
    expected: { status: "ok", decision: "none" },
  },
  "100 MB of blanks before a deny": {
    ending: () => ({ stdout: `${" ".repeat(100 * megabytes)}{${deny}}` }),
    expected: { status: "blocked", decision: "deny" },
  },
  "100 MB of JSON with a deny": {
    ending: () => ({ stdout: `{"padding":"${"x".repeat(100 * megabytes)}",${deny}}` }),
    expected: { status: "blocked", decision: "deny" },
  },
  "100 MB of JSON with an allow, cut by the limit": {
    ending: () => ({ stdout: `{${allow},"padding":"${"x".repeat(100 * megabytes)}"}`, isStdoutCut: true }),
    expected: { status: "failed", decision: "none", error: { code: "too_large" } },
  },
  "a deny whose reason has 100 MB": {
    ending: () => ({ stdout: `{"decision":"block","reason":"${"r".repeat(100 * megabytes)}"}` }),
    expected: { status: "blocked", decision: "deny" },
  },
  "a single line of 100 MB on stderr of an exit 2": {
    ending: () => ({ exitCode: 2, stderr: "e".repeat(100 * megabytes) }),
    expected: { status: "blocked", decision: "deny", reasonFrom: "stderr" },
  },
  "10 MB of escape sequences on stderr of an exit 2": {
    ending: () => ({ exitCode: 2, stderr: "\u001b[31m\u202e\u001b]0;".repeat(megabytes) }),
    expected: { status: "blocked", decision: "deny", reasonFrom: "stderr" },
  },
  // Read or refused: a million keys are at the edge of what the engine itself can parse in the time.
  "one million keys beside a deny": {
    ending: () => ({ stdout: `{${manyKeys()},${deny}}` }),
    expected: { contexts: [], effects: {} },
  },
  "100,000 duplicate keys beside an allow": {
    ending: () => ({ stdout: `{${'"k":1,'.repeat(100_000)}${allow}}` }),
    expected: { status: "failed", decision: "none", error: { code: "duplicate_key" } },
  },
  "80,000 denials, and an allow at the end": {
    ending: () => ({ stdout: `{${`${deny},`.repeat(80_000)}${allow}}` }),
    expected: { status: "failed", decision: "none", error: { code: "duplicate_key" } },
  },
  "10 MB of bytes that are no UTF-8, before and after": {
    ending: () => {
      const bytes = Buffer.alloc(10 * megabytes, 0xc3).toString("utf8");
      return { stdout: `{"padding":"${bytes}",${deny}}`, stderr: bytes };
    },
    expected: { status: "blocked", decision: "deny" },
  },
  "10 MB of quotes and backslashes": {
    ending: () => ({ stdout: `{"a":"${'\\"\\\\'.repeat((10 * megabytes) / 4)}" x}` }),
    expected: { status: "failed", decision: "none", error: { code: "not_json" } },
  },
  "1 MB of escapes in JSON that breaks behind them": {
    ending: () => ({ stdout: `{"a":"${"\\n".repeat(520_000)}" x}` }),
    expected: { status: "failed", decision: "none", error: { code: "not_json" } },
  },
  "100,000 lines of blanks in JSON that breaks behind them": {
    ending: () => ({ stdout: `{${"\n".repeat(100_000)}x}` }),
    expected: { status: "failed", decision: "none", error: { code: "not_json" } },
  },
};

describe("monsters are read, or refused, within two seconds", () => {
  test.each(Object.entries(monsters))(
    "%s",
    { timeout: 60_000 },
    (name, { ending, expected, event = "PreToolUse" }) => {
      const made: HandlerEnding = { exitCode: 0, stdout: "", stderr: "", ...ending() };
      const before = snapshotPrototypes();
      const startedAt = threadMs();
      const result = parseHandlerOutput(event, made);
      const decision = mergeResults(event, [result]);
      const tookMs = threadMs() - startedAt;
      say(`${name}: ${tookMs.toFixed(0)} ms`);
      const { cuts: _whole, ...shown } = result;
      expect(shown).toMatchObject(expected);
      mustBeSound(result);
      mustFollow(decision, [result]);
      assertPrototypes(before);
      expect(tookMs).toBeLessThan(hangMs);
    },
  );
});
