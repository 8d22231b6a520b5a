/** What single events make of an answer. Stop has a file of its own, protocol/stop-exit-codes.test.ts. */
import { describe, expect, it } from "vitest";
import {
  describeEvent,
  EVENT_NAMES,
  type HandlerResult,
  type HookEventName,
  mergeResults,
} from "../../src/protocol/index.ts";
import { answer, answers, type EndingSketch, specific } from "../support/answers.ts";

const merged = (event: HookEventName, sketch: EndingSketch) => mergeResults(event, [answer(event, sketch)]);
const permission = (fields: Readonly<Record<string, unknown>>) => specific("PreToolUse", fields);
const block = { decision: "block", reason: "R" };

describe("PreToolUse", () => {
  it.each(["allow", "deny", "ask", "defer"])(
    "[pre-tool-use.decisions] %s is read with exit 0 and 1",
    (decision) => {
      const stdout = permission({ permissionDecision: decision, permissionDecisionReason: "R" });
      for (const exit of [0, 1])
        expect(answer("PreToolUse", { exit, stdout })).toMatchObject({
          decision,
          reason: "R",
          reasonFrom: "json",
        });
    },
  );

  it("[pre-tool-use.exit-2] exit 2 blocks whatever the JSON permits; a JSON denial keeps its reason", () => {
    for (const permissionDecision of ["allow", "ask", "defer"]) {
      const stdout = permission({ permissionDecision, updatedInput: {}, additionalContext: "C" });
      expect(answer("PreToolUse", { exit: 2, stdout, stderr: "E" })).toMatchObject({
        decision: "deny",
        reason: "E",
        contexts: ["C"],
        effects: {},
      });
    }
    const denial = permission({ permissionDecision: "deny", permissionDecisionReason: "R" });
    expect(answer("PreToolUse", { exit: 2, stdout: denial, stderr: "E" }).reason).toBe("R");
  });

  it("[pre-tool-use.updated-input] an object replaces the input, with or without a decision; other types do not", () => {
    const updated = (updatedInput: unknown) => answers("PreToolUse", { updatedInput });
    expect(updated({ command: "ls" }).effects).toEqual({ updatedInput: { command: "ls" } });
    for (const value of ["ls", ["ls"], null, 5])
      expect(updated(value)).toMatchObject({ status: "ok", effects: {} });
  });

  it("[pre-tool-use.old-spelling] decision approve and block mean allow and deny; a denial in either spelling wins", () => {
    expect(answer("PreToolUse", { stdout: block })).toMatchObject({ decision: "deny", reason: "R" });
    expect(answer("PreToolUse", { stdout: { decision: "approve" } }).decision).toBe("allow");
    const allow = permission({ permissionDecision: "allow" });
    expect(answer("PreToolUse", { stdout: { ...block, ...allow } }).decision).toBe("deny");
    const deny = permission({ permissionDecision: "deny" });
    expect(answer("PreToolUse", { stdout: { decision: "approve", ...deny } }).decision).toBe("deny");
  });
});

describe("PermissionRequest", () => {
  const decides = (decision: object) => specific("PermissionRequest", { decision });

  it("[permission-request.any-code] a decision in JSON counts with any exit code", () => {
    for (const exit of [0, 1, 2]) {
      expect(answer("PermissionRequest", { exit, stdout: decides({ behavior: "allow" }) }).decision).toBe(
        "allow",
      );
      const denied = answer("PermissionRequest", {
        exit,
        stdout: decides({ behavior: "deny", message: "no" }),
      });
      expect(denied).toMatchObject({ decision: "deny", reason: "no" });
    }
  });

  it("[permission-request.fields] new input and permissions go with an allow, interrupt with a deny", () => {
    const updates = [{ type: "addRules", behavior: "allow", rules: [{ toolName: "Read" }] }];
    const extras = { updatedInput: { command: "ls" }, updatedPermissions: updates, interrupt: true };
    expect(
      answer("PermissionRequest", { stdout: decides({ behavior: "allow", ...extras }) }).effects,
    ).toEqual({
      updatedInput: { command: "ls" },
      updatedPermissions: updates,
    });
    const denied = answer("PermissionRequest", { stdout: decides({ behavior: "deny", ...extras }) });
    expect(denied.effects).toEqual({ interrupt: true });
  });

  it("[permission-request.fields] additionalContext and the top-level decision are unknown here", () => {
    expect(answers("PermissionRequest", { additionalContext: "C" }).contexts).toEqual([]);
    expect(answer("PermissionRequest", { stdout: block }).decision).toBe("none");
  });
});

