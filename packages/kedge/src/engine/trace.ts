import type { Consideration, HandlerResult, HookEventName } from "../protocol/index.ts";
import type { SourceKind } from "./source.ts";
import type { TraceDecision } from "./trace-decision.ts";

/** Where a handler stands. */
export interface TracePlace {
  readonly source: string;
  readonly kind: SourceKind;
  readonly file: string;
  readonly path: string;
}

/** One handler that was considered. */
export interface TraceConsideration extends TracePlace {
  /**
   * As in the protocol, and:
   * - `switched_off`: a setting stops its source
   * - `untrusted`, `modified`: the project brought it, and nobody trusts it as it is now
   * - `unknown`: nobody can tell now whether it is trusted; it counts among the runs as one that failed
   * - `broken`: it cannot be used
   */
  readonly outcome:
    | Consideration["outcome"]
    | "switched_off"
    | "untrusted"
    | "modified"
    | "unknown"
    | "broken";
  readonly why: string;
}

/** One handler that ran. */
export interface TraceRun extends TracePlace {
  /** What ran, in a few words. */
  readonly what: string;
  readonly status: HandlerResult["status"];
  readonly decision: HandlerResult["decision"];
  readonly exitCode: number | null;
  readonly signal?: string;
  /** Why there is no usable answer; one line. */
  readonly error?: string;
  /** It goes on in the background; nothing of it is in the decision. */
  readonly isBackground: boolean;
  readonly durationMs: number;
  readonly outputBytes: number;
  /** Processes that could not be ended. */
  readonly survivors?: readonly number[];
}

/**
 * Everything about one dispatch: places, times, sizes, decisions and reasons. Holds no input. Of what handlers said it holds
 * reasons and the first line of why one failed; what they print there stands in the trace, as in any log.
 */
export interface DispatchTrace {
  readonly event: HookEventName;
  /** What matchers were compared with. */
  readonly value?: string;
  /** Epoch ms. */
  readonly at: number;
  readonly durationMs: number;
  readonly considered: readonly TraceConsideration[];
  /** In configured order; the indices of the decision point here. */
  readonly runs: readonly TraceRun[];
  readonly decision: TraceDecision;
  /** The event guards something, and a handler gave no usable answer: the gate stood open (D10). */
  readonly isGateOpen: boolean;
}

/** Receives the trace of every dispatch. Must not throw. */
export interface TraceSink {
  record(trace: DispatchTrace): void;
}
