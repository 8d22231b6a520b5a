import * as z from "zod";
import { describeValue } from "../../protocol/index.ts";
import type { Redactor } from "../../redact/index.ts";
import { splitWords } from "./agent-words.ts";
import { MAX_PROMPT_BYTES } from "./batch.ts";
import { promptProblem } from "./prompt.ts";

/** Characters that are repeated of a text, which may be a prompt in a wrong place. */
const MAX_SHOWN = 40;
/** Words of a command line. */
export const MAX_WORDS = 200;
const MAX_WORD_CHARS = 32_768;
const MAX_PATH_CHARS = 4_096;

type Told = { readonly input?: unknown };

/** Says a value in few words: nothing of what looks like a secret, and not much of what may be a prompt. */
export type Describe = (value: unknown) => string;

/** Makes the words for values of a batch. */
export function createDescribe(redactor: Redactor): Describe {
  return (value) => {
    if (typeof value !== "string") return describeValue(value);
    const shown = shortText(value, redactor);
    return shown === null ? "a text that may hold a secret" : describeValue(shown);
  };
}

/** The beginning of a text; null for one that looks like a secret. */
export function shortText(text: string, redactor: Redactor): string | null {
  if (redactor.text(text) !== text) return null;
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}

function expecting(describe: Describe, what: string): (issue: Told) => string {
  return ({ input }) => `expected ${what}, got ${describe(input)}`;
}

/** Adds an issue where a check has something to say. */
function checked(schema: z.ZodString, check: (text: string) => string | undefined): z.ZodString {
  return schema.superRefine((text, context) => {
    const message = check(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

function patterned(describe: Describe, pattern: RegExp, what: string): z.ZodString {
  const error = expecting(describe, what);
  return z.string({ error }).regex(pattern, { error, abort: true });
}

/** The name of a batch or an item; it becomes part of file names. */
export function keyName(describe: Describe): z.ZodString {
  return patterned(
    describe,
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    "1 to 128 letters, digits, ., _ and -, a letter or digit first",
  );
}

/** The name of an account, written as a policy writes it. */
export function accountKey(describe: Describe): z.ZodString {
  return patterned(describe, /^[A-Za-z0-9][\w.-]{0,63}$/, "the name of an account");
}

/** What an agent is asked. */
export function promptText(describe: Describe): z.ZodString {
  return checked(z.string({ error: expecting(describe, "a prompt") }), promptProblem).meta({
    minLength: 1,
    maxLength: MAX_PROMPT_BYTES,
  });
}

/** A path, as far as it can be judged without the file system. */
export function pathText(describe: Describe, what: string): z.ZodString {
  const error = expecting(describe, what);
  return z
    .string({ error })
    .min(1, { error, abort: true })
    .max(MAX_PATH_CHARS, { error, abort: true })
    .regex(/^[^\0]*$/, { error, abort: true });
}

function word(describe: Describe): z.ZodString {
  // YAML reads 20 as a number.
  const error = ({ input }: Told): string =>
    `expected text, got ${describe(input)}${typeof input === "number" || typeof input === "boolean" ? "; put it in quotes" : ""}`;
  return z
    .string({ error })
    .max(MAX_WORD_CHARS)
    .regex(/^[^\0]*$/, { error: "expected text without NUL, got one with it" });
}

/** Arguments of a program. */
export function argumentWords(describe: Describe): z.ZodArray<z.ZodString> {
  return z.array(word(describe), { error: expecting(describe, "a list of words") }).max(MAX_WORDS);
}

/** A program with its arguments: words, or a text that is split as a shell splits simple words. */
export function agentCommand(describe: Describe) {
  const text = checked(z.string().max(MAX_WORD_CHARS), (line) => {
    const reading = splitWords(line);
    return reading.ok ? undefined : reading.message;
  });
  const list = argumentWords(describe)
    .min(1, { error: "expected a program and its arguments, got an empty list" })
    .refine(([program]) => program === undefined || program.trim() !== "", {
      error: "expected a program first, got a blank word",
    });
  return z.union([text, list], {
    error: expecting(describe, "a command line, as text or as a list of words"),
  });
}
