import type { JsonObject } from "../protocol/index.ts";
import { HookError } from "./errors.ts";

const utf8 = new TextEncoder();

/**
 * The input as the wire has it: one line of compact JSON and a line feed, in UTF-8. Made once a dispatch and shared by all
 * handlers. Lone surrogates become U+FFFD on the way.
 *
 * @throws {HookError} `INPUT_NOT_JSON`
 */
export function encodeInput(input: JsonObject): Uint8Array {
  try {
    return utf8.encode(`${JSON.stringify(input)}\n`);
  } catch (cause) {
    // Too deep for the stack, a cycle, a BigInt, or longer than a string can be.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HookError("INPUT_NOT_JSON", `expected an input that can be written as JSON: ${why}`, { cause });
  }
}
