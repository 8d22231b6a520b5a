import { readFile } from "node:fs/promises";
import { isJsonObject } from "../../protocol/index.ts";
import type { AnswerBlock, Message, PromptBlock, ToolResultBlock } from "../model/messages.ts";
import { isToolUse } from "../model/messages.ts";
import { COMPACT_BOUNDARY, type Entry } from "./entry.ts";

/** A transcript that was read. */
export interface TranscriptReading {
  readonly entries: readonly Entry[];
  /** Lines that are no entries: the torn end of a process that died, or damage. */
  readonly lostLines: number;
}

/** Reads a transcript; a line that cannot be read costs that line only. Null when there is no such file. */
export async function readTranscript(path: string): Promise<TranscriptReading | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const entries: Entry[] = [];
  let lostLines = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const entry = parseEntry(line);
    if (entry) entries.push(entry);
    else lostLines++;
  }
  return { entries, lostLines };
}

function parseEntry(line: string): Entry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null; // torn
  }
  if (!isJsonObject(value) || typeof value.uuid !== "string") return null;
  if (value.type === "system") return value as unknown as Entry;
  const { message } = value;
  const isMessage = isJsonObject(message) && Array.isArray(message.content);
  return isMessage && (value.type === "user" || value.type === "assistant")
    ? (value as unknown as Entry)
    : null;
}

/** What the model is told of a call that has no result, because its session died. */
const LOST_RESULT =
  "The session ended before this call had a result. It may have done its work, or part of it: check what is already done before doing anything again.";

/**
 * The conversation of a transcript, such that the API takes it: failures are left out, every call has a result, and what was compacted
 * begins with its summary.
 */
export function toMessages(entries: readonly Entry[]): Message[] {
  const { before, since } = atLastBoundary(entries);
  const messages: Message[] = [...before];
  let unanswered: readonly string[] = unansweredCalls(before);
  for (const entry of since) {
    if (entry.type === "system" || (entry.type === "assistant" && entry.isApiErrorMessage)) continue;
    const { content } = entry.message;
    if (content.length === 0) continue;
    if (entry.type === "user") {
      const said = withResults(unanswered, entry.message.content);
      if (said.length > 0) pushUser(messages, said);
      unanswered = [];
      continue;
    }
    if (unanswered.length > 0) messages.push({ role: "user", content: withResults(unanswered, []) });
    messages.push({ role: "assistant", content: entry.message.content, model: entry.message.model });
    unanswered = callsOf(entry.message.content);
  }
  if (unanswered.length > 0) messages.push({ role: "user", content: withResults(unanswered, []) });
  return messages;
}

/** What a compaction left, and the entries behind it. */
function atLastBoundary(entries: readonly Entry[]): {
  readonly before: readonly Message[];
  readonly since: readonly Entry[];
} {
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry?.type !== "system" || entry.subtype !== COMPACT_BOUNDARY) continue;
    // A boundary that cannot be read is none: the whole conversation is too much, and nothing of it is lost.
    if (isConversation(entry.data.messages))
      return { before: entry.data.messages, since: entries.slice(at + 1) };
  }
  return { before: [], since: entries };
}

function isConversation(value: unknown): value is Message[] {
  return (
    Array.isArray(value) &&
    value.every(
      (message) =>
        isJsonObject(message) &&
        (message.role === "user" || message.role === "assistant") &&
        Array.isArray(message.content),
    )
  );
}

/** Calls of the last message that have no result behind it. */
function unansweredCalls(messages: readonly Message[]): readonly string[] {
  const last = messages.at(-1);
  return last?.role === "assistant" ? callsOf(last.content) : [];
}

/** The summary of a compaction and the prompt behind it are one message. */
function pushUser(messages: Message[], content: readonly PromptBlock[]): void {
  const last = messages.at(-1);
  if (last?.role === "user")
    messages[messages.length - 1] = { role: "user", content: [...last.content, ...content] };
  else messages.push({ role: "user", content });
}

/**
 * What is said after an answer, such that the API takes it: results of its calls stand before everything else, and those that are
 * missing are said to be lost.
 *
 * @param ids the calls of the answer
 */
export function withResults(ids: readonly string[], content: readonly PromptBlock[]): readonly PromptBlock[] {
  const isResult = (block: PromptBlock): block is ToolResultBlock => block.type === "tool_result";
  const wanted = content.filter((block) => !isResult(block) || ids.includes(block.tool_use_id));
  const given = new Set(wanted.filter(isResult).map(({ tool_use_id: id }) => id));
  const lost = ids
    .filter((id) => !given.has(id))
    .map(
      (id): ToolResultBlock => ({
        type: "tool_result",
        tool_use_id: id,
        content: LOST_RESULT,
        is_error: true,
      }),
    );
  return [...lost, ...wanted.filter(isResult), ...wanted.filter((block) => !isResult(block))];
}

export function callsOf(content: readonly AnswerBlock[]): readonly string[] {
  return content.filter(isToolUse).map(({ id }) => id);
}