describe("other events", () => {
  it.each([
    ["PostToolUse", "tells_model"],
    ["PostToolUseFailure", "tells_model"],
    ["PostToolBatch", "ends_loop"],
    ["UserPromptSubmit", "refuses_prompt"],
    ["UserPromptExpansion", "refuses_prompt"],
    ["PreCompact", "refuses_compaction"],
    ["ConfigChange", "refuses_change"],
    ["TaskCreated", "removes_task"],
    ["Elicitation", "declines"],
    ["ElicitationResult", "declines"],
  ] as const)("[event.block] a block in JSON on %s: %s", (event, effect) => {
    for (const exit of [0, 1, 2])
      expect(merged(event, { exit, stdout: block, stderr: "E" })).toMatchObject({ effect, reason: "R" });
  });

  it.each(["TaskCompleted", "TeammateIdle"] as const)(
    "[event.exit-code-only] %s is blocked by exit 2, not by JSON",
    (event) => {
      expect(answer(event, { stdout: block }).decision).toBe("none");
      expect(answer(event, { exit: 2, stdout: block, stderr: "E" })).toMatchObject({
        decision: "deny",
        reason: "E",
      });
    },
  );

  it("[event.context] additionalContext counts with every exit code, where the event has one", () => {
    for (const event of EVENT_NAMES.filter((name) => describeEvent(name).context !== null)) {
      for (const exit of [0, 1, 2]) {
        const result = answer(event, { exit, stdout: specific(event, { additionalContext: "C" }) });
        expect(result.contexts, `${event}, exit ${exit}`).toEqual(["C"]);
      }
    }
  });

  it.each([
    ["PostToolBatch", "ends_loop"],
    ["UserPromptSubmit", "refuses_prompt"],
    ["UserPromptExpansion", "refuses_prompt"],
  ] as const)("[event.continue-false] continue: false on %s: %s", (event, effect) => {
    expect(merged(event, { stdout: { continue: false } }).stop).toEqual({ effect, by: 0 });
  });

  it("[stop-failure.dropped] StopFailure takes neither code nor JSON, only what is for the user", () => {
    for (const exit of [0, 1, 2]) {
      const decision = merged("StopFailure", {
        exit,
        stdout: { ...block, continue: false, systemMessage: "M" },
      });
      expect(decision).toMatchObject({ behavior: "none", effect: "nothing", contexts: [], reasons: [] });
      expect(decision).not.toHaveProperty("stop");
      expect(decision.systemMessages).toEqual([{ by: 0, text: "M" }]);
    }
  });

  it.each(["StopFailure", "Notification", "InstructionsLoaded"] as const)(
    "[stop-failure.dropped] what %s drops is not checked either: a wrong type beside a systemMessage is no error",
    (event) => {
      const result = answer(event, { stdout: { decision: 5, ...specific("Stop", {}), systemMessage: "M" } });
      expect(result).toMatchObject({ status: "ok", effects: { systemMessage: "M" } });
    },
  );

  it("[worktree.path] WorktreeCreate: the last line of stdout is the path, without escape codes, JSON included", () => {
    const path = (stdout: string) => answer("WorktreeCreate", { stdout }).effects.worktreePath;
    expect(path("making it\n\u001b[32m/trees/one two\u001b[0m\n\n")).toBe("/trees/one two");
    expect(path('{"a":1}')).toBe('{"a":1}');
  });

  it("[worktree.path] WorktreeCreate: every code but 0 fails the creation, and so does an empty path", () => {
    for (const ending of [{ exit: 1 }, { exit: 2 }, { exit: 3, stdout: "/path" }, { isTimedOut: true }, {}])
      expect(merged("WorktreeCreate", ending)).toMatchObject({ behavior: "deny", effect: "fails_worktree" });
  });

  it("[elicitation.answers] accept carries values, decline and cancel do not; exit 2 declines", () => {
    const given = (action: string) => answers("Elicitation", { action, content: { name: "x" } });
    const elicitation = (result: HandlerResult) => result.effects.elicitation;
    expect(elicitation(given("accept"))).toEqual({ action: "accept", content: { name: "x" } });
    for (const action of ["decline", "cancel"]) expect(elicitation(given(action))).toEqual({ action });
    const accepts = specific("Elicitation", { action: "accept" });
    expect(elicitation(answer("Elicitation", { exit: 2, stdout: accepts }))).toEqual({ action: "decline" });
  });

  it("[display.content] MessageDisplay replaces the text, also with nothing", () => {
    for (const displayContent of ["other", ""])
      expect(answers("MessageDisplay", { displayContent }).effects).toEqual({ displayContent });
  });
});
