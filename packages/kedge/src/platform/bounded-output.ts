import { constants } from "node:buffer";

/** What a stream wrote, of which only the beginning is kept. */
export interface BoundedOutput {
  add(chunk: Buffer): void;
  /** All bytes that came, dropped ones too. */
  readonly totalBytes: number;
  /** Whether bytes were dropped. */
  readonly isCut: boolean;
  /** What was kept, as UTF-8 with U+FFFD for what is none; a character that the cut went through is left out. */
  decode(): string;
}

/** Chunks below this are copied together: a program that writes single bytes would cost a hundred for each. */
const SMALL_BYTES = 4_096;
/** Small chunks wait until this many bytes or chunks of them are there, so that a short output is never copied. */
const PENDING_BYTES = 65_536;
const PENDING_CHUNKS = 256;

/** Makes one that keeps the first `maxBytes` bytes, and never more than a string can hold. */
export function createBoundedOutput(maxBytes: number): BoundedOutput {
  const limit = Math.max(0, Math.min(maxBytes, constants.MAX_STRING_LENGTH));
  let blocks: Buffer[] = [];
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let keptBytes = 0;
  let totalBytes = 0;

  const flush = (): void => {
    if (pending.length > 0) blocks.push(join(pending, pendingBytes));
    pending = [];
    pendingBytes = 0;
  };
  const keep = (part: Buffer): void => {
    keptBytes += part.length;
    if (part.length >= SMALL_BYTES) {
      flush();
      blocks.push(part);
      return;
    }
    pending.push(part);
    pendingBytes += part.length;
    if (pending.length >= PENDING_CHUNKS || pendingBytes >= PENDING_BYTES) flush();
  };

  return {
    add(chunk) {
      totalBytes += chunk.length;
      const room = limit - keptBytes;
      if (room > 0) keep(chunk.length <= room ? chunk : chunk.subarray(0, room));
    },
    get totalBytes() {
      return totalBytes;
    },
    get isCut() {
      return totalBytes > keptBytes;
    },
    decode() {
      flush();
      const bytes = join(blocks, keptBytes);
      blocks = [];
      const end = totalBytes > keptBytes ? endOfLastCharacter(bytes) : bytes.length;
      return bytes.toString("utf8", 0, end);
    },
  };
}

function join(parts: readonly Buffer[], bytes: number): Buffer {
  const [only] = parts;
  return parts.length === 1 && only ? only : Buffer.concat(parts, bytes);
}

/** Where the last whole character ends; bytes that are no UTF-8 count as whole. */
function endOfLastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
