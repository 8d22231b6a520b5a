import type * as z from "zod";
import { describeValue } from "../protocol/index.ts";
import { closeWord } from "./close-word.ts";

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  /** Where, such as `replies[2].status`; empty for the whole scenario. */
  readonly path: string;
  /** The same place as keys from the top down. */
  readonly keys: readonly (string | number)[];
  /** What was expected, and what came. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

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
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const got = describeValue(issue.input);
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}, got ${got}`;
    case "too_small":
      return `expected ${boundOf(issue.origin, "at least", issue.minimum)}, got ${got}`;
    case "too_big":
      return `expected ${boundOf(issue.origin, "at most", issue.maximum)}, got ${got}`;
    case "invalid_value":
      return `expected ${listOf(issue.values)}, got ${got}${hintOf(issue.input, issue.values)}`;
    case "unrecognized_keys": {
      const known = knownKeys(issue.inst);
      return issue.keys
        .map((key) => `expected a known key, got ${describeValue(key)}${hintOf(key, known)}`)
        .join("\n");
    }
    case "invalid_union":
      return `expected another value, got ${got}`;
    default:
      return undefined;
  }
}

/** Makes problems of issues: one for each unknown key, and for a union those of the branch that was meant. */
export function toProblems(issues: readonly Issue[], above: readonly PropertyKey[] = []): ScenarioProblem[] {
  return issues
    .filter((issue) => !isOfMistypedKey(issue, issues))
    .flatMap((issue) => {
      const path = [...above, ...issue.path];
      if (issue.code === "unrecognized_keys") {
        const messages = issue.message.split("\n");
        return issue.keys.map((key, index) =>
          createProblem([...path, key], messages[index] ?? issue.message),
        );
      }
      if (issue.code === "invalid_key") return toProblems(issue.issues, path);
      if (issue.code !== "invalid_union") return [createProblem(path, issue.message)];
      const meant = issue.errors.filter((branch) => !branch.some(isOfOtherType));
      const [branch] = meant;
      if (branch !== undefined && meant.length === 1) return toProblems(branch, path);
      return [createProblem(path, joinBranches(issue.errors) ?? issue.message)];
    });
}

/** With a key mistyped, that a key is missing says nothing new. */
function isOfMistypedKey(issue: Issue, all: readonly Issue[]): boolean {
  const isSame = (other: Issue): boolean => other.path.join("\0") === issue.path.join("\0");
  return issue.code === "custom" && all.some((other) => other.code === "unrecognized_keys" && isSame(other));
}

/** A value of another type was not meant to be this branch. */
function isOfOtherType(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value");
}

function joinBranches(branches: readonly (readonly Issue[])[]): string | undefined {
  const pattern = /^expected (.*), got (.*)$/s;
  const parts = branches.map(([first]) => pattern.exec(first?.message ?? ""));
  const wanted = parts.flatMap((part) => part?.[1] ?? []);
  return wanted.length === 0
    ? undefined
    : `expected ${wanted.join(" or ")}, got ${parts[0]?.[2] ?? "another"}`;
}

function createProblem(path: readonly PropertyKey[], message: string): ScenarioProblem {
  const keys = path.map((key) => (typeof key === "number" ? key : String(key)));
  return { path: keys.reduce<string>(formatKey, ""), keys, message };
}

function formatKey(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]{0,99}$/.test(key)) return `${path}[${describeValue(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function boundOf(origin: string, side: string, bound: number | bigint): string {
  if (origin === "string") return `text of ${side} ${bound} characters`;
  if (origin === "array") return `a list of ${side} ${bound}`;
  return `a number of ${side} ${bound}`;
}

function listOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
}

function hintOf(typed: unknown, words: readonly unknown[]): string {
  // Only a word is mistyped; an object need not even be one that has words.
  if (typeof typed !== "string") return "";
  const close = closeWord(
    typed,
    words.filter((word) => typeof word === "string"),
  );
  return close === undefined ? "" : `; did you mean ${close}?`;
}

function knownKeys(schema: unknown): readonly string[] {
  const { def } = (schema as { _zod?: { def?: unknown } } | undefined)?._zod ?? {};
  return Object.keys((def as { shape?: object } | undefined)?.shape ?? {});
}
