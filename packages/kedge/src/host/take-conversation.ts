import { randomUUID } from "node:crypto";
import { HostError } from "./errors.ts";
import type { SessionOptions } from "./options.ts";
import type { Entry } from "./transcript/entry.ts";
import { readTranscript } from "./transcript/read-transcript.ts";
import { isUsed, lockSession, transcriptPath } from "./transcript/session-files.ts";
import type { Undo } from "./undo.ts";

/** What a session goes on with; nobody else writes to it. */
export interface TakenConversation {
  readonly id: string;
  readonly source: "startup" | "resume" | "fork";
  readonly entries: readonly Entry[];
}

/**
 * Takes the conversation to go on with, or a new one, for this process. What is in it is looked at afterwards only: who has it until then
 * may still add its last answer.
 */
export async function takeConversation(
  { sessionId, resume }: SessionOptions,
  dir: string,
  undo: Undo,
): Promise<TakenConversation> {
  if (resume && !resume.forks) {
    const id = resume.sessionId;
    undo.push(await lockSession(dir, id));
    return { id, source: "resume", entries: await read(dir, id) };
  }
  const id = sessionId ?? randomUUID();
  undo.push(await lockSession(dir, id));
  if (await isUsed(dir, id))
    throw new HostError(
      "SESSION_EXISTS",
      `Session ID ${id} is already in use. Resume it (--resume), or choose another`,
    );
  if (!resume) return { id, source: "startup", entries: [] };
  return { id, source: "fork", entries: until(await read(dir, resume.sessionId), resume) };
}

async function read(dir: string, sessionId: string): Promise<readonly Entry[]> {
  const reading = await readTranscript(transcriptPath(dir, sessionId));
  if (reading) return reading.entries;
  throw new HostError(
    "SESSION_MISSING",
    `No conversation found with session ID ${sessionId} in this project`,
  );
}

/** The entries of a copy: up to the one that is named, with it. */
function until(
  entries: readonly Entry[],
  { sessionId, untilEntry }: NonNullable<SessionOptions["resume"]>,
): readonly Entry[] {
  if (untilEntry === undefined) return entries;
  const last = entries.findLastIndex(
    (entry) => entry.uuid === untilEntry || (entry.type === "assistant" && entry.message.id === untilEntry),
  );
  if (last < 0)
    throw new HostError("SESSION_MISSING", `No message found with ID ${untilEntry} in session ${sessionId}`);
  return entries.slice(0, last + 1);
}
