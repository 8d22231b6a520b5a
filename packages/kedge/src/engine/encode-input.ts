import type { JsonObject } from "../protocol/index.ts";
import { HookError } from "./errors.ts";

/** Characters from which on a copy is worth avoiding. */
const LARGE = 65_536;

/**
 * The input as the wire has it: one line of compact JSON and a line feed, in UTF-8. Made once a dispatch and shared by all
 * handlers. Lone surrogates are written as escapes.
 *
 * @throws {HookError} `INPUT_NOT_JSON`
 */
export function encodeInput(input: JsonObject): Uint8Array {
  try {
    const text = JSON.stringify(input);
    if (text.length < LARGE) return Buffer.from(`${text}\n`);
    // The line feed is not added to a large text: that would be one more copy of it.
    const length = Buffer.byteLength(text);
    const bytes = Buffer.allocUnsafeSlow(length + 1);
    bytes.write(text, "utf8");
    bytes[length] = 0x0a;
    return bytes;
  } catch (cause) {
    // Too deep for the stack, a cycle, a BigInt, or longer than a string can be.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HookError("INPUT_NOT_JSON", `expected an input that can be written as JSON: ${why}`, { cause });
  }
}
