import { failureText, type HostEvent, type TurnResult } from "../host/index.ts";
import { cleanText, firstLine } from "../protocol/index.ts";

/** That a request is sent again, when, and why. */
export function retryWords(event: Extract<HostEvent, { type: "retrying" }>): string {
  const { failure, delayMs, attempt, maxRetries } = event;
  const seconds = (delayMs / 1000).toFixed(1);
  return `${sentence(failureText(failure))} Trying again in ${seconds} s (retry ${attempt} of ${maxRetries}).`;
}

/** That another model is asked, and why. */
export function fallbackWords({ from, to, failure }: Extract<HostEvent, { type: "fallback" }>): string {
  return `${from} cannot answer (${failure.kind}): ${to} is asked for the rest of the turn.`;
}

/** That a conversation was replaced by a summary. */
export function compactedWords(event: Extract<HostEvent, { type: "compacted" }>): string {
  const { preTokens, postTokens, agent } = event;
  const whose = agent ? `conversation of the ${firstLine(agent.agentType, 60)} subagent` : "conversation";
  return `The ${whose} was compacted: about ${preTokens} tokens became about ${postTokens}.`;
}

/** Handlers of a gate that gave no verdict, each in a sentence: they are always seen. */
export function noVerdictWords({ trace, decision }: Extract<HostEvent, { type: "hooks" }>): string[] {
  return decision.unanswered.flatMap((at) => {
    const run = trace.runs[at];
    if (!run) return [];
    const why = run.error ?? run.status;
    return sentence(
      `${trace.event} hook "${firstLine(run.what, 200)}" of ${run.source} gave no verdict: ${why}`,
    );
  });
}

/** How a turn ended that did not end with its answer; null for one that did. */
export function endWords(result: TurnResult): string | null {
  const { failure, terminalReason, turns, deferredToolUse } = result;
  if (failure) return `The turn failed (${failure.kind}). ${sentence(failureText(failure))}`;
  switch (terminalReason) {
    case "completed":
      return null;
    case "max_turns":
      return `The turn ended after ${turns} requests (--max-turns).`;
    case "budget_exhausted":
      return null; // the notices say what of
    case "aborted_streaming":
      return "Interrupted before the answer was whole.";
    case "aborted_tools":
      return "Interrupted while a tool ran, or before one.";
    case "tool_deferred":
      return `A hook deferred the call of ${deferredToolUse?.name ?? "a tool"}: it waits for somebody's decision.`;
    case "stop_hook_prevented":
      return result.notices.length > 0 ? null : "A hook ended the turn."; // they say which, and why
    case "hook_stopped":
      return "A hook ended the turn.";
    case "command_refused":
    case "prompt_blocked":
      return sentence(cleanText(result.text).trim());
    default:
      return `The turn ended early (${terminalReason}).`;
  }
}

/** Calls that nobody permitted, and what would permit them; null when there were none. */
export function denialWords({ permissionDenials: denials }: TurnResult): string | null {
  if (denials.length === 0) return null;
  const names = denials.slice(0, 3).map(({ toolName, toolInput }) => {
    const about = callWords(toolInput);
    return about === "" ? toolName : `${toolName} (${firstLine(about, 80)})`;
  });
  const more = denials.length > names.length ? ` and ${denials.length - names.length} more` : "";
  const calls = denials.length === 1 ? "1 tool call was" : `${denials.length} tool calls were`;
  return `${calls} refused: ${names.join(", ")}${more}. --allowedTools and --permission-mode permit more.`;
}

/** What a call is about: its command, its file, or its whole input. Not cleaned. */
export function callWords(input: Readonly<Record<string, unknown>>): string {
  for (const field of ["command", "file_path", "url"] as const) {
    const value = input[field];
    if (typeof value === "string") return value;
  }
  return Object.keys(input).length === 0 ? "" : JSON.stringify(input);
}

/** The same in few words, for a line that only says what goes on: not for a question. */
export function shortWords(input: Readonly<Record<string, unknown>>): string {
  for (const field of ["pattern", "description"] as const) {
    const value = input[field];
    if (typeof value === "string" && input.command === undefined) return value;
  }
  return callWords(input);
}

/** A text with a full stop at its end, unless it ends already. */
function sentence(text: string): string {
  return /[.!?…:)]$/.test(text) && !/\([^)]*\)$/.test(text) ? text : `${text}.`;
}
