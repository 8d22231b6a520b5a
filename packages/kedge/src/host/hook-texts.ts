import type { AttributedText, Decision } from "../protocol/index.ts";
import type { TextBlock } from "./model/messages.ts";

/** Text of handlers and of the session itself, marked as not said by a person. */
export function reminder(text: string): TextBlock {
  return { type: "text", text: `<system-reminder>\n${escapeMarks(text)}\n</system-reminder>` };
}

/** A text that pretends to end its frame, or to open another, is only a text. */
export function escapeMarks(text: string): string {
  return text.replace(/<(?=\/?system-reminder\b)/gi, "&lt;");
}

/** What handlers want the model to know, one block each. */
export function contextBlocks(label: string, contexts: readonly AttributedText[]): readonly TextBlock[] {
  return contexts.map(({ text }) => reminder(`${label} hook additional context: ${text}`));
}

/** Why handlers want a turn to go on; the model acts on it as on a prompt. */
export function feedbackBlocks(label: "Stop" | "SubagentStop", decision: Decision): readonly TextBlock[] {
  const reasons = decision.reasons.map(({ text }) => text);
  // A refusal without a reason still has to be one for the model.
  const words = reasons.length > 0 ? reasons : decision.behavior === "deny" ? ["Blocked by hook"] : [];
  return [
    ...words.map((text): TextBlock => ({ type: "text", text: `Stop hook feedback:\n${escapeMarks(text)}` })),
    ...contextBlocks(label, decision.contexts),
  ];
}

/** What a background handler says as it wakes the session. */
export function wakeBlocks(label: string, text: string): readonly TextBlock[] {
  return [
    {
      type: "text",
      text: "This is no message of a person. A hook that went on in the background asks to go on with the work.",
    },
    reminder(`${label} hook: ${text === "" ? "go on" : text}`),
  ];
}

/** The reasons of a refusal in one text. */
export function reasonOf(decision: Decision, fallback: string): string {
  const all = decision.reasons.map(({ text }) => text);
  return decision.reason ?? (all.length > 0 ? all.join("\n") : fallback);
}
