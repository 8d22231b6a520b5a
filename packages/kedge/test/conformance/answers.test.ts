/** What a handler's exit code means, and how its stdout is read. What a single event makes of it is in event-answers.test.ts. */
import { describe, expect, it } from "vitest";
import {
  describeEvent,
  EVENT_NAMES,
  type HookEventName,
  mergeResults,
  parseHandlerOutput,
} from "../../src/protocol/index.ts";
import { answer, type EndingSketch, specific } from "../support/answers.ts";

const merged = (event: HookEventName, sketch: EndingSketch) => mergeResults(event, [answer(event, sketch)]);
const permission = (fields: Readonly<Record<string, unknown>>) => specific("PreToolUse", fields);
const block = { decision: "block", reason: "R" };

describe("exit codes", () => {
  it.each(EVENT_NAMES.filter((name) => describeEvent(name).exit2 === "blocks"))(
    "[exit.2-blocks] exit 2 blocks %s, with stderr as the reason",
    (event) => {
      const decision = merged(event, { exit: 2, stderr: "E" });
      expect(decision).toMatchObject({ behavior: "deny", reason: "E", effect: describeEvent(event).block });
      expect(decision.effect).not.toBe("nothing");
    },
  );

  it.each(EVENT_NAMES.filter((name) => describeEvent(name).exit2 === "ignored"))(
    "[exit.2-ignored] exit 2 blocks nothing on %s",
    (event) => {
      expect(merged(event, { exit: 2, stderr: "E" })).toMatchObject({ behavior: "none", effect: "nothing" });
    },
  );

  it.each(EVENT_NAMES.filter((name) => describeEvent(name).exit2 !== "any_failure"))(
    "[exit.other-open] %s goes on after exit 1, 126, 127, a signal, a time-out and a failed start",
    (event) => {
      const endings = [
        { exit: 1 },
        { exit: 126 },
        { exit: 127 },
        { signal: "SIGKILL" },
        { isTimedOut: true },
      ];
      for (const ending of endings) expect(merged(event, ending).effect).toBe("nothing");
      const unstarted = parseHandlerOutput(event, {
        exitCode: null,
        failure: "ENOENT",
        stdout: "",
        stderr: "",
      });
      expect(unstarted).toMatchObject({ status: "failed", decision: "none", error: { code: "start" } });
    },
  );

  it("[exit.2-ignored] every event that can be blocked obeys exit 2, but PermissionRequest", () => {
    const deaf = EVENT_NAMES.filter((name) => {
      const { block: effect } = describeEvent(name);
      return effect !== "nothing" && answer(name, { exit: 2 }).decision !== "deny";
    });
    expect(deaf).toEqual(["PermissionRequest"]);
  });

  it("[exit.other-open] exit 1 with plain text adds no context anywhere", () => {
    for (const event of EVENT_NAMES) expect(answer(event, { exit: 1, stdout: "text" }).contexts).toEqual([]);
  });

  it("[exit.cancelled] a handler that the session gave up says nothing and is no failure of a gate", () => {
    const ending = { exitCode: null, isCancelled: true, stdout: JSON.stringify(block), stderr: "" };
    const result = parseHandlerOutput("PreToolUse", ending, { onFailure: "block" });
    expect(result).toMatchObject({ status: "cancelled", decision: "none" });
    expect(mergeResults("PreToolUse", [result]).unanswered).toEqual([]);
  });
});

describe("onFailure: block", () => {
  const closing = { onFailure: "block" } as const;
  const obeying = EVENT_NAMES.filter((name) => describeEvent(name).obeysOnFailure);

  it.each(obeying)("[on-failure.blocks] closes %s for a failed, cut off or unreadable handler", (event) => {
    for (const ending of [
      { exit: 1 },
      { signal: "SIGTERM" },
      { isTimedOut: true },
      { stdout: { decision: 5 } },
    ]) {
      const result = answer(event, ending, closing);
      expect(result).toMatchObject({ status: "blocked", decision: "deny", reasonFrom: "default" });
      expect(result.reason).toContain('blocking because onFailure is "block"');
    }
  });

  it("[on-failure.blocks] a non-zero exit closes the gate even beside an allow", () => {
    const allow = permission({ permissionDecision: "allow" });
    for (const exit of [1, 3, 127])
      expect(answer("PreToolUse", { exit, stdout: allow }, closing).decision).toBe("deny");
  });

  it.each([1, 2, 127])(
    "[on-failure.blocks] exit %i closes PermissionRequest beside an allow: exit 2 is a failure like any other there",
    (exit) => {
      const stdout = specific("PermissionRequest", { decision: { behavior: "allow" } });
      expect(answer("PermissionRequest", { exit, stdout }, closing).decision).toBe("deny");
    },
  );

  it("[on-failure.limits] does not cover text and broken JSON on exit 0", () => {
    for (const stdout of ["text", "{broken}"])
      expect(answer("PreToolUse", { stdout }, closing).decision).toBe("none");
  });

  it("[on-failure.limits] takes effect on ten events and on no other", () => {
    const list = [
      ...["UserPromptSubmit", "UserPromptExpansion", "PreToolUse", "PermissionRequest", "PostToolUse"],
      ...["PostToolUseFailure", "PostToolBatch", "ConfigChange", "PreCompact", "Elicitation"],
    ];
    expect(obeying).toEqual(list);
    for (const event of ["Stop", "SubagentStop", "SessionStart", "Setup", "SubagentStart"] as const)
      expect(answer(event, { exit: 1 }, closing).decision).toBe("none");
  });
});

