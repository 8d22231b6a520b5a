import { Buffer } from "node:buffer";
import type { Redactor } from "../../redact/index.ts";
import { MAX_PROMPT_BYTES } from "./batch.ts";

/** Bytes of one argument of a program on Linux (MAX_ARG_STRLEN), without the NUL that ends it. */
const MAX_ARGUMENT_BYTES = 131_071;

/** Why a text cannot be a prompt; undefined where it can. Nothing of the text is repeated. */
export function promptProblem(text: string): string | undefined {
  if (text.trim() === "") return "expected a prompt, got a blank text";
  // Arguments of programs end at it.
  if (text.includes("\0")) return "expected a prompt, got a text with NUL in it";
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_PROMPT_BYTES) return undefined;
  return `expected a prompt of at most ${MAX_PROMPT_BYTES} bytes, got ${bytes}`;
}

/** What people should know of a prompt that can be used; nothing of it is repeated. */
export function promptNotes(text: string, redactor: Redactor): readonly string[] {
  const notes: string[] = [];
  if (redactor.text(text) !== text)
    notes.push(
      "it seems to hold a secret; prompts are stored in the ledger, and other users see arguments of programs",
    );
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ARGUMENT_BYTES)
    notes.push(
      `it has ${bytes} bytes; Linux starts no program with an argument of more than ${MAX_ARGUMENT_BYTES}`,
    );
  return notes;
}
