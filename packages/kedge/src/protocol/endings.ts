import type { EventDescriptor } from "./descriptor.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import type { Effects, HandlerEnding, HandlerResult } from "./handler-result.ts";
import { blockMeaning, stopMeaning } from "./meaning.ts";
import { type Decision, mergeResults } from "./merge.ts";
import { parseHandlerOutput } from "./parse-output.ts";

/** One way in which a handler can end, and what comes of it. */
export interface EndingMeaning {
  /** Such as `exit 2` or `exit 0, {"decision":"block"}`. */
  readonly ending: string;
  readonly status: HandlerResult["status"];
  /** A clause for people. */
  readonly meaning: string;
  readonly decision: Decision;
}

/**
 * Says what every kind of ending of a handler would mean for an event. Nothing is written down here twice: each ending goes
 * through {@link parseHandlerOutput} and {@link mergeResults}, and what comes out is put into words.
 */
export function explainEndings(event: HookEventName): readonly EndingMeaning[] {
  const descriptor = describeEvent(event);
  return sampleEndings(descriptor).map(({ label, ending }) => {
    const result = parseHandlerOutput(event, ending);
    const decision = mergeResults(event, [result]);
    const isCovered = parseHandlerOutput(event, ending, { onFailure: "block" }).decision === "deny";
    const meaning = describeOutcome(descriptor, result, decision, isCovered);
    return { ending: label, status: result.status, meaning, decision };
  });
}

interface Sample {
  readonly label: string;
  readonly ending: HandlerEnding;
}

function sampleEndings(event: EventDescriptor): readonly Sample[] {
  const path = event.decision === "path";
  return [
    exits(0, "", "nothing printed"),
    exits(0, path ? "/tmp/worktree\n" : "some text", "text on stdout"),
    ...answers(event).map((answer) => exits(0, JSON.stringify(answer), JSON.stringify(answer))),
    exits(0, '{"broken": }', "stdout that only looks like JSON"),
    exits(2, "", "text on stderr", "why\n"),
    exits(1, "", "or any code but 0 and 2; text on stderr", "what went wrong\n"),
    { label: "killed by a signal", ending: { exitCode: null, signal: "SIGKILL", stdout: "", stderr: "" } },
    { label: "time-out", ending: { exitCode: null, isTimedOut: true, stdout: "", stderr: "" } },
    {
      label: "cannot be started",
      ending: { exitCode: null, failure: "no such file", stdout: "", stderr: "" },
    },
  ];
}

function exits(exitCode: number, stdout: string, what: string, stderr = ""): Sample {
  return { label: `exit ${exitCode}, ${what}`, ending: { exitCode, stdout, stderr } };
}

/** An answer in JSON for each thing that the event can be told. */
function answers(event: EventDescriptor): readonly object[] {
  const { name: hookEventName } = event;
  const specific = (fields: object): object => ({ hookSpecificOutput: { hookEventName, ...fields } });
  return [
    ...decisions(event, specific),
    ...(event.context === null ? [] : [specific({ additionalContext: "text" })]),
    ...(event.specificOutput?.updatedInput ? [specific({ updatedInput: {} })] : []),
    ...(event.specificOutput?.updatedToolOutput ? [specific({ updatedToolOutput: {} })] : []),
    ...(event.specificOutput?.watchPaths ? [specific({ watchPaths: ["/home/me/.envrc"] })] : []),
    { continue: false, stopReason: "why" },
  ];
}

function decisions(event: EventDescriptor, specific: (fields: object) => object): readonly object[] {
  switch (event.decision) {
    case "top_level":
      return [{ decision: "block", reason: "why" }];
    case "permission":
      return permissionValues(event).map((permissionDecision) => specific({ permissionDecision }));
    case "permission_request":
      return ["allow", "deny"].map((behavior) => specific({ decision: { behavior } }));
    case "elicitation":
      return ["accept", "decline", "cancel"].map((action) => specific({ action }));
    case "retry":
      return [specific({ retry: true })];
    case "display":
      return [specific({ displayContent: "text" })];
    case "path":
    case "exit_code":
    case "none":
      return [];
  }
}

function permissionValues(event: EventDescriptor): readonly string[] {
  return (event.specificOutput?.permissionDecision?.schema.enum ?? []).map(String);
}

/** A decision in words. */
function describeOutcome(
  event: EventDescriptor,
  result: HandlerResult,
  decision: Decision,
  isCovered: boolean,
): string {
  const parts = [
    ...describeBehavior(event, decision),
    ...(decision.stop ? [stopMeaning(decision.stop.effect)] : []),
    ...(decision.contexts.length > 0 && event.context !== "continues" ? [contextMeaning(event)] : []),
    ...Object.keys(decision.effects).flatMap((effect) => EFFECT_MEANING[effect as keyof Effects] ?? []),
  ];
  const error = result.error && result.decision !== "deny" ? `no answer (${result.error.message})` : "";
  const open = decision.unanswered.length > 0 ? openGate(event, isCovered) : "";
  const said = parts.join("; ") || (error === "" ? "nothing; everything goes its usual way" : "");
  return [said, error, open].filter((part) => part !== "").join("; ");
}

function openGate(event: EventDescriptor, isCovered: boolean): string {
  if (isCovered) return 'the gate stays open; onFailure "block" would close it';
  return event.obeysOnFailure ? 'the gate stays open, even with onFailure "block"' : "the gate stays open";
}

function describeBehavior(event: EventDescriptor, decision: Decision): readonly string[] {
  const { behavior, effect, effects } = decision;
  if (effects.elicitation) return [`the answer to the server is ${effects.elicitation.action}`];
  if (effect !== "nothing") {
    // Context alone can make a turn go on; it is no reason then.
    return [
      behavior === "none" ? blockMeaning(effect).replace("the reason", "the text") : blockMeaning(effect),
    ];
  }
  if (behavior === "none" || behavior === "deny") return [];
  if (event.decision === "permission_request") return ["the permission is given; a deny rule still wins"];
  if (event.block === "refuses_switch") return [];
  return [BEHAVIOR_MEANING[behavior]];
}

const BEHAVIOR_MEANING = {
  allow: "no prompt; deny and ask rules, protected paths and plan mode still count",
  ask: "the user is asked; headless that is a refusal",
  defer: "a headless run ends here, to be resumed",
} as const;

function contextMeaning(event: EventDescriptor): string {
  return event.context === "subagent" ? "the subagent reads the text" : "the model reads the text";
}

const EFFECT_MEANING: Readonly<Partial<Record<keyof Effects, string>>> = {
  updatedInput: "the tool gets this input in place of its own, and rules judge it anew",
  updatedToolOutput: "the model sees this in place of the tool's output",
  displayContent: "this is shown in place of the text",
  retry: "the model is told that it may try again",
  watchPaths: "FileChanged watches these paths",
  worktreePath: "the last line of stdout is the path of the worktree",
};
