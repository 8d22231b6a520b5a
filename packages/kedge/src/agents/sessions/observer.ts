import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { numberAt, textAt } from "../transcripts/read-tail.ts";
import type { Observed } from "./observed.ts";
import { blocksOf, readFailure, readResult, readRetry, readUsage, sumTokens, textOf } from "./read-events.ts";
import { type LimitFacts, readLimits } from "./read-limits.ts";

export interface ObserverOptions {
  /** Name of the adapter. */
  readonly agent: string;
  /** The last answer of the run before: shown once more, it is no progress. */
  readonly previousAnswerId?: string;
}

/** Watches one run of a session. */
export interface Observer {
  /**
   * Takes the next event of the stream; null is a line that is none. Never throws, whatever it is given.
   *
   * @param atMs epoch ms
   */
  take(event: unknown, atMs: number): void;
  readonly observed: Observed;
}

type Mutable = { -readonly [K in keyof Observed]: Observed[K] };

const MAX_WINDOWS = 20;
const SYNTHETIC = "<synthetic>";
/** What stands in the stream in place of a result when a person, or SIGINT, ended the turn. */
const INTERRUPTED = "[Request interrupted by user";

/** Makes one that has seen nothing yet. Reads no clock, and keeps nothing but what {@link Observed} has. */
export function createObserver({ agent, previousAnswerId }: ObserverOptions): Observer {
  const seen: Mutable = {
    ...{ agent, events: 0, unreadable: 0, answers: 0, toolResults: 0, hasProgress: false, retries: 0 },
    ...{ limits: [], results: 0, lostResults: 0 },
    ...{ isInterrupted: false, hasLostWrites: false, isShuttingDown: false },
  };
  // An answer has a line for each of its blocks, all with the same id and usage.
  const message = { id: "", text: "", tokens: 0 };
  /** Real answers, those of subagents too. */
  let real = 0;
  let tokens = 0;
  let nextResult = 0;

  const prove = (): void => {
    seen.hasProgress ||= real + seen.toolResults > 0 && tokens > 0;
  };
  const takeAnswer = (event: JsonObject, atMs: number): void => {
    const isMain = event.parent_tool_use_id === null || event.parent_tool_use_id === undefined;
    const model = textAt(event, "message", "model");
    if (model === SYNTHETIC || event.is_api_error_message === true || typeof event.error === "string") {
      if (isMain) seen.failure = readFailure(event, atMs);
      return;
    }
    const id = textAt(event, "uuid") ?? textAt(event, "message", "id");
    const isEmpty = blocksOf(event).length === 0;
    if (id === undefined || id === previousAnswerId || event.isReplay === true || isEmpty) return;
    const used = sumTokens(readUsage(isJsonObject(event.message) ? event.message.usage : undefined));
    tokens += used;
    real++;
    // A subagent's answer proves that the API works, and is not the session's.
    if (isMain) {
      const messageId = textAt(event, "message", "id") ?? id;
      const isSame = messageId === message.id;
      if (!isSame) seen.answers++;
      Object.assign(message, {
        ...{ id: messageId, text: (isSame ? message.text : "") + textOf(event) },
        tokens: Math.max(used, isSame ? message.tokens : 0),
      });
      if (model !== undefined) seen.model = model;
      seen.lastAnswer = {
        ...{ id, atMs, textLength: message.text.trim().length, tokens: message.tokens },
        ...(model === undefined ? {} : { model }),
      };
      delete seen.failure;
    }
    prove();
  };
  const takeFeedback = (event: JsonObject): void => {
    if (event.isReplay === true) return;
    const blocks = blocksOf(event);
    const count = blocks.filter(({ type }) => type === "tool_result").length;
    seen.toolResults += count;
    const [only] = blocks;
    const isText = blocks.length === 1 && only?.type === "text" && typeof only.text === "string";
    if (isText && textOf(event).startsWith(INTERRUPTED)) seen.isInterrupted = true;
    if (count > 0) prove();
  };
  const takeResult = (event: JsonObject, atMs: number): void => {
    seen.results++;
    seen.result = readResult(event, atMs);
    const index = numberAt(event, "result_index");
    if (index !== undefined && Number.isSafeInteger(index) && index >= nextResult) {
      seen.lostResults += index - nextResult;
      nextResult = index + 1;
    }
    // Some agents give usage in the end only. It is this run's, other than the cost.
    tokens += sumTokens(seen.result.usage);
    prove();
  };
  const takeSystem = (event: JsonObject, what: unknown, atMs: number): void => {
    switch (what) {
      case "init": {
        const [model, version] = [
          textAt(event, "model"),
          textAt(event, "claude_code_version") ?? textAt(event, "kedge", "version"),
        ];
        if (model !== undefined && model !== SYNTHETIC) seen.model ??= model;
        if (version !== undefined) seen.agentVersion = version;
        return;
      }
      case "api_retry":
        seen.retries++;
        seen.lastRetry = readRetry(event, atMs);
        return;
      case "session_writes_lost":
        seen.hasLostWrites = true;
        return;
      case "worker_shutting_down":
        seen.isShuttingDown = true;
        return;
      default: // not ours to understand
    }
  };

  return {
    take(event, atMs) {
      if (!isJsonObject(event)) {
        seen.unreadable++;
        return;
      }
      seen.events++;
      seen.lastEventAtMs = atMs;
      const sessionId = textAt(event, "session_id");
      if (sessionId !== undefined) seen.sessionId = sessionId;
      if (event.type === "assistant") takeAnswer(event, atMs);
      else if (event.type === "user") takeFeedback(event);
      else if (event.type === "result") takeResult(event, atMs);
      else if (event.type === "system") takeSystem(event, event.subtype, atMs);
      else if (event.type === "rate_limit_event")
        seen.limits = withLimit(seen.limits, readLimits(event, atMs));
      // Both are known as subtypes and as types of their own.
      else takeSystem(event, event.type, atMs);
    },
    get observed() {
      return { ...seen };
    },
  };
}

/** The last word on each window counts; the newest last. */
function withLimit(limits: readonly LimitFacts[], limit: LimitFacts): readonly LimitFacts[] {
  return [...limits.filter(({ window }) => window !== limit.window), limit].slice(-MAX_WINDOWS);
}
