import { describe, expect, test } from "vitest";
import { verdictEnding } from "../../src/engine/prompt-verdict.ts";
import {
  type Decision,
  describeEvent,
  EVENT_NAMES,
  type HookEventName,
  mergeResults,
  type PromptAnswer,
  parseHandlerOutput,
  parsePromptAnswer,
} from "../../src/protocol/index.ts";

/** What comes of a refusal: whether it blocks and what that does, what stops, and where the reason stands. */
interface Outcome {
  readonly behavior: Decision["behavior"];
  readonly effect: Decision["effect"];
  readonly stop: string | null;
  readonly reasons: readonly (string | undefined)[];
}

const nothing: Outcome = { behavior: "none", effect: "nothing", stop: null, reasons: [undefined, undefined] };

function blocks(effect: Decision["effect"]): Outcome {
  return { behavior: "deny", effect, stop: null, reasons: ["why", undefined] };
}

function ends(stop: string): Outcome {
  return { behavior: "none", effect: "nothing", stop, reasons: [undefined, "why"] };
}

function both(effect: Decision["effect"], stop: string): Outcome {
  return { behavior: "deny", effect, stop, reasons: ["why", "why"] };
}

/** Alone, and with `continueOnBlock`. */
const refusals: Readonly<Partial<Record<HookEventName, readonly [alone: Outcome, continuing: Outcome]>>> = {
  Stop: [blocks("continues_turn"), blocks("continues_turn")],
  SubagentStop: [blocks("continues_subagent"), blocks("continues_subagent")],
  PreToolUse: [both("refuses_call", "ends_loop_after_call"), blocks("refuses_call")],
  PostToolUse: [ends("ends_loop"), blocks("tells_model")],
  TeammateIdle: [ends("ends_teammate"), blocks("continues_teammate")],
  PostToolBatch: [both("ends_loop", "ends_loop"), both("ends_loop", "ends_loop")],
  UserPromptSubmit: [both("refuses_prompt", "refuses_prompt"), both("refuses_prompt", "refuses_prompt")],
  UserPromptExpansion: [both("refuses_prompt", "refuses_prompt"), both("refuses_prompt", "refuses_prompt")],
  PostToolUseFailure: [blocks("tells_model"), blocks("tells_model")],
  TaskCreated: [blocks("removes_task"), blocks("removes_task")],
  TaskCompleted: [blocks("keeps_task_open"), blocks("keeps_task_open")],
  PermissionRequest: [nothing, nothing],
  PermissionDenied: [nothing, nothing],
};

type Ask = Parameters<typeof verdictEnding>;

function read(...ask: Ask) {
  const ending = verdictEnding(...ask);
  const result = parseHandlerOutput(ask[0], ending);
  return { ending, result, decision: mergeResults(ask[0], [result]) };
}

function outcome(...ask: Ask): Outcome {
  const { result, decision } = read(...ask);
  expect(result.error).toBeUndefined();
  const { behavior, effect, stop, reason } = decision;
  return { behavior, effect, stop: stop?.effect ?? null, reasons: [reason, stop?.reason] };
}

const refusal: PromptAnswer = { verdict: "not_ok", reason: "why" };
const asked = EVENT_NAMES.filter((event) => describeEvent(event).handlers.includes("prompt"));
const neverAsked = EVENT_NAMES.filter((event) => !asked.includes(event));

test("the table has every event that asks a model, and no other", () => {
  expect(Object.keys(refusals).sort()).toEqual([...asked].sort());
  expect(asked.length + neverAsked.length).toBe(33);
  for (const event of neverAsked) expect(describeEvent(event).handlers).not.toContain("agent");
});

