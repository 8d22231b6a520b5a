import type { DispatchTrace } from "../engine/index.ts";
import type { Decision, JsonObject } from "../protocol/index.ts";
import type { ModelMessage, PromptBlock } from "./model/messages.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import type { TurnResult } from "./result.ts";

/** A subagent in which something happens; missing in the main session. */
export interface AgentPlace {
  readonly agentId: string;
  readonly agentType: string;
  /** The tool call that started it. */
  readonly toolUseId: string;
}

/** Everything that a session tells whoever embeds it, in the order in which it happens. */
export type HostEvent =
  /** A session begins, or goes on after a resume. */
  | {
      readonly type: "started";
      readonly source: "startup" | "resume" | "fork";
      /** Whether its commands are confined: `missing` and `failing` where settings ask for it and it cannot be. */
      readonly sandbox: "off" | "active" | "missing" | "failing";
    }
  /** A piece of the answer, as it comes. */
  | { readonly type: "text"; readonly text: string; readonly agent?: AgentPlace }
  /** A request failed and is sent again after `delayMs`. */
  | {
      readonly type: "retrying";
      /** Number of the request that failed, from 1. */
      readonly attempt: number;
      readonly maxRetries: number;
      readonly delayMs: number;
      readonly failure: ModelFailure;
    }
  /** A model cannot answer, and another is asked for the rest of the turn. */
  | {
      readonly type: "fallback";
      readonly from: string;
      readonly to: string;
      readonly failure: ModelFailure;
    }
  /** An answer of the model, whole or as far as it came; with `failure`, how a request failed, in words. */
  | {
      readonly type: "answer";
      readonly message: ModelMessage;
      /** Of its entry in the transcript. */
      readonly entryId: string;
      readonly failure?: ModelFailure;
      readonly agent?: AgentPlace;
    }
  /** What goes back to the model: results of tools, feedback of hooks. */
  | { readonly type: "feedback"; readonly content: readonly PromptBlock[]; readonly agent?: AgentPlace }
  | {
      readonly type: "tool_started";
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
      readonly agent?: AgentPlace;
    }
  | {
      readonly type: "tool_ended";
      readonly id: string;
      readonly name: string;
      readonly isError: boolean;
      readonly durationMs: number;
      readonly agent?: AgentPlace;
    }
  /** Handlers of an event ran. */
  | {
      readonly type: "hooks";
      readonly trace: DispatchTrace;
      readonly decision: Decision;
      readonly toolUseId?: string;
    }
  /** A conversation was replaced by a summary of it. */
  | {
      readonly type: "compacted";
      readonly trigger: "manual" | "auto";
      /** Tokens before; about so many. */
      readonly preTokens: number;
      /** Tokens behind it; estimated. */
      readonly postTokens: number;
      readonly agent?: AgentPlace;
    }
  /** Something that a person should know; `hook` where a handler said it. */
  | {
      readonly type: "notice";
      readonly level: "info" | "warning";
      readonly text: string;
      /** Where it is about what keeps the machine safe, and must reach whoever looks at one place only. */
      readonly topic?: "sandbox";
      readonly hook?: string;
    }
  /** The working directory changed. */
  | { readonly type: "cwd"; readonly cwd: string }
  /** A turn is over. */
  | { readonly type: "result"; readonly result: TurnResult };

/** Receives what happens. Must not throw; nothing waits for it. */
export type EventSink = (event: HostEvent) => void;
