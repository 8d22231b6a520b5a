import { describe, expect, test } from "vitest";
import { judgeFailure } from "../../src/recovery/verdict-judge.ts";
import { NEAR, WORDINGS, ZONES } from "./reset-cases.ts";
import { AT_MS, CASES, evidence } from "./verdict-cases.ts";
import { MEASURED } from "./verdict-measured.ts";

const options = { nowMs: AT_MS, zone: "UTC" };

test("the tables hold what they should", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(115);
  expect(
    CASES.length + MEASURED.length + WORDINGS.length + NEAR.length + ZONES.length,
  ).toBeGreaterThanOrEqual(330);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

test.each(CASES)("$name", ({ said, expected }) => {
  const verdict = judgeFailure(said, options);
  expect(verdict).toMatchObject(expected);
  expect(verdict.basis.words).toMatch(/^[A-Z].+\.$/);
});

test("a reset that had passed, and a limit without a time, give no reset", () => {
  const passed = CASES.find(({ name }) => name === "a reset that had passed is none");
  expect(judgeFailure(passed?.said ?? [], options)).not.toHaveProperty("reset");
  const silent = evidence("stop_failure_hook", {
    kind: "rate_limit",
    message: "You've reached your Opus limit",
  });
  expect(judgeFailure([silent], options)).not.toHaveProperty("reset");
  const overload = evidence("result", {
    status: 529,
    resetAtMs: AT_MS + 1000,
    resetFrom: "anthropic-ratelimit-unified-reset",
  });
  expect(judgeFailure([overload], options)).not.toHaveProperty("reset");
});

test("a text is resolved at its own time and in the machine's zone, however late it is judged", () => {
  const said = evidence("transcript", {
    kind: "rate_limit",
    message: "You've hit your session limit · resets 3pm",
  });
  const verdict = judgeFailure([said], { nowMs: AT_MS + 86_400_000 * 3, zone: "Asia/Kolkata" });
  expect(verdict.reset).toEqual({
    atMs: Date.parse("2026-10-06T09:31:00Z"),
    from: "text",
    precision: "hour",
    isPlausible: false,
    zone: "Asia/Kolkata",
    text: "resets 3pm",
  });
});

test("no text of the agent is in the basis", () => {
  const said = evidence("stop_failure_hook", { kind: "secret words, never shown", message: "also secret" });
  expect(JSON.stringify(judgeFailure([said], options).basis)).not.toMatch(/secret/);
});

describe("the same answer twice", () => {
  const bad = (requestId: string, lastAnswerId?: string) => [
    evidence("stop_failure_hook", {
      kind: "unknown",
      message: `API Error: 400 messages.3: something is wrong (${requestId})`,
      ...(lastAnswerId !== undefined && { lastAnswerId }),
    }),
    evidence("result", { status: 400, isError: true }),
  ];
  const first = judgeFailure(bad("req_011CA", "m1"), options);

  test("is one failure only, the first time", () => {
    expect(first).toMatchObject({ cause: "invalid_request", isRepeat: false });
  });

  test("is a poisoned session when no answer came between", () => {
    const again = judgeFailure(bad("req_011CB", "m1"), { ...options, previous: first });
    expect(again).toMatchObject({
      cause: "poisoned",
      confidence: "certain",
      isRepeat: true,
      kind: "invalid_request",
    });
  });

  test("is two failures when an answer came between", () => {
    const again = judgeFailure(bad("req_011CB", "m2"), { ...options, previous: first });
    expect(again).toMatchObject({ cause: "invalid_request", isRepeat: false });
  });

  test("counts as the transcript says, before all else", () => {
    const [hook, result] = bad("req_1", "m1");
    if (!hook || !result) throw new Error("two witnesses");
    const judge = (hasAnswerBefore: boolean) =>
      judgeFailure([{ ...hook, hasAnswerBefore }, result], { ...options, previous: first });
    expect(judge(true)).toMatchObject({ cause: "invalid_request", isRepeat: false });
    expect(judge(false)).toMatchObject({ cause: "poisoned", confidence: "certain" });
  });

  test("long after is not the same, where nobody says what came between", () => {
    const [hook] = bad("req_1");
    const said = hook ? [hook] : [];
    const previous = judgeFailure(said, options);
    const judge = (laterMs: number) =>
      judgeFailure(
        said.map((one) => ({ ...one, atMs: AT_MS + laterMs })),
        { ...options, previous },
      ).isRepeat;
    expect([judge(3_600_000), judge(3_600_001)]).toEqual([true, false]);
  });

  test("of subagents is never the same: each has a history of its own", () => {
    const said = bad("req_1", "m1").map((one) => ({ ...one, subagent: { id: "a1" } }));
    const previous = judgeFailure(said, options);
    expect(judgeFailure(said, { ...options, previous }).isRepeat).toBe(false);
    expect(judgeFailure(bad("req_1", "m1"), { ...options, previous }).isRepeat).toBe(false);
    expect(judgeFailure(said, { ...options, previous: first }).isRepeat).toBe(false);
  });

  test("is likely where nobody says whether an answer came, and only the text tells the status", () => {
    const [hook] = bad("req_1");
    const before = judgeFailure(hook ? [hook] : [], options);
    expect(judgeFailure(hook ? [hook] : [], { ...options, previous: before })).toMatchObject({
      cause: "poisoned",
      confidence: "likely",
    });
  });

  test.each([
    [
      "another text",
      [evidence("result", { status: 400, isError: true, message: "API Error: 400 other" })],
      "invalid_request",
    ],
    [
      "another status",
      [evidence("result", { status: 422, isError: true, message: "API Error: 400 messages.3" })],
      "invalid_request",
    ],
  ])("with %s is not the same", (_, said, cause) => {
    expect(judgeFailure(said, { ...options, previous: first })).toMatchObject({ cause, isRepeat: false });
  });

  test.each([
    [500, "server"],
    [422, "invalid_request"],
    [401, "auth"],
    [413, "too_large"],
  ])("of status %s stays %s, and is a repeat", (status, cause) => {
    const said = [evidence("result", { status, isError: true, message: "x" })];
    const previous = judgeFailure(said, options);
    expect(judgeFailure(said, { ...options, previous })).toMatchObject({ cause, isRepeat: true });
  });

  test("of a refused request stays refused", () => {
    const said = [
      evidence("result", {
        status: 400,
        isError: true,
        message: "Output blocked by content filtering policy",
      }),
    ];
    const previous = judgeFailure(said, options);
    expect(judgeFailure(said, { ...options, previous }).cause).toBe("refused");
  });
});
