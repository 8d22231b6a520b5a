import { isJsonObject, type JsonObject, readJson } from "../../protocol/index.ts";

/** A line that a session wrote. */
export interface SessionLine {
  /** Without the line feed; UTF-8, with U+FFFD for what is none. Of a line that is too long its beginning. */
  readonly text: string;
  /** The event; null for what is no JSON object, such as half a line. */
  readonly event: JsonObject | null;
  /** All of its bytes, dropped ones too. */
  readonly bytes: number;
  /** Whether bytes were dropped. */
  readonly isCut: boolean;
  /** False for what came last without a line feed. */
  readonly isEnded: boolean;
}

/** Bytes of a line that are kept: no event is larger, and one that is cannot be read anyway. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Takes bytes apart into lines, holding no more than one of them. */
export interface LineSplitter {
  /** The lines that these bytes end; each is made when it is asked for. */
  add(chunk: Buffer): Iterable<SessionLine>;
  /** What came after the last line feed; null when nothing did. */
  end(): SessionLine | null;
}

/** @param maxBytes of a line that are kept */
export function createLineSplitter(maxBytes: number = MAX_LINE_BYTES): LineSplitter {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let bytes = 0;
  const keep = (part: Buffer): void => {
    bytes += part.length;
    const room = maxBytes - keptBytes;
    if (room <= 0 || part.length === 0) return;
    kept.push(part.length <= room ? part : part.subarray(0, room));
    keptBytes += Math.min(part.length, room);
  };
  const finish = (isEnded: boolean): SessionLine => {
    const text = Buffer.concat(kept, keptBytes).toString("utf8");
    const isCut = bytes > keptBytes;
    const line = { text, event: isCut ? null : readEvent(text), bytes, isCut, isEnded };
    kept = [];
    keptBytes = 0;
    bytes = 0;
    return line;
  };
  return {
    *add(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        keep(chunk.subarray(from, at));
        from = at + 1;
        yield finish(true);
      }
      // A copy: the rest of a chunk of 64 KiB would be kept for a few bytes of it.
      keep(Buffer.from(chunk.subarray(from)));
    },
    end: () => (bytes === 0 ? null : finish(false)),
  };
}

function readEvent(text: string): JsonObject | null {
  if (text.trim() === "") return null;
  const reading = readJson(text);
  return reading.ok && isJsonObject(reading.value) ? reading.value : null;
}
