import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isJsonObject, type JsonObject, ownValue, readJson } from "../../protocol/index.ts";

/** The last entries of a transcript, the newest last. */
export interface TranscriptTail {
  readonly entries: readonly JsonObject[];
  /** When the file was last written, epoch ms. */
  readonly writtenMs: number;
  /** Whether the file has more before them. */
  readonly isCut: boolean;
  /** Lines that are no entries. A last one that is not ended is being written, and does not count. */
  readonly skipped: number;
}

/** Bytes that are read from the end. */
const MAX_TAIL_BYTES = 256 * 1024;

/**
 * Reads the end of a transcript in JSON Lines. Follows no link, waits for no pipe, and takes whatever can be read: half a line at either
 * end, or damage between, costs that line only. Null when there is nothing to read.
 */
export async function readTail(path: string, maxBytes = MAX_TAIL_BYTES): Promise<TranscriptTail | null> {
  try {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    await using file = await open(path, flags);
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    const { size, mtimeMs } = stats;
    const writtenMs = Math.round(mtimeMs);
    const at = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, maxBytes)),
      position: at,
    });
    const text = buffer.toString("utf8", 0, bytesRead);
    // What is before the first line feed is the end of a line that began earlier.
    const start = text.indexOf("\n") + 1;
    if (at > 0 && start === 0) return { entries: [], writtenMs, isCut: true, skipped: 1 };
    return { ...readLines(at === 0 ? text : text.slice(start)), writtenMs, isCut: at > 0 };
  } catch {
    return null; // not there, not ours, or not to be read: the other witnesses have to do
  }
}

function readLines(text: string): Pick<TranscriptTail, "entries" | "skipped"> {
  const lines = text.split("\n");
  const last = lines.length - 1;
  const entries: JsonObject[] = [];
  let skipped = 0;
  for (const [number, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const reading = readJson(line);
    if (reading.ok && isJsonObject(reading.value)) entries.push(reading.value);
    else if (number !== last) skipped++;
  }
  return { entries, skipped };
}

/** Own text of an object read from somewhere; undefined for anything else. */
export function textAt(value: JsonObject, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, keys);
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Own finite number of an object read from somewhere. */
export function numberAt(value: JsonObject, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, keys);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

function valueAt(value: JsonObject, keys: readonly string[]): unknown {
  let current: unknown = value;
  for (const key of keys) {
    if (!isJsonObject(current)) return undefined;
    current = ownValue(current, key);
  }
  return current;
}
