import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { numberAt, readTail, type TranscriptTail, textAt } from "./read-tail.ts";

/** A turn that a transcript says failed. */
export interface FailedTurn {
  /** When, epoch ms. */
  readonly atMs: number;
  /** The transcript's own id of the entry, which copies of it keep. */
  readonly entryId?: string;
  readonly sessionId?: string;
  readonly promptId?: string;
  /** Of a subagent's turn. */
  readonly agentId?: string;
  /** As the agent calls it. */
  readonly error?: string;
  readonly status?: number;
  /** `error.type` of the API's body, or of the event that cut the stream. */
  readonly errorType?: string;
  readonly requestId?: string;
  /** The failure as people saw it. */
  readonly message?: string;
  /** Model of the last real answer before. */
  readonly model?: string;
  readonly version?: string;
  /** The last call before the failure, without what it was called with. */
  readonly lastTool?: { readonly name: string; readonly inputDigest: string };
  /** Of the real answers that the tail holds since the prompt, each once. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Whether the model answered since the failure before this one; absent where the tail does not reach back that far. */
  readonly hasAnswerBefore?: boolean;
}

/** What the end of a transcript tells. */
export interface TranscriptFacts {
  readonly failures: readonly FailedTurn[];
  /** The last entry of any kind, epoch ms: when the session last did something. */
  readonly lastAtMs?: number;
  /** Whether the last turn ended by a failure. */
  readonly endsInFailure: boolean;
  /** Lines of the tail that could not be read. */
  readonly skipped: number;
}

/**
 * Reads the failed turns in the end of a transcript of Claude Code or of Kedge's host: assistant entries that are flagged
 * `isApiErrorMessage`. What the entries do not have is left out.
 *
 * @source recorded transcripts of Claude Code 2.1.329
 */
export async function readFailedTurns(path: string): Promise<TranscriptFacts | null> {
  const tail = await readTail(path);
  return tail && collect(tail);
}

/** The same over entries; pure. */
function collect({ entries, writtenMs, isCut, skipped }: TranscriptTail): TranscriptFacts {
  const failures: FailedTurn[] = [];
  let since: Since = nothing();
  let lastAtMs: number | undefined;
  let endsInFailure = false;
  for (const entry of entries) {
    lastAtMs = timeOf(entry) ?? lastAtMs;
    if (entry.type !== "assistant" && entry.type !== "user") continue;
    endsInFailure = entry.type === "assistant" && entry.isApiErrorMessage === true;
    if (endsInFailure) {
      const reachesBack = since.hasAnswer || failures.length > 0 || !isCut;
      const hasAnswerBefore = reachesBack ? { hasAnswerBefore: since.hasAnswer } : {};
      failures.push({ ...toFailure(entry, since, lastAtMs ?? writtenMs), ...hasAnswerBefore });
      since = { ...nothing(), ...(since.model === undefined ? {} : { model: since.model }) };
    } else if (entry.type === "assistant") since = withAnswer(since, entry);
    else since = withPrompt(since, entry);
  }
  return { failures, endsInFailure, skipped, ...(lastAtMs === undefined ? {} : { lastAtMs }) };
}

/** What was seen since the failure before. */
interface Since {
  readonly model?: string;
  readonly promptId?: string;
  readonly lastTool?: FailedTurn["lastTool"];
  /** Tokens of the answers since the prompt, by their ids: an answer has an entry for each of its blocks, all with its usage. */
  readonly tokens: ReadonlyMap<string, Tokens>;
  readonly hasAnswer: boolean;
}

interface Tokens {
  readonly input: number;
  readonly output: number;
}

function nothing(): Since {
  return { tokens: new Map(), hasAnswer: false };
}

function withAnswer(since: Since, entry: JsonObject): Since {
  const model = textAt(entry, "message", "model");
  const lastTool = lastToolOf(entry) ?? since.lastTool;
  return {
    ...since,
    ...(model === undefined ? {} : { model }),
    ...(lastTool === undefined ? {} : { lastTool }),
    tokens: new Map(since.tokens).set(textAt(entry, "message", "id") ?? `${since.tokens.size}`, {
      input: numberAt(entry, "message", "usage", "input_tokens") ?? 0,
      output: numberAt(entry, "message", "usage", "output_tokens") ?? 0,
    }),
    hasAnswer: true,
  };
}

function withPrompt(since: Since, entry: JsonObject): Since {
  const promptId = textAt(entry, "promptId") ?? textAt(entry, "prompt_id");
  if (promptId === undefined || promptId === since.promptId) return since;
  return { ...since, promptId, tokens: new Map() };
}

function lastToolOf(entry: JsonObject): FailedTurn["lastTool"] {
  const { message } = entry;
  const content = isJsonObject(message) && Array.isArray(message.content) ? message.content : [];
  const call = content.findLast((block) => isJsonObject(block) && block.type === "tool_use");
  if (!isJsonObject(call) || typeof call.name !== "string") return undefined;
  const digest = createHash("sha256")
    .update(JSON.stringify(call.input) ?? "")
    .digest("hex");
  return { name: call.name.slice(0, 200), inputDigest: digest.slice(0, 16) };
}

function toFailure(entry: JsonObject, since: Since, atMs: number): FailedTurn {
  const facts = {
    entryId: textAt(entry, "uuid"),
    sessionId: textAt(entry, "sessionId"),
    promptId: textAt(entry, "promptId") ?? since.promptId,
    agentId: textAt(entry, "agentId"),
    error: textAt(entry, "error"),
    status: numberAt(entry, "apiErrorStatus"),
    errorType: textAt(entry, "apiErrorType") ?? cutBy(entry),
    requestId: textAt(entry, "requestId") ?? textAt(entry, "streamCutError", "requestId"),
    message: textOf(entry),
    model: since.model,
    version: textAt(entry, "version"),
    lastTool: since.lastTool,
    ...(since.tokens.size === 0 ? {} : sumOf([...since.tokens.values()])),
  };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { atMs, ...known };
}

function sumOf(tokens: readonly Tokens[]): { readonly inputTokens: number; readonly outputTokens: number } {
  const sum = (of: keyof Tokens): number => tokens.reduce((all, each) => all + each[of], 0);
  return { inputTokens: sum("input"), outputTokens: sum("output") };
}

/** The error event that cut an answer off: the entry's own words say only that it was cut. */
function cutBy(entry: JsonObject): string | undefined {
  const text = textAt(entry, "streamCutError", "message");
  if (text === undefined) return undefined;
  try {
    const event: unknown = JSON.parse(text);
    return isJsonObject(event) ? textAt(event, "error", "type") : undefined;
  } catch {
    return undefined; // words of a lost connection, which the entry's own say as well
  }
}

function textOf(entry: JsonObject): string | undefined {
  const { message } = entry;
  const content = isJsonObject(message) && Array.isArray(message.content) ? message.content : [];
  const block = content.find((each) => isJsonObject(each) && each.type === "text");
  return isJsonObject(block) ? textAt(block, "text") : undefined;
}

function timeOf(entry: JsonObject): number | undefined {
  const text = textAt(entry, "timestamp");
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
