import { Buffer } from "node:buffer";
import type { Redactor } from "../../redact/index.ts";
import { MAX_PROMPT_BYTES } from "./batch.ts";

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
  if (redactor.text(text) === text) return [];
  return [
    "it seems to hold a secret; prompts are kept in private files, and other users see arguments of programs",
  ];
}
