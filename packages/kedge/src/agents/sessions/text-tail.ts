/** The end of a text that may be of any length. */
export interface TextTail {
  add(chunk: Uint8Array): void;
  /** UTF-8, with U+FFFD for what is none and for a character that was cut. */
  text(): string;
}

/** @param maxBytes that are kept, default 64 KiB */
export function createTail(maxBytes = 65_536): TextTail {
  let kept = Buffer.alloc(0);
  return {
    add(chunk) {
      const all = Buffer.concat([kept, chunk.subarray(Math.max(0, chunk.length - maxBytes))]);
      kept = Buffer.from(all.subarray(Math.max(0, all.length - maxBytes)));
    },
    text: () => kept.toString("utf8"),
  };
}
