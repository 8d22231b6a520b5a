/** What remains of everything beside the decision when several handlers answer: contexts, effects, messages, open gates. */
import { describe, expect, it } from "vitest";
import { EVENT_NAMES, MAX_TEXT_LENGTH, mergeResults } from "../../src/protocol/index.ts";
import { answer, answers, specific } from "../support/answers.ts";

const permission = (permissionDecision: string, fields: Readonly<Record<string, unknown>> = {}) =>
  answers("PreToolUse", { permissionDecision, ...fields });

describe("contexts", () => {
  const says = (text: string) => answers("PostToolUse", { additionalContext: text });

  it("[merge.contexts] stand in configured order, with the handler that each comes from", () => {
    const { contexts } = mergeResults("PostToolUse", [says("A"), answer("PostToolUse"), says("B")]);
    expect(contexts).toEqual([
      { by: 0, text: "A" },
      { by: 2, text: "B" },
    ]);
  });

  it("[merge.contexts] are dropped with a defer, and with the end of a turn", () => {
    const context = answers("PreToolUse", { additionalContext: "C" });
    expect(mergeResults("PreToolUse", [context, permission("defer")]).contexts).toEqual([]);
    const stopContext = answers("Stop", { additionalContext: "C" });
    expect(
      mergeResults("Stop", [stopContext, answer("Stop", { stdout: { continue: false } })]).contexts,
    ).toEqual([]);
  });

  it("[D8.shared-bound] several long ones share one bound; the first keep their text", () => {
    const merged = mergeResults("PostToolUse", [says("a".repeat(6_000)), says("b".repeat(6_000))]);
    expect(merged.contexts[0]?.text).toBe("a".repeat(6_000));
    expect(merged.contexts[1]?.text).toMatch(/^b{2000}\n\[cut: 6000 characters in all\]$/);
  });

  it.each([
    [3, 6_000],
    [500, MAX_TEXT_LENGTH],
  ])("[D8.shared-bound] %i handlers with %i characters each stay within the bound", (count, length) => {
    const merged = mergeResults("PostToolUse", Array(count).fill(says("x".repeat(length))));
    expect(merged.contexts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(
      MAX_TEXT_LENGTH,
    );
  });
});

describe("gates that did not answer", () => {
  const failed = answer("PreToolUse", { exit: 1 });

  it("[D10.unanswered] a time-out, a crash and an unreadable answer are listed; silence and a denial are not", () => {
    const results = [
      answer("PreToolUse", { isTimedOut: true }),
      answer("PreToolUse"),
      answer("PreToolUse", { signal: "SIGSEGV" }),
      answer("PreToolUse", { stdout: specific("PostToolUse", {}) }),
      answer("PreToolUse", { exit: 1, stdout: specific("PreToolUse", { permissionDecision: "deny" }) }),
      answer("PreToolUse", { exit: 2, stdout: "{broken}" }),
      permission("allow"),
    ];
    expect(mergeResults("PreToolUse", results)).toMatchObject({ behavior: "deny", unanswered: [0, 2, 3] });
  });

  it("[D10.unanswered] gates are the events at which something is refused before it happens, and the switch of a model", () => {
    const gates = EVENT_NAMES.filter((name) => mergeResults(name, [failed]).unanswered.length > 0);
    expect(gates.toSorted()).toEqual([
      ...["ConfigChange", "Elicitation", "ElicitationResult", "PermissionRequest", "PostToolBatch"],
      ...["PreCompact", "PreModelSwitch", "PreToolUse", "TaskCompleted", "TaskCreated"],
      ...["UserPromptExpansion", "UserPromptSubmit", "WorktreeCreate"],
    ]);
  });

  it("[D10.unanswered] an event that guards nothing has no gate to leave open", () => {
    expect(mergeResults("PostToolUse", [answer("PostToolUse", { exit: 1 })]).unanswered).toEqual([]);
  });
});

describe("what else was answered", () => {
  it("[merge.refused-input] nothing that comes with a permission survives a refusal", () => {
    const allows = permission("allow", { updatedInput: { command: "ls" } });
    for (const decision of ["deny", "defer"])
      expect(mergeResults("PreToolUse", [allows, permission(decision)]).effects).toEqual({});
    const permits = answers("PermissionRequest", {
      decision: {
        behavior: "allow",
        updatedInput: { command: "ls" },
        updatedPermissions: [{ type: "setMode", mode: "acceptEdits" }],
      },
    });
    const refuses = answers("PermissionRequest", { decision: { behavior: "deny", interrupt: true } });
    expect(mergeResults("PermissionRequest", [permits, refuses]).effects).toEqual({ interrupt: true });
  });

  it("[elicitation.answers] a decline leaves nothing of an acceptance", () => {
    const accepts = answers("Elicitation", { action: "accept", content: { name: "x" } });
    const declines = answers("Elicitation", { action: "decline" });
    const both = mergeResults("Elicitation", [accepts, declines]);
    expect(both).toMatchObject({ effect: "declines", effects: { elicitation: { action: "decline" } } });
    expect(mergeResults("Elicitation", [accepts, answer("Elicitation")]).effects).toEqual({
      elicitation: { action: "accept", content: { name: "x" } },
    });
  });

  it("[denied.retry] one explicit no is stronger than any retry", () => {
    const [yes, no] = [true, false].map((retry) => answers("PermissionDenied", { retry }));
    if (!yes || !no) throw new Error("no answers");
    expect(mergeResults("PermissionDenied", [yes, answer("PermissionDenied")]).effects).toEqual({
      retry: true,
    });
    for (const results of [
      [yes, no],
      [no, yes],
    ])
      expect(mergeResults("PermissionDenied", results).effects).toEqual({ retry: false });
  });

  it("[merge.messages] messages for the user and for the terminal are kept from every handler, also beside a denial", () => {
    const results = ["A", "B"].map((systemMessage) =>
      answer("PreToolUse", { exit: 2, stdout: { systemMessage, terminalSequence: "\u0007" } }),
    );
    expect(mergeResults("PreToolUse", results)).toMatchObject({
      systemMessages: [
        { by: 0, text: "A" },
        { by: 1, text: "B" },
      ],
      terminalSequences: [{ by: 0 }, { by: 1 }],
    });
  });
});
