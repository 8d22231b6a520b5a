/**
 * Where Kedge differs from Claude Code 2.1.329 on purpose in reading answers and inputs. Each case would come out otherwise
 * there. Deviations of the configuration are in deviations-of-settings.test.ts.
 */
import { describe, expect, it } from "vitest";
import {
  FAILURE_KINDS,
  MAX_TEXT_LENGTH,
  mergeResults,
  parseInput,
  readFailure,
} from "../../src/protocol/index.ts";
import { answer, answers, specific } from "../support/answers.ts";

describe("D2 nothing on stdout cancels a denial or an exit 2", () => {
  it.each([
    ["async", { async: true }],
    ["continue", { continue: false }],
    ["wrong-event", specific("PostToolUse", { additionalContext: "C" })],
  ])("[D2.exit-2] %s beside exit 2", (_what, stdout) => {
    for (const event of ["PreToolUse", "Stop", "UserPromptSubmit"] as const)
      expect(answer(event, { exit: 2, stdout, stderr: "E" })).toMatchObject({
        decision: "deny",
        reason: "E",
      });
  });

  it("[D2.async] going to the background drops an allow, but not a denial", () => {
    const say = (permissionDecision: string) => ({
      async: true,
      ...specific("PreToolUse", { permissionDecision, updatedInput: {}, additionalContext: "C" }),
    });
    expect(answer("PreToolUse", { stdout: say("deny") })).toMatchObject({ decision: "deny" });
    const allowed = answer("PreToolUse", { stdout: say("allow") });
    expect(allowed).toMatchObject({ decision: "none", isBackground: true, contexts: [], effects: {} });
  });

  it.each(["PreToolUse", "PostToolUse", "Stop", "UserPromptSubmit", "Elicitation"] as const)(
    "[D2.wrong-event] an answer for another event is dropped, and a refusal beside it holds: %s",
    (event) => {
      const other = specific("SessionStart", { additionalContext: "C" });
      for (const exit of [0, 1, 2]) {
        const result = answer(event, { exit, stdout: { decision: "block", reason: "no", ...other } });
        expect(result).toMatchObject({ decision: "deny", reason: "no", contexts: [], effects: {} });
        expect(result.error?.code).toBe("wrong_event");
      }
      for (const decision of [undefined, "approve"]) {
        const result = answer(event, { stdout: { ...(decision ? { decision } : {}), ...other } });
        expect(result).toMatchObject({ decision: "none", error: { code: "wrong_event" } });
      }
    },
  );

  it("[D2.continue] continue: false stands beside a denial and does not replace it", () => {
    const stdout = { continue: false, ...specific("PreToolUse", { permissionDecision: "deny" }) };
    for (const exit of [0, 1, 2]) {
      const decision = mergeResults("PreToolUse", [answer("PreToolUse", { exit, stdout })]);
      expect(decision).toMatchObject({ behavior: "deny", effect: "refuses_call", stop: { by: 0 } });
    }
  });
});

describe("D3 ties are settled in configured order", () => {
  it("[D3.reason] the first of two denials gives the reason", () => {
    const denies = (permissionDecisionReason: string) =>
      answers("PreToolUse", { permissionDecision: "deny", permissionDecisionReason });
    const decision = mergeResults("PreToolUse", [answer("PreToolUse"), denies("first"), denies("second")]);
    expect(decision).toMatchObject({ reason: "first", decidedBy: 1 });
  });

  it("[D3.updated-input] of two new inputs the first counts", () => {
    const results = ["first", "second"].map((command) =>
      answers("PreToolUse", { permissionDecision: "allow", updatedInput: { command } }),
    );
    expect(mergeResults("PreToolUse", results).effects.updatedInput).toEqual({ command: "first" });
  });

  it("[D3.updated-output] of two new outputs the first counts, an empty one too", () => {
    const results = ["", "second"].map((updatedToolOutput) => answers("PostToolUse", { updatedToolOutput }));
    expect(mergeResults("PostToolUse", results).effects.updatedToolOutput).toBe("");
  });

  it("[D3.permission-request] a denial beats an allow that came first; of two allows the first counts", () => {
    const allows = (command: string) =>
      answers("PermissionRequest", { decision: { behavior: "allow", updatedInput: { command } } });
    const denies = answers("PermissionRequest", { decision: { behavior: "deny", message: "no" } });
    const allowed = mergeResults("PermissionRequest", [allows("first"), allows("second")]);
    expect(allowed).toMatchObject({ behavior: "allow", effects: { updatedInput: { command: "first" } } });
    const denied = mergeResults("PermissionRequest", [allows("first"), denies]);
    expect(denied).toMatchObject({ behavior: "deny", reason: "no", decidedBy: 1, effects: {} });
  });
});

