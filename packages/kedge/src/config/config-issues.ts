import type * as z from "zod";
import { describeValue } from "../protocol/index.ts";
import { closeWord } from "./close-word.ts";

/** One thing that is wrong with a configuration that somebody wrote. */
export interface ConfigProblem {
  /** Where, such as `causes.overload.attempts`; empty for the whole. */
  readonly path: string;
  /** The same place as keys from the top down. */
  readonly keys: readonly (string | number)[];
  /** What was expected, and what came. Never a secret. */
  readonly message: string;
}

/** What a schema says of a value that does not fit it. */
export type ConfigIssue = z.core.$ZodIssue;

/** How one kind of file says its issues. */
export interface IssueWords {
  /** Says a value in few words. Default: its first 60 characters. */
  readonly describe?: (value: unknown) => string;
  /** Says what is wrong with a key that is not known; undefined for the usual words. */
  readonly describeKey?: (key: string, known: readonly string[]) => string | undefined;
}

/** Words for types, as people say them who write YAML. */
const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Says an issue in the words of this project. An unknown key is said once for each, a line each. */
export function describeIssue(
  issue: z.core.$ZodRawIssue,
  { describe = describeValue, describeKey }: IssueWords = {},
): string | undefined {
  const got = describe(issue.input);
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}, got ${got}`;
    case "too_small":
      return `expected ${boundWords(issue.origin, "at least", issue.minimum)}, got ${got}`;
    case "too_big":
      return `expected ${boundWords(issue.origin, "at most", issue.maximum)}, got ${got}`;
    case "invalid_value":
      return `expected ${listWords(issue.values)}, got ${got}${didYouMean(issue.input, issue.values)}`;
    case "unrecognized_keys": {
      const known = knownKeys(issue.inst);
      const say = (key: string): string =>
        describeKey?.(key, known) ?? `expected a known key, got ${describe(key)}${didYouMean(key, known)}`;
      return issue.keys.map(say).join("\n");
    }
    case "invalid_union":
      return variantWords(issue, describe) ?? `expected another value, got ${got}`;
    default:
      return undefined;
  }
}

/** Where one field says which kind of object it is: the kinds that there are, and what that field says. */
function variantWords(
  { inst, input, ...issue }: z.core.$ZodRawIssue,
  describe: (value: unknown) => string,
): string | undefined {
  const field = "discriminator" in issue ? String(issue.discriminator) : "";
  const values = (inst as z.core.$ZodType | undefined)?._zod.propValues?.[field];
  if (values === undefined) return undefined;
  const typed = (input as Readonly<Record<string, unknown>> | undefined)?.[field];
  const known = [...values];
  return `expected ${listWords(known)}, got ${describe(typed)}${didYouMean(typed, known)}`;
}

/** A problem at a place. */
export function createProblem(path: readonly PropertyKey[], message: string): ConfigProblem {
  const keys = path.map((key) => (typeof key === "number" ? key : String(key)));
  return { path: keys.reduce<string>(formatKey, ""), keys, message };
}

function formatKey(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]{0,99}$/.test(key)) return `${path}[${describeValue(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function boundWords(origin: string, side: string, bound: number | bigint): string {
  if (origin === "string") return `text of ${side} ${bound} characters`;
  if (origin === "array") return `a list of ${side} ${bound}`;
  return `a number of ${side} ${bound}`;
}

function listWords(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
}

/** Asks whether a word was meant that is close to what was typed; empty where none is. */
export function didYouMean(typed: unknown, known: readonly unknown[]): string {
  if (typeof typed !== "string") return "";
  const close = closeWord(
    typed,
    known.filter((word) => typeof word === "string"),
  );
  return close === undefined || close === typed ? "" : `; did you mean ${close}?`;
}

function knownKeys(schema: unknown): readonly string[] {
  const { def } = (schema as { _zod?: { def?: unknown } } | undefined)?._zod ?? {};
  return Object.keys((def as { shape?: object } | undefined)?.shape ?? {});
}
