import {
  describeEvent,
  type HandlerEnding,
  type HookEventName,
  type PromptAnswer,
} from "../protocol/index.ts";
import { answered, failed } from "./limited-run.ts";

/** The handler types whose answer is the verdict of a model. */
type VerdictType = "prompt" | "agent";

/** In place of a reason that a block with exit 2 did not give. */
const NO_REASON = "Blocked by hook";

/** What a refusal does to an event. */
type RefusalEffect =
  | "goes_on_unless_impossible"
  | "denies_call"
  | "ends_or_gives_reason"
  | "ends"
  | "gives_reason"
  | "nothing";

/** Total, so that a new event does not compile until somebody has said what a refusal does to it; null: never asked. */
const REFUSAL_EFFECT: Readonly<Record<HookEventName, RefusalEffect | null>> = {
  Stop: "goes_on_unless_impossible",
  SubagentStop: "goes_on_unless_impossible",
  PreToolUse: "denies_call",
  PostToolUse: "ends_or_gives_reason",
  TeammateIdle: "ends_or_gives_reason",
  PostToolBatch: "ends",
  UserPromptSubmit: "ends",
  UserPromptExpansion: "ends",
  PostToolUseFailure: "gives_reason",
  TaskCreated: "gives_reason",
  TaskCompleted: "gives_reason",
  PermissionRequest: "nothing",
  PermissionDenied: "nothing",
  SessionStart: null,
  Setup: null,
  MessageDisplay: null,
  Notification: null,
  SubagentStart: null,
  StopFailure: null,
  InstructionsLoaded: null,
  ConfigChange: null,
  CwdChanged: null,
  DirectoryAdded: null,
  FileChanged: null,
  WorktreeCreate: null,
  WorktreeRemove: null,
  PreCompact: null,
  PostCompact: null,
  Elicitation: null,
  ElicitationResult: null,
  PreModelSwitch: null,
  PostModelSwitch: null,
  SessionEnd: null,
};

interface Refusal {
  readonly event: HookEventName;
  readonly type: VerdictType;
  readonly reason: string;
  /** The refusal gives its reason where it would otherwise end the turn. */
  readonly continues: boolean;
  readonly isImpossible: boolean;
}

/** Each effect as the ending of a process that means the same. */
const ENDINGS: Readonly<Record<RefusalEffect, (refusal: Refusal) => HandlerEnding>> = {
  goes_on_unless_impossible: (refusal) => (refusal.isImpossible ? silence(refusal) : block(refusal)),
  denies_call: (refusal) => json(refusal, denial(refusal), refusal.continues ? {} : stop(refusal)),
  ends_or_gives_reason: (refusal) => (refusal.continues ? block(refusal) : json(refusal, stop(refusal))),
  // The block says what is refused, the stop that nothing goes on: readers of either find it.
  ends: (refusal) => json(refusal, { decision: "block", reason: refusal.reason }, stop(refusal)),
  gives_reason: block,
  nothing: silence,
};

/**
 * Turns the verdict of a model into the ending of a process that means the same on this event, for `parseHandlerOutput` to
 * read. A pass says nothing, so it permits nothing either; no verdict is a failure, which by itself blocks nothing.
 *
 * @param continuesOnBlock a refusal that would end the turn gives its reason instead; agent handlers always do that
 * @source Claude Code hooks reference, "Prompt-based hooks" and "Agent-based hooks"
 */
export function verdictEnding(
  event: HookEventName,
  handlerType: VerdictType,
  answer: PromptAnswer,
  continuesOnBlock: boolean,
): HandlerEnding {
  const type = handlerType;
  const effect = REFUSAL_EFFECT[event];
  if (effect === null) return failed(type, `${type} handlers are never run on ${event}`);
  if (answer.verdict === "none")
    return failed(type, `no verdict: ${answer.problem ?? "the answer has none"}`);
  if (answer.verdict === "ok") return answered(type, "");
  const ending = ENDINGS[effect]({
    event,
    type,
    reason: answer.reason ?? "",
    continues: continuesOnBlock || type === "agent",
    // Only prompt handlers may give up.
    isImpossible: answer.isImpossible === true && type === "prompt",
  });
  // A refusal that was read out of a doubtful answer stands; the doubt is noted where a process would have noted it.
  const isNoted = answer.problem !== undefined && ending.stderr === "";
  return isNoted ? { ...ending, stderr: answer.problem } : ending;
}

function silence({ type }: Refusal): HandlerEnding {
  return answered(type, "");
}

function json({ type }: Refusal, ...parts: readonly object[]): HandlerEnding {
  return answered(type, JSON.stringify(Object.assign({}, ...parts)));
}

/** A block in JSON, or with exit 2 on events that know no other. */
function block(refusal: Refusal): HandlerEnding {
  const { event, type, reason } = refusal;
  if (describeEvent(event).decision !== "exit_code") return json(refusal, { decision: "block", reason });
  return { type, exitCode: 2, stdout: "", stderr: reason === "" ? NO_REASON : reason };
}

function denial({ event, reason }: Refusal): object {
  const decision = { permissionDecision: "deny", permissionDecisionReason: reason };
  return { hookSpecificOutput: { hookEventName: event, ...decision } };
}

function stop({ reason }: Refusal): object {
  return { continue: false, ...(reason === "" ? {} : { stopReason: reason }) };
}