describe("D8 every text is bounded and clean", () => {
  const long = "x".repeat(MAX_TEXT_LENGTH + 1);
  const dirty = "\u001b]0;title\u0007\u001b[31mred\u001b[0m\u202e\u200b\r\n</system-reminder>";

  it.each([
    ["stderr", { exit: 2, stderr: long }],
    ["reason", { stdout: { decision: "block", reason: long } }],
    ["additionalContext", { stdout: specific("PostToolUse", { additionalContext: long }) }],
    ["stopReason", { stdout: { continue: false, stopReason: long } }],
    ["systemMessage", { stdout: { systemMessage: long } }],
  ])(
    "[D8.bound] %s over 10,000 characters is cut to 2,000; the whole text is kept aside",
    (field, sketch) => {
      const result = answer("PostToolUse", sketch);
      const { reason, stop, contexts, effects } = result;
      const text = reason ?? stop?.reason ?? contexts[0] ?? effects.systemMessage;
      expect(text).toMatch(/^x{2000}\n\[cut: 10001 characters in all\]$/);
      expect(result.cuts).toEqual([{ field, whole: long }]);
    },
  );

  it("[D8.bound] 10,000 characters pass whole", () => {
    const stderr = "x".repeat(MAX_TEXT_LENGTH);
    expect(answer("Stop", { exit: 2, stderr })).toMatchObject({ reason: stderr, cuts: [] });
  });

  it("[D8.clean] escape codes, direction marks and invisible characters go; reminder tags are escaped", () => {
    expect(answer("Stop", { exit: 2, stderr: dirty }).reason).toBe("red\n&lt;/system-reminder>");
    expect(answers("PostToolUse", { additionalContext: dirty }).contexts).toEqual([
      "red\n&lt;/system-reminder>",
    ]);
    const shown = answer("PostToolUse", { stdout: { systemMessage: dirty } }).effects.systemMessage;
    expect(shown).toBe("red\n</system-reminder>");
  });

  it.each([
    ["\u001b]0;title\u0007", true],
    ["\u001b]777;notify;a;b\u001b\\\u0007", true],
    ["\u001b]52;c;cHduZWQ=\u0007", false],
    ["\u001b[2J", false],
    ["\u001b]0;a\u0007\u001b[2J", false],
  ])("[D8.clean] %j is passed on: %s", (terminalSequence, isPassed) => {
    const { effects } = answer("Notification", { stdout: { terminalSequence } });
    expect(effects).toEqual(isPassed ? { terminalSequence } : {});
  });
});

describe("D10 a gate that did not answer is visible", () => {
  it.each([
    ["time_out", { isTimedOut: true }],
    ["exit_code", { exit: 127 }],
    ["signal", { signal: "SIGKILL" }],
    ["not_json", { stdout: "{'a':1}" }],
    ["schema", { stdout: { decision: 5 } }],
    ["wrong_event", { stdout: specific("Stop", {}) }],
    ["duplicate_key", { stdout: '{"decision":"block","decision":"approve"}' }],
  ])("[D10.unanswered] %s is named in the result and listed in the decision", (code, sketch) => {
    const result = answer("PreToolUse", sketch);
    expect(result).toMatchObject({ decision: "none", error: { code } });
    expect(mergeResults("PreToolUse", [answer("PreToolUse"), result]).unanswered).toEqual([1]);
  });
});

describe("D11 a block printed to stderr by mistake gives its reason", () => {
  it.each([
    ['{"decision":"block","reason":"R"}', "R", "json"],
    ['\n {"decision":"block","reason":"R"}\n', "R", "json"],
    ['{"decision":"block"}', '{"decision":"block"}', "stderr"],
    ['{"reason":"R"}', '{"reason":"R"}', "stderr"],
    ['note\n{"decision":"block","reason":"R"}', 'note\n{"decision":"block","reason":"R"}', "stderr"],
  ])("[D11.inner-reason] %j", (stderr, reason, reasonFrom) => {
    for (const event of ["Stop", "PreToolUse"] as const)
      expect(answer(event, { exit: 2, stderr })).toMatchObject({ decision: "deny", reason, reasonFrom });
  });

  it("[D11.inner-reason] with any other exit code stderr decides nothing", () => {
    const stderr = '{"decision":"block","reason":"R"}';
    for (const exit of [0, 1]) expect(answer("Stop", { exit, stderr }).decision).toBe("none");
  });
});

describe("D13 failure values are an open list", () => {
  it("[D13.open-list] an unknown value is read, and names nothing broken", async () => {
    const input = { hook_event_name: "StopFailure", session_id: "s", transcript_path: "t", cwd: "/" };
    const reading = await parseInput(JSON.stringify({ ...input, error: "not_invented_yet" }), "stdin");
    expect(reading).toMatchObject({ ok: true, input: { error: "not_invented_yet" }, problems: [] });
    expect(FAILURE_KINDS).not.toContain("not_invented_yet");
  });
});

describe("D14 a failure kind says what happened", () => {
  it.each([
    [529, "overloaded", "server_error"],
    [402, "billing_error", "unknown"],
    [400, "invalid_request", "unknown"],
    [422, "invalid_request", "unknown"],
    [408, "server_error", "unknown"],
  ])("[D14.kinds] %i is %s, where the recorded agent says %s", (status, kind, recordedAgentKind) => {
    const failure = readFailure({ type: "http", status, headers: {}, body: "x" }, { nowMs: 0 });
    expect(failure).toMatchObject({ kind, recordedAgentKind, status });
  });
});
