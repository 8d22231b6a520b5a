import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { numberAt, readTail, type TranscriptTail, textAt } from "./read-tail.ts";

/**
 * Whose turn it is in a session.
 *
 * - `model`: it was asked, and has not answered yet, or not to the end
 * - `tool`: a call has no result yet; whether a tool runs or a person is asked, nobody writes down
 * - `over`: the last turn ended, or was interrupted, and nothing was asked since
 * - `failed`: the last turn ended by a failure
 * - `unknown`: the end of the transcript does not tell
 */
export type SessionTurn = "model" | "tool" | "over" | "failed" | "unknown";

/** An answer of the model. Times are epoch ms. */
export interface SessionAnswer {
  /** When its last part was written. */
  readonly atMs: number;
  /** Not later than the beginning of its request: when that was written which it answers. */
  readonly sinceMs: number;
  readonly model?: string;
}

/** What the end of a transcript tells of a session that somebody else runs. Times are epoch ms. */
export interface SessionSigns {
  readonly turn: SessionTurn;
  /** When the entry was written that says whose turn it is; absent where none does. */
  readonly turnAtMs?: number;
  /** The last real answer, a subagent's too; absent where the tail does not have it with what it answers. */
  readonly lastAnswer?: SessionAnswer;
  /** When the last result of a tool was written. */
  readonly lastResultMs?: number;
}

/**
 * Reads the end of a transcript of Claude Code or of Kedge's host for signs of life. A real answer is one that a model gave: not what the agent
 * writes in its place, and with usage above zero.
 *
 * @returns null when there is nothing to read
 * @source recorded transcripts of Claude Code 2.1.329
 */
export async function readSessionSigns(path: string): Promise<SessionSigns | null> {
  const tail = await readTail(path);
  return tail && readSigns(tail);
}

/** The same over entries; pure. */
function readSigns({ entries }: Pick<TranscriptTail, "entries">): SessionSigns {
  let turn = START;
  let lastAnswer: SessionAnswer | undefined;
  let lastResultMs: number | undefined;
  const chains = new Map<string, Chain>();
  for (const entry of entries) {
    const atMs = timeOf(entry);
    if (isMain(entry)) turn = nextTurn(turn, entry, atMs);
    if (atMs === undefined) continue;
    const chain = chains.get(chainOf(entry)) ?? {};
    if (entry.type === "user") {
      chains.set(chainOf(entry), { ...chain, askedMs: atMs });
      if (blocksOf(entry).some(({ type }) => type === "tool_result")) lastResultMs = atMs;
    } else if (isRealAnswer(entry)) {
      const id = textAt(entry, "message", "id") ?? "";
      // Its parts are written one by one, and results of calls may stand between them: the request is that of the first part.
      const own = chain.id === id ? chain : { ...chain, id, sinceMs: chain.askedMs };
      chains.set(chainOf(entry), own);
      const model = textAt(entry, "message", "model");
      if (own.sinceMs !== undefined)
        lastAnswer = { atMs, sinceMs: own.sinceMs, ...(model === undefined ? {} : { model }) };
    }
  }
  return {
    turn: turn.turn,
    ...(turn.atMs === undefined ? {} : { turnAtMs: turn.atMs }),
    ...(lastAnswer === undefined ? {} : { lastAnswer }),
    ...(lastResultMs === undefined ? {} : { lastResultMs }),
  };
}

/** One line of a conversation: that of the session, or one of a subagent. */
interface Chain {
  /** When something was last said to the model. */
  readonly askedMs?: number | undefined;
  /** The answer that is being written, and when its request was asked. */
  readonly id?: string;
  readonly sinceMs?: number | undefined;
}

function chainOf(entry: JsonObject): string {
  return textAt(entry, "agentId") ?? (entry.isSidechain === true ? "side" : "");
}

function isMain(entry: JsonObject): boolean {
  return chainOf(entry) === "";
}