describe("a refusal", () => {
  test.each(asked)("of a prompt handler on %s", (event) => {
    expect(outcome(event, "prompt", refusal, false)).toEqual(refusals[event]?.[0]);
  });

  test.each(asked)("of a prompt handler on %s with continueOnBlock", (event) => {
    expect(outcome(event, "prompt", refusal, true)).toEqual(refusals[event]?.[1]);
  });

  test.each(asked)("of an agent handler on %s is one with continueOnBlock", (event) => {
    expect(outcome(event, "agent", refusal, false)).toEqual(refusals[event]?.[1]);
    expect(outcome(event, "agent", refusal, true)).toEqual(refusals[event]?.[1]);
  });

  test.each(asked)("with impossible on %s lets only Stop and SubagentStop go", (event) => {
    const answer: PromptAnswer = { ...refusal, isImpossible: true };
    const mayStop = event === "Stop" || event === "SubagentStop";
    expect(outcome(event, "prompt", answer, false)).toEqual(mayStop ? nothing : refusals[event]?.[0]);
    expect(outcome(event, "agent", answer, false)).toEqual(refusals[event]?.[1]);
  });

  test.each(asked)("without a reason on %s is one all the same", (event) => {
    const expected = refusals[event]?.[0];
    for (const reason of ["", undefined]) {
      const answer: PromptAnswer = { verdict: "not_ok", ...(reason === undefined ? {} : { reason }) };
      const { behavior, effect, stop, reasons } = outcome(event, "prompt", answer, false);
      expect({ behavior, effect, stop }).toEqual({
        behavior: expected?.behavior,
        effect: expected?.effect,
        stop: expected?.stop,
      });
      expect(reasons[0]).toBe(behavior === "deny" ? "Blocked by hook" : undefined);
    }
  });

  test.each([
    'quotes " and {"decision":"approve"} \\ and\nlines',
    "ä🙂\u2028 $& `x`",
    "&lt;/system-reminder>",
    "w".repeat(10_000),
  ])("gives the reason %.40j as it is", (reason) => {
    for (const event of asked) {
      const { decision } = read(event, "prompt", { verdict: "not_ok", reason }, true);
      if (decision.behavior === "deny") expect(decision.reason).toBe(reason);
    }
  });

  test("is `blocked` wherever it blocks, and its type is kept", () => {
    for (const event of asked) {
      const { ending, result } = read(event, "agent", refusal, false);
      expect(ending.type).toBe("agent");
      if (refusals[event]?.[1].behavior === "deny") expect(result.status).toBe("blocked");
    }
  });
});

describe("several objects that disagree", () => {
  const answer = parsePromptAnswer('```json\n{"ok": true}\n```\n{"ok": false, "reason": "why"}');

  test.each(asked)("are a refusal on %s", (event) => {
    expect(outcome(event, "prompt", answer, false)).toEqual(refusals[event]?.[0]);
  });

  test("and the doubt is noted", () => {
    const { ending } = read("PreToolUse", "prompt", answer, false);
    expect(ending.stderr).toBe("the answer holds more than one object");
  });
});

describe("a pass", () => {
  test.each(asked)("says nothing on %s, and permits nothing", (event) => {
    for (const type of ["prompt", "agent"] as const) {
      const { ending, result, decision } = read(event, type, { verdict: "ok", reason: "fine" }, false);
      expect(ending).toEqual({ type, exitCode: 0, stdout: "", stderr: "" });
      expect(result).toMatchObject({ status: "ok", decision: "none", contexts: [], effects: {} });
      expect(decision).toMatchObject({ behavior: "none", effect: "nothing", unanswered: [] });
    }
  });
});

describe("no verdict", () => {
  test.each(asked)("on %s is a failure that blocks nothing, and is seen", (event) => {
    const answer = parsePromptAnswer("Looks fine to me.");
    const { ending, result, decision } = read(event, "prompt", answer, false);
    expect(ending).toMatchObject({
      exitCode: null,
      failure: expect.stringContaining("no verdict: the answer is not"),
    });
    expect(result).toMatchObject({ status: "failed", decision: "none" });
    expect(decision).toMatchObject({ behavior: "none", effect: "nothing" });
    expect(decision.stop).toBeUndefined();
    expect(decision.unanswered).toEqual(describeEvent(event).isGate ? [0] : []);
  });
});

describe("an event that asks no model", () => {
  test.each(neverAsked)("%s: whatever the verdict, it is a failure", (event) => {
    for (const type of ["prompt", "agent"] as const) {
      for (const verdict of ["ok", "not_ok", "none"] as const) {
        const ending = verdictEnding(event, type, { verdict, reason: "why" }, false);
        expect(ending).toMatchObject({
          type,
          exitCode: null,
          failure: `${type} handlers are never run on ${event}`,
        });
      }
    }
  });
});
