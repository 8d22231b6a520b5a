import type { JsonObject } from "../../protocol/index.ts";
import type { LimitFacts } from "./read-limits.ts";

/** An answer of the model, as far as its lines came. */
interface AnswerFacts {
  /** The entry of the transcript that its last line is; without one, the API's id of the message. */
  readonly id: string;
  readonly model?: string;
  /** Characters of its text, blanks at its ends not counted. */
  readonly textLength: number;
  /** All kinds of tokens of the request and the answer together. */
  readonly tokens: number;
  /** Epoch ms. */
  readonly atMs: number;
}

/** A failure as the agent put it into an answer of its own (`<synthetic>`). */
export interface FailureFacts {
  readonly atMs: number;
  readonly kind?: string;
  readonly status?: number;
  readonly errorType?: string;
  readonly apiError?: string;
  readonly requestId?: string;
  readonly message?: string;
}

/** The last `api_retry`. */
export interface RetryFacts {
  readonly atMs: number;
  /** Number of the request that failed, from 1. */
  readonly attempt?: number;
  readonly maxRetries?: number;
  readonly delayMs?: number;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly kind?: string;
}

/** The last `result`. */
export interface ResultFacts {
  readonly atMs: number;
  readonly isError?: boolean;
  readonly subtype?: string;
  readonly status?: number;
  readonly errorType?: string;
  readonly apiError?: string;
  readonly terminalReason?: string;
  readonly stopReason?: string;
  readonly turns?: number;
  readonly durationMs?: number;
  /** Of the session so far, or of this run: which one, its adapter says. */
  readonly costUsd?: number;
  /** Of this run. */
  readonly usage?: UsageFacts;
  /** Names of tools, one for each call that nobody permitted. */
  readonly permissionDenials: readonly string[];
  /** `result`: the answer, or the failure in words. Absent where the agent gives none, as after too many turns. */
  readonly text?: string;
  /** `errors`: what it gives then. */
  readonly errors: readonly string[];
  /** What Kedge's own host knows of the failure besides. */
  readonly host?: HostFailureFacts;
  /** As it came. */
  readonly event: JsonObject;
}

/** `kedge.failure` of the result: the fields are those of evidence. */
export interface HostFailureFacts {
  readonly kind?: string;
  readonly requestId?: string;
  readonly model?: string;
  readonly attempts?: number;
  readonly retryAfterMs?: number;
  readonly resetAtMs?: number;
  readonly resetFrom?: string;
  readonly connection?: string;
}

export interface UsageFacts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

/** What one run of a session showed so far. Plain data. */
export interface Observed {
  readonly agent: string;
  readonly sessionId?: string;
  readonly agentVersion?: string;
  /** Of the last real answer, else the one that the session began with. Never `<synthetic>`. */
  readonly model?: string;
  /** Lines that were events, and lines that were none, such as broken or cut ones. */
  readonly events: number;
  readonly unreadable: number;
  /** Epoch ms of the last event. */
  readonly lastEventAtMs?: number;
  /** Real answers of the main loop since the start, and results of tools. */
  readonly answers: number;
  readonly toolResults: number;
  readonly lastAnswer?: AnswerFacts;
  /**
   * Proof that it works: since the start there was a real answer or the result of a tool, and tokens were used. That the process lives, or
   * that it says something, is none.
   */
  readonly hasProgress: boolean;
  /** How often a request was sent again, and the last time. */
  readonly retries: number;
  readonly lastRetry?: RetryFacts;
  /** The last word on each window of the account. */
  readonly limits: readonly LimitFacts[];
  /** Of the main loop; gone again when a real answer follows. */
  readonly failure?: FailureFacts;
  readonly result?: ResultFacts;
  readonly results: number;
  /** Results that are missing between others, or before the first. */
  readonly lostResults: number;
  /** Somebody interrupted the turn. */
  readonly isInterrupted: boolean;
  /** The transcript could not be written: `session_writes_lost`. */
  readonly hasLostWrites: boolean;
  /** `worker_shutting_down`. */
  readonly isShuttingDown: boolean;
}
