import { constants } from "node:fs";
import type { HeldPath, NoPath } from "../files/held-path.ts";
import { systemWords } from "../files/system-words.ts";
import { writeHeld } from "../files/write-held.ts";
import { type FileReading, markSeen, notRead, readText } from "./read.ts";
import { refuse, type ToolContext, type ToolOutcome } from "./tool.ts";

/** Reads the file that a call may change, if it is the one that the call was permitted for. */
export async function readGranted(
  filePath: string,
  held: HeldPath | NoPath,
  context: ToolContext,
): Promise<FileReading> {
  if (!held.ok) return notRead(held.why);
  const why = await context.mayWrite(held);
  if (why !== null) return notRead(why);
  const { entry } = held;
  if (entry === null) return notRead(`${filePath} does not exist.`, true);
  if (entry.stats.isDirectory()) return notRead(`${filePath} is a folder.`);
  // A device may do something as soon as it is opened.
  if (!entry.stats.isFile()) return notRead(`${filePath} is no regular file.`);
  return readText(filePath, () => entry.open(constants.O_RDONLY));
}

/** Writes that file and remembers it as known; a failure in words, or null. */
export async function putGranted(
  filePath: string,
  held: HeldPath | NoPath,
  content: string,
  context: ToolContext,
): Promise<ToolOutcome | null> {
  if (!held.ok) return refuse(held.why);
  try {
    const write = () => writeHeld(held, content, context.mayWrite);
    // A command that runs meanwhile has not made this change.
    const written = await (context.guard?.accepts(held.path, write) ?? write());
    if (!written.ok) return refuse(written.why);
    markSeen(context, filePath, written.mtimeMs);
    return null;
  } catch (error) {
    return refuse(systemWords(filePath, error));
  }
}
