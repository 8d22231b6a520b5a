import type { AttributedText, Decision } from "../protocol/index.ts";

/** A text in a trace: whose it is and how long, in UTF-16 units. */
interface TraceText {
  readonly by: number;
  readonly length: number;
}

/** A decision without the texts and values that go to the model, the user or a tool. */
export interface TraceDecision
  extends Omit<Decision, "contexts" | "effects" | "systemMessages" | "terminalSequences"> {
  readonly contexts: readonly TraceText[];
  readonly systemMessages: readonly TraceText[];
  readonly terminalSequences: readonly TraceText[];
  /** Names of what else was answered, such as `updatedInput`. */
  readonly effects: readonly string[];
}

/** What a trace keeps of a decision. */
export function traceDecision(decision: Decision): TraceDecision {
  return {
    ...decision,
    contexts: decision.contexts.map(measure),
    systemMessages: decision.systemMessages.map(measure),
    terminalSequences: decision.terminalSequences.map(measure),
    effects: Object.keys(decision.effects),
  };
}

function measure({ by, text }: AttributedText): TraceText {
  return { by, length: text.length };
}
