import type { ApiAnswer } from "../../protocol/index.ts";
import type { AnswerBlock, Message, ModelMessage, ToolDefinition, Usage } from "./messages.ts";

/** One request to the Messages API. */
export interface ModelRequest {
  readonly model: string;
  readonly maxTokens: number;
  /** Instructions before the conversation. */
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
}

/** Where what happens meanwhile is told. Must not throw. */
export interface RequestWatch {
  /** Ends the request: nobody wants its answer any more. */
  readonly signal: AbortSignal;
  /** A piece of text has come. */
  onText?(text: string): void;
}

/** What came back for one request. */
export type ModelAnswer =
  | { readonly type: "message"; readonly message: ModelMessage; readonly requestId?: string }
  | {
      readonly type: "failed";
      /** What came, for `readFailure` of the protocol to judge. */
      readonly answer: ApiAnswer;
      /** Whole blocks that had come before the failure. */
      readonly partial: readonly AnswerBlock[];
      /** One sentence, where the answer itself has no words: which connection error it was. */
      readonly detail?: string;
      readonly requestId?: string;
      /** What it cost all the same, as far as the API had said. */
      readonly usage?: Usage;
    }
  | { readonly type: "aborted"; readonly partial: readonly AnswerBlock[]; readonly usage?: Usage };

/** The Messages API, as a session sees it. */
export interface MessagesClient {
  /**
   * Sends one request and reads its answer to the end. Sends nothing twice: retries belong to the session. Never rejects; whatever
   * goes wrong is an answer.
   */
  send(request: ModelRequest, watch: RequestWatch): Promise<ModelAnswer>;
}

/** Bounds of one request. Each that is crossed ends it as a failure, but for the last: the answer is there by then. */
export interface RequestLimits {
  /** Until the first byte of the body; default 2 minutes. */
  readonly firstByteMs: number;
  /** Between two pieces of a stream; default 5 minutes. */
  readonly idleMs: number;
  /** For all of it; default 20 minutes. */
  readonly totalMs: number;
  /** From the last event of a stream to its end, so that the connection can be used again; default 250 ms. */
  readonly endMs: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  firstByteMs: 120_000,
  idleMs: 300_000,
  totalMs: 1_200_000,
  endMs: 250,
};
