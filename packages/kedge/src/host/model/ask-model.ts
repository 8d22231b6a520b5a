import { setTimeout as sleep } from "node:timers/promises";
import { readFailure } from "../../protocol/index.ts";
import type { HostEvent } from "../events.ts";
import type { Spending } from "../spending/spending.ts";
import { needsFallback } from "./fallback.ts";
import { type AnswerBlock, isText, isToolUse, type ModelMessage } from "./messages.ts";
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
  | { readonly type: "aborted"; readonly partial: readonly AnswerBlock[] }
  /** Nothing was sent: the budget is used up, or it could not be kept. */
  | { readonly type: "over_budget"; readonly why: string };

/** What asking needs besides the request. */
export interface AskParts {
  readonly client: MessagesClient;
  readonly retries: RetryPolicy;
  /** Every request is counted there, and none is sent against its limit. */
  readonly spending: Spending;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly emit: (event: HostEvent) => void;
  readonly onText?: (text: string) => void;
  /** The model to go on with when the one that is asked cannot answer. */
  readonly fallback?: {
    readonly model: string;
    /** The request goes to the fallback from now on. */
    readonly onUse: () => void;
  };
}

/**
 * Sends a request until it is answered, or until the policy says that it is not worth another try. A model that is overloaded again and
 * again, or that does not exist, is replaced by the fallback, for which the tries count anew.
 */
export async function askModel(request: ModelRequest, parts: AskParts): Promise<Asked> {
  const { client, retries, signal, now, random, emit, onText, spending, fallback } = parts;
  let { model } = request;
  let began = now();
  let overloads = 0;
  for (let attempts = 1; ; attempts++) {
    const why = spending.refusal(model);
    if (why !== null) return { type: "over_budget", why };
    const answer = await client.send({ ...request, model }, { signal, ...(onText ? { onText } : {}) });
    const usage = answer.type === "message" ? answer.message.usage : answer.usage;
    if (usage) spending.add(model, usage);
    if (answer.type !== "failed") return answer;
    const failure = readModelFailure(answer, { attempts, model, nowMs: now() });
    overloads = failure.kind === "overloaded" ? overloads + 1 : 0;
    const elapsedMs = now() - began;
    const delayMs = nextDelay(failure, { attempts, elapsedMs }, { policy: retries, random: random() });
    // What people saw of the answer is gone on from by the turn; another model would begin it anew.
    const mayFallBack = fallback && fallback.model !== model && !hasContent(answer.partial);
    if (mayFallBack && needsFallback(failure, { overloads, isLast: delayMs === null })) {
      emit({ type: "fallback", from: model, to: fallback.model, failure });
      fallback.onUse();
      model = fallback.model;
      [attempts, overloads, began] = [0, 0, now()];
      continue;
    }
    if (delayMs === null) return { type: "failed", failure, partial: answer.partial };
    emit({ type: "retrying", attempt: attempts, maxRetries: retries.maxRetries, delayMs, failure });
    try {
      await sleep(delayMs, undefined, { signal });
    } catch {
      return { type: "aborted", partial: [] }; // the only error of a sleep is its signal
    }
  }
}

function hasContent(partial: readonly AnswerBlock[]): boolean {
  return partial.some((block) => isText(block) || isToolUse(block));
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
