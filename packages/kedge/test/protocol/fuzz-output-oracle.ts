/**
 * What must be true of every result, said a second time and without the code that is judged: when an answer may allow, when
 * it must block, and what the texts of a result may hold.
 */
import type { Decision, HandlerResult, HookEventName } from "../../src/protocol/index.ts";
import { must } from "../support/fuzz.ts";
import { forbiddenInTexts } from "../support/nasty-text.ts";
import type { OutputCase } from "./fuzz-output-cases.ts";
import { readStrictJson, type StrictValue } from "./strict-json.ts";

/** Exit 2 blocks at these (Claude Code hooks reference, "Exit code 2 behavior per event"). */
const blocksOnExit2: ReadonlySet<HookEventName> = new Set([
  ...(["PreToolUse", "PostToolUse", "PostToolUseFailure", "PostToolBatch", "UserPromptSubmit"] as const),
  ...(["UserPromptExpansion", "Stop", "SubagentStop", "TaskCreated", "TaskCompleted"] as const),
  ...(["TeammateIdle", "ConfigChange", "PreCompact", "Elicitation", "ElicitationResult"] as const),
  ...(["PreModelSwitch", "WorktreeCreate"] as const),
]);

const get = (value: StrictValue | undefined, key: string): StrictValue | undefined =>
  value instanceof Map ? value.get(key) : undefined;

/** Whether an ending is an exact and valid permission for the event. */
export function mayAllow(event: HookEventName, { ending, options }: OutputCase): boolean {
  if (ending.isCancelled || ending.isTimedOut || ending.failure !== undefined || ending.isStdoutCut)
    return false;
  if (ending.exitCode === 2 && blocksOnExit2.has(event)) return false;
  if (ending.exitCode !== 0 && ending.exitCode !== 2 && options.onFailure === "block") {
    // PreModelSwitch and ElicitationResult do not obey `onFailure`.
    if (event !== "PreModelSwitch" && event !== "ElicitationResult") return false;
  }
  const read = readStrictJson(ending.stdout.replace(/^[\ufeff\s]+/, "").trimEnd());
  const answer = read?.value;
  if (!(answer instanceof Map) || get(answer, "async") === true) return false;
  const specific = get(answer, "hookSpecificOutput");
  if (specific !== undefined && get(specific, "hookEventName") !== event) return false;
  const top = get(answer, "decision");
  switch (event) {
    case "PreToolUse":
    case "PreModelSwitch": {
      const permission = get(specific, "permissionDecision");
      return permission === undefined ? top === "approve" : permission === "allow" && top !== "block";
    }
    case "PermissionRequest":
      return get(get(specific, "decision"), "behavior") === "allow";
    case "Elicitation":
    case "ElicitationResult":
      return get(specific, "action") === "accept" && top !== "block";
    default:
      return false;
  }
}

/** Whether the ending blocks whatever was printed. */
export function mustBlock(event: HookEventName, { ending }: OutputCase): boolean {
  if (ending.isCancelled || ending.isTimedOut || ending.failure !== undefined) return false;
  return ending.exitCode === 2 && blocksOnExit2.has(event);
}

/** Cut texts say how long they were. */
const maxTextLength = 10_000 + "\n[cut: 100000000 characters in all]".length;

function mustBeClean(name: string, text: unknown): void {
  must(typeof text === "string", `${name} is no text`);
  must(text.length <= maxTextLength, () => `${name} has ${text.length} characters`);
  must(
    !forbiddenInTexts.test(text),
    () => `${name} holds a control character: ${JSON.stringify(text.slice(0, 200))}`,
  );
  must(text.isWellFormed(), `${name} has a lone surrogate`);
}

const isPlainObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isFlag = (value: unknown): boolean => typeof value === "boolean";

/** Every effect with what its value must be; those that are texts must be clean besides. */
const effectChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  updatedInput: isPlainObject,
  updatedToolOutput: (value) => value !== undefined,
  updatedMcpToolOutput: (value) => value !== undefined,
  updatedPermissions: (value) => Array.isArray(value) && value.every(isPlainObject),
  interrupt: isFlag,
  retry: isFlag,
  elicitation: (value) =>
    isPlainObject(value) && ["accept", "decline", "cancel"].includes((value as { action: string }).action),
  reloadSkills: isFlag,
  suppressOriginalPrompt: isFlag,
  watchPaths: (value) => Array.isArray(value) && value.length <= 64 && value.every(isWatchable),
  terminalSequence: (value) => typeof value === "string" && isHarmlessSequence(value),
};

