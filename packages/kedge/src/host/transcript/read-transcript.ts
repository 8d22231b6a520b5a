import { readFile } from "node:fs/promises";
import { isJsonObject } from "../../protocol/index.ts";
import type { AnswerBlock, Message, PromptBlock, ToolResultBlock } from "../model/messages.ts";
import { isToolUse } from "../model/messages.ts";
import type { Entry } from "./entry.ts";

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
 * The conversation of a transcript, such that the API takes it: failures are left out, and every call has a result.
 */
export function toMessages(entries: readonly Entry[]): Message[] {
  const messages: Message[] = [];
  let unanswered: readonly string[] = [];
  for (const entry of entries) {
    if (entry.type === "system" || (entry.type === "assistant" && entry.isApiErrorMessage)) continue;
    const { content } = entry.message;
    if (content.length === 0) continue;
    if (entry.type === "user") {
      const said = withResults(unanswered, entry.message.content);
      if (said.length > 0) messages.push({ role: "user", content: said });
      unanswered = [];
      continue;
    }
    if (unanswered.length > 0) messages.push({ role: "user", content: withResults(unanswered, []) });
    messages.push({ role: "assistant", content: entry.message.content });
    unanswered = callsOf(entry.message.content);
  }
  if (unanswered.length > 0) messages.push({ role: "user", content: withResults(unanswered, []) });
  return messages;
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