describe("reading stdout", () => {
  const deny = JSON.stringify(permission({ permissionDecision: "deny", permissionDecisionReason: "R" }));

  it.each([`\ufeff${deny}`, `\n\t ${deny}`, `${deny}\n\n`, `\n\ufeff\n${deny}`])(
    "[stdout.leading-blanks] blanks and a byte order mark around JSON do not count: %j",
    (stdout) => {
      expect(answer("PreToolUse", { stdout })).toMatchObject({ decision: "deny", reason: "R" });
    },
  );

  it.each(["text", `[${deny}]`, '"deny"', "null", "1", `\u001b[0m${deny}`, '{"a":1'])(
    "[stdout.text] what is no whole object is text, and no error: %j",
    (stdout) => {
      expect(answer("PreToolUse", { stdout })).toMatchObject({ status: "ok", decision: "none" });
    },
  );

  it.each(["{'a':1}", '{"a":1,}', `${deny}\n${deny}`, "{a}"])(
    "[stdout.broken-json] braces around what is no JSON are an error: %j",
    (stdout) => {
      expect(answer("PreToolUse", { stdout })).toMatchObject({
        status: "failed",
        error: { code: "not_json" },
      });
    },
  );

  it.each([
    { decision: "maybe" },
    { continue: "false" },
    { systemMessage: 5 },
    { hookSpecificOutput: { permissionDecision: "deny" } },
    { hookSpecificOutput: { hookEventName: "NoSuchEvent" } },
    permission({ permissionDecision: "DENY" }),
  ])("[stdout.schema] a wrong type or name fails the whole answer: %j", (stdout) => {
    expect(answer("PreToolUse", { stdout })).toMatchObject({ decision: "none", error: { code: "schema" } });
    const blocked = answer("PreToolUse", { exit: 2, stdout, stderr: "E" });
    expect(blocked).toMatchObject({ decision: "deny", reason: "E", reasonFrom: "stderr" });
  });

  it("[stdout.extra-keys] keys that nobody knows change nothing", () => {
    const stdout = { ...permission({ permissionDecision: "deny", colour: "red" }), extra: [1] };
    expect(answer("PreToolUse", { stdout })).toMatchObject({ status: "blocked", decision: "deny" });
  });

  it("[stdout.duplicate-keys] of a key that stands twice the last counts, but never for an allow", () => {
    const twice = (first: string, last: string) =>
      `{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"${first}","permissionDecision":"${last}"}}`;
    expect(answer("PreToolUse", { stdout: twice("allow", "deny") }).decision).toBe("deny");
    const doubtful = answer("PreToolUse", { stdout: twice("deny", "allow") });
    expect(doubtful).toMatchObject({ decision: "none", error: { code: "duplicate_key" } });
  });

  it("[stdout.wrong-event] an answer for another event is an error", () => {
    const stdout = specific("PostToolUse", { additionalContext: "C" });
    expect(answer("PreToolUse", { stdout })).toMatchObject({ contexts: [], error: { code: "wrong_event" } });
  });

  it.each(["SessionEnd", "PreCompact", "PostCompact", "ConfigChange"] as const)(
    "[stdout.no-specific-part] %s takes no hookSpecificOutput: a block beside one fails open",
    (event) => {
      const result = answer(event, { stdout: { ...block, ...specific(event, {}) } });
      expect(result).toMatchObject({ decision: "none", error: { code: "schema" } });
    },
  );

  it("[stdout.plain-context] plain text is context for three events only", () => {
    const taking = EVENT_NAMES.filter((name) => answer(name, { stdout: "text\n" }).contexts.length > 0);
    expect(taking.toSorted()).toEqual(["SessionStart", "UserPromptExpansion", "UserPromptSubmit"]);
    expect(answer("SessionStart", { stdout: " text \n" }).contexts).toEqual(["text"]);
  });

  it("[stdout.cut] output that was cut at its limit is never read as JSON", () => {
    const ending = { exitCode: 0, stdout: deny, stderr: "", isStdoutCut: true };
    expect(parseHandlerOutput("PreToolUse", ending)).toMatchObject({ error: { code: "too_large" } });
  });

  it.each([
    ["", "ok", undefined],
    ["{}", "ok", undefined],
    ["OK", "failed", "not_json"],
    ["[]", "failed", "not_json"],
    ['{"decision":', "failed", "not_json"],
  ])("[stdout.http-body] an http body of %j is %s", (stdout, status, code) => {
    const result = parseHandlerOutput("PreToolUse", { type: "http", exitCode: 0, stdout, stderr: "" });
    expect([result.status, result.error?.code, result.decision]).toEqual([status, code, "none"]);
  });
});