const textEffects: ReadonlySet<string> = new Set([
  ...["displayContent", "worktreePath", "sessionTitle", "initialUserMessage", "systemMessage"],
]);

function isWatchable(path: unknown): boolean {
  mustBeClean("a path to watch", path);
  return !String(path).includes("..") && !/^\/+(?:proc|sys|dev)?(?:\/|$)/.test(String(path));
}

/** BEL, and OSC 0, 1, 2, 9, 99 and 777 with text, taken away one by one, leave nothing. */
function isHarmlessSequence(text: string): boolean {
  const pieces = text.replaceAll("\u001b\\", "\u0007").split("\u0007");
  if (pieces.pop() !== "" || text.length > 4_096) return false;
  return pieces.every((piece) => {
    if (piece === "") return true;
    const [number = "", ...texts] = piece.slice(2).split(";");
    const isKnown = ["0", "1", "2", "9", "99", "777"].includes(number);
    return piece.startsWith("\u001b]") && isKnown && !/\p{Cc}/u.test(texts.join(";"));
  });
}

const statuses = ["ok", "blocked", "failed", "timed_out", "cancelled"];
const decisions = ["deny", "defer", "ask", "allow", "none"];

/** Types, texts and bounds of one result. */
export function mustBeSound(result: HandlerResult): void {
  must(statuses.includes(result.status), `the status is ${result.status}`);
  must(decisions.includes(result.decision), `the decision is ${result.decision}`);
  must((result.status === "blocked") === (result.decision === "deny"), "blocked and deny go together");
  must(
    result.status === "ok" || result.status === "blocked" || result.error !== undefined,
    "a failure has no error",
  );
  must(typeof result.isBackground === "boolean", "isBackground is no boolean");
  if (result.reason !== undefined) mustBeClean("the reason", result.reason);
  must(
    result.decision !== "deny" || result.reasonFrom !== undefined || result.effects.elicitation !== undefined,
    "a denial without reason",
  );
  if (result.stop?.reason !== undefined) mustBeClean("the reason to stop", result.stop.reason);
  for (const text of result.contexts) mustBeClean("a context", text);
  if (result.error) {
    mustBeClean("the error", result.error.message);
    must(!result.error.message.includes("\n"), "the error is more than one line");
  }
  for (const [name, value] of Object.entries(result.effects)) {
    if (textEffects.has(name)) mustBeClean(name, value);
    else must(effectChecks[name]?.(value) === true, () => `the effect ${name} is ${JSON.stringify(value)}`);
  }
  for (const { field, whole } of result.cuts) must(field !== "" && whole.length > 10_000, "a cut of nothing");
}

const strengths = ["deny", "defer", "ask", "allow", "none"];

/** Whether a merged decision follows from its results. */
export function mustFollow(decision: Decision, results: readonly HandlerResult[]): void {
  const strictest = Math.min(...results.map((result) => strengths.indexOf(result.decision)), 4);
  const endsTurn =
    decision.stop?.effect === "ends_turn" ||
    decision.stop?.effect === "ends_subagent" ||
    decision.stop?.effect === "ends_teammate";
  const expected =
    endsTurn && strengths[strictest] === "deny" && decision.behavior === "none"
      ? "none"
      : strengths[strictest];
  must(decision.behavior === expected, () => `the decision is ${decision.behavior}, not ${expected}`);
  if (decision.behavior === "deny") {
    must(decision.effect !== "nothing", "a denial has no effect");
    must(decision.effects.updatedInput === undefined, "a denied call has a new input");
    must(decision.effects.updatedPermissions === undefined, "a denied call changes permissions");
  }
  if (decision.decidedBy !== undefined)
    must(results[decision.decidedBy]?.decision === decision.behavior, "decided by another");
  const contexts = decision.contexts.reduce((length, { text }) => length + text.length, 0);
  must(contexts <= 10_000 + 40 * results.length, () => `${contexts} characters of context`);
  for (const { text } of [...decision.contexts, ...decision.reasons, ...decision.systemMessages])
    mustBeClean("a merged text", text);
}
