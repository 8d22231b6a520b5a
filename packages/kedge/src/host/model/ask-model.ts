import { setTimeout as sleep } from "node:timers/promises";
import { readFailure } from "../../protocol/index.ts";
import type { HostEvent } from "../events.ts";
import type { AnswerBlock, ModelMessage } from "./messages.ts";
import type { MessagesClient, ModelAnswer, ModelRequest } from "./messages-client.ts";
import type { ModelFailure } from "./model-failure.ts";
import { nextDelay, type RetryPolicy } from "./retry-policy.ts";

/** What came of asking, retries included. */
export type Asked =
  | { readonly type: "message"; readonly message: ModelMessage; readonly requestId?: string }
  | {
      readonly type: "failed";
      readonly failure: ModelFailure;
      /** Whole blocks before the failure: what people saw, and what can be gone on from. */
      readonly partial: readonly AnswerBlock[];
    }
  | { readonly type: "aborted"; readonly partial: readonly AnswerBlock[] };

/** What asking needs besides the request. */
export interface AskParts {
  readonly client: MessagesClient;
  readonly retries: RetryPolicy;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly emit: (event: HostEvent) => void;
  readonly onText?: (text: string) => void;
}

/** Sends a request until it is answered, or until the policy says that it is not worth another try. */
export async function askModel(request: ModelRequest, parts: AskParts): Promise<Asked> {
  const { client, retries, signal, now, random, emit, onText } = parts;
  const began = now();
  for (let attempts = 1; ; attempts++) {
    const answer = await client.send(request, { signal, ...(onText ? { onText } : {}) });
    if (answer.type === "message") return answer;
    if (answer.type === "aborted") return answer;
    const failure = readModelFailure(answer, { attempts, model: request.model, nowMs: now() });
    const elapsedMs = now() - began;
    const delayMs = nextDelay(failure, { attempts, elapsedMs }, { policy: retries, random: random() });
    if (delayMs === null) return { type: "failed", failure, partial: answer.partial };
    emit({ type: "retrying", attempt: attempts, maxRetries: retries.maxRetries, delayMs, failure });
    try {
      await sleep(delayMs, undefined, { signal });
    } catch {
      return { type: "aborted", partial: [] }; // the only error of a sleep is its signal
    }
  }
}

function readModelFailure(
  { answer, detail, requestId }: Extract<ModelAnswer, { type: "failed" }>,
  { attempts, model, nowMs }: { attempts: number; model: string; nowMs: number },
): ModelFailure {
  const failure = readFailure(answer, { nowMs }) ?? {
    // A client that calls an answer failed which is none: nobody can tell what it is.
    kind: "unknown",
    retryable: false,
    recordedAgentKind: "unknown",
  };
  return {
    ...failure,
    attempts,
    model,
    ...(requestId === undefined ? {} : { requestId }),
    ...(answer.type === "connection" ? { loss: answer.reason } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}