function isRealAnswer(entry: JsonObject): boolean {
  if (entry.type !== "assistant" || entry.isApiErrorMessage === true) return false;
  if (textAt(entry, "message", "model") === "<synthetic>") return false;
  return USAGE.some((name) => (numberAt(entry, "message", "usage", name) ?? 0) > 0);
}

const USAGE = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"];

/** Whose turn it is, and what decides that. */
interface Turn {
  readonly turn: SessionTurn;
  readonly atMs?: number | undefined;
  /** Calls that have no result yet. */
  readonly calls: ReadonlySet<string>;
}

const START: Turn = { turn: "unknown", calls: new Set() };

/** Words of the agent in place of the user: a turn that was interrupted asks for nothing any more. */
const INTERRUPTED = /^\[Request interrupted by user/;

/** Commands of the agent itself, and what they printed: the model is not asked. */
const LOCAL = /^(?:<(?:command-|local-command-|bash-)|Caveat: The messages below)/;

/** Entries with which the agent says that a turn is over. */
const OVER: readonly unknown[] = ["turn_duration", "turn_result"];

function nextTurn(before: Turn, entry: JsonObject, atMs: number | undefined): Turn {
  if (entry.type === "assistant") return afterAnswer(before, entry, atMs);
  if (entry.type === "user") return afterInput(before, entry, atMs);
  const isOver =
    entry.type === "system" &&
    (OVER.includes(entry.subtype) ||
      (entry.subtype === "stop_hook_summary" && entry.preventedContinuation === true));
  return isOver && before.turn !== "failed" ? over(atMs) : before;
}

function afterAnswer(before: Turn, entry: JsonObject, atMs: number | undefined): Turn {
  if (entry.isApiErrorMessage === true) return { turn: "failed", atMs, calls: new Set() };
  const blocks = blocksOf(entry);
  const calls = new Set(before.calls);
  for (const block of blocks) {
    const id = block.type === "tool_use" ? textAt(block, "id") : undefined;
    if (id !== undefined) calls.add(id);
  }
  if (calls.size > 0) return { turn: "tool", atMs, calls };
  // Blocks are entries of their own: after a thought the model goes on. A text may be the last word, whatever else is said.
  const isUnderWay =
    blocks.length > 0 && blocks.every(({ type }) => type === "thinking" || type === "redacted_thinking");
  const reason = textAt(entry, "message", "stop_reason");
  const goesOn = reason === "tool_use" || reason === "pause_turn" || (isUnderWay && reason === undefined);
  return goesOn ? { turn: "model", atMs, calls } : over(atMs);
}

function afterInput(before: Turn, entry: JsonObject, atMs: number | undefined): Turn {
  const blocks = blocksOf(entry);
  const results = blocks.filter(({ type }) => type === "tool_result");
  const text = textOf(entry, blocks);
  // What was summarised may have been asked for by a person, who waits for nothing then.
  if (INTERRUPTED.test(text) || entry.isCompactSummary === true) return over(atMs);
  if (results.length === 0) return LOCAL.test(text) ? before : { turn: "model", atMs, calls: new Set() };
  const calls = new Set(before.calls);
  for (const result of results) calls.delete(textAt(result, "tool_use_id") ?? "");
  return { turn: calls.size > 0 ? "tool" : "model", atMs, calls };
}

function over(atMs: number | undefined): Turn {
  return { turn: "over", atMs, calls: new Set() };
}

function blocksOf({ message }: JsonObject): readonly JsonObject[] {
  return isJsonObject(message) && Array.isArray(message.content) ? message.content.filter(isJsonObject) : [];
}

function textOf(entry: JsonObject, blocks: readonly JsonObject[]): string {
  const first = blocks.find(({ type }) => type === "text");
  return textAt(entry, "message", "content") ?? (first && textAt(first, "text")) ?? "";
}

function timeOf(entry: JsonObject): number | undefined {
  const text = textAt(entry, "timestamp");
  const atMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
