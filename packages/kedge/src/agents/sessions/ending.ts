import type { FailedTurn, TranscriptFacts } from "../transcripts/failed-turns.ts";
import { known } from "./known.ts";
import type { Observed, ResultFacts } from "./observed.ts";
import type { LimitFacts } from "./read-limits.ts";

/**
 * What one witness says of how a run ended: fields of recovery's `Evidence`, by the same names and units. Recovery adds when it took note
 * (`seenAtMs`).
 */
export interface EndingFacts {
  readonly witness: "result" | "stream" | "transcript" | "process";
  /** Epoch ms. */
  readonly atMs: number;
  readonly agent: string;
  readonly sessionId: string;
  readonly agentVersion?: string;
  readonly event?: string;
  readonly promptId?: string;
  readonly kind?: string;
  readonly status?: number;
  readonly errorType?: string;
  readonly requestId?: string;
  readonly model?: string;
  readonly attempts?: number;
  readonly message?: string;
  readonly apiError?: string;
  readonly terminalReason?: string;
  readonly stopReason?: string;
  readonly isError?: boolean;
  readonly connection?: string;
  readonly retryAfterMs?: number;
  readonly resetAtMs?: number;
  readonly resetFrom?: string;
  readonly rateLimit?: Omit<LimitFacts, "atMs">;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly hasResult?: boolean;
  readonly isRunning?: boolean;
  readonly lastEventAtMs?: number;
  readonly lastTool?: { readonly name: string; readonly inputDigest: string };
  readonly permissionDenials?: readonly string[];
  readonly lastAnswerId?: string;
  readonly hasAnswerBefore?: boolean;
  readonly turns?: number;
  readonly answerLength?: number;
  readonly durationMs?: number;
}

/** What is known of a run that is over, besides its stream. */
export interface EndingOptions {
  /** As it was started; the stream's own counts where it says one. */
  readonly sessionId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** End of standard error; says why where no result does. */
  readonly stderr?: string;
  /** From `readFailedTurns`; null or absent when there is nothing to read. */
  readonly transcript?: TranscriptFacts | null;
}

/** Transcripts have the agent's clock, and are written a little before or after the stream. */
const SLACK_MS = 1_000;
const MAX_MESSAGE = 4_096;

/**
 * Says what each witness of a run has to say: the result, events of the stream, the process, and the transcript.
 *
 * It judges nothing but one thing: a last result that went well while another before it is missing (a gap in `result_index`) proves nothing,
 * so that it is left out and the process says that no result came.
 */
export function readEnding(observed: Observed, options: EndingOptions): readonly EndingFacts[] {
  const { result, failure, limits, lastRetry, lastAnswer, agentVersion, model } = observed;
  const isLost = observed.lostResults > 0 && result?.isError !== true;
  const about = {
    ...{ agent: observed.agent, sessionId: observed.sessionId ?? options.sessionId },
    ...known({ agentVersion }),
  };
  const stream = { ...about, witness: "stream" as const };
  const events: EndingFacts[] = limits.map(({ atMs, ...rateLimit }) => ({
    ...{ ...stream, atMs, event: "rate_limit_event", rateLimit },
  }));
  if (lastRetry) {
    const { atMs, attempt, status, kind } = lastRetry;
    events.push({ ...stream, atMs, event: "api_retry", ...known({ attempts: attempt, status, kind }) });
  }
  if (failure) events.push({ ...stream, ...failure, event: "assistant" });
  const atMs = observed.lastEventAtMs ?? options.endedAtMs;
  if (observed.hasLostWrites) events.push({ ...stream, atMs, event: "session_writes_lost" });
  if (observed.isShuttingDown) events.push({ ...stream, atMs, event: "worker_shutting_down" });
  // Measured: SIGINT in stream-json ends with exit code 0, these words and no result.
  if (observed.isInterrupted && !result)
    events.push({ ...stream, atMs, event: "user", terminalReason: "aborted_streaming" });
  return [
    ...(result && !isLost ? [{ ...about, ...known({ model }), ...resultFacts(result, observed) }] : []),
    ...events,
    ...transcriptFacts(options, about),
    {
      ...about,
      witness: "process",
      atMs: options.endedAtMs,
      ...known({
        ...{ exitCode: options.exitCode ?? undefined, signal: options.signal ?? undefined },
        message: result ? undefined : lastWords(options),
        ...{ lastEventAtMs: observed.lastEventAtMs, lastAnswerId: lastAnswer?.id },
      }),
      hasResult: result !== undefined && !isLost,
      isRunning: false,
      durationMs: Math.max(0, options.endedAtMs - options.startedAtMs),
    },
  ];
}

function resultFacts(result: ResultFacts, { answers, lastAnswer }: Observed) {
  const { atMs, isError, text, errors, host, permissionDenials, durationMs, turns } = result;
  const { status, errorType, apiError, terminalReason, stopReason } = result;
  const words = isError === true ? (text ?? errors[0]) : undefined;
  return {
    ...{ witness: "result" as const, atMs, permissionDenials, hasAnswerBefore: answers > 0 },
    ...known({
      ...{ isError, status, errorType, apiError, terminalReason, stopReason, turns, durationMs },
      message: words?.slice(0, MAX_MESSAGE),
      answerLength: isError === true ? undefined : text?.trim().length,
      lastAnswerId: lastAnswer?.id,
    }),
    ...host,
  };
}

/** The failure with which the transcript ends, unless it is of an earlier run. */
function transcriptFacts(
  { transcript, startedAtMs }: EndingOptions,
  about: Pick<EndingFacts, "agent" | "sessionId">,
): readonly EndingFacts[] {
  const last = transcript?.endsInFailure ? transcript.failures.at(-1) : undefined;
  if (!last || last.atMs < startedAtMs - SLACK_MS) return [];
  const { atMs, promptId, error, status, errorType, requestId, message, model, lastTool }: FailedTurn = last;
  const facts = known({ promptId, kind: error, status, errorType, requestId, message, model, lastTool });
  return [{ ...about, witness: "transcript", atMs, ...facts }];
}

/** What an agent that did not even begin says. A process that ended well has no failure to tell of. */
function lastWords({ stderr = "", exitCode, signal }: EndingOptions): string | undefined {
  if (exitCode === 0 || signal !== null) return undefined;
  return stderr.trim().slice(-MAX_MESSAGE) || undefined;
}
