import type * as z from "zod";
import { describeValue } from "../../protocol/index.ts";
import { CAUSES, type KnownCause } from "../verdict.ts";
import { boundsOf, ENDED_CAUSES, neverWords } from "./cause-bounds.ts";
import { closeWord } from "./close-word.ts";
import { POLICY_ACTIONS } from "./policy.ts";

/** One thing that is wrong with a policy. */
export interface PolicyProblem {
  /** Where, such as `causes.overload.attempts`; empty for the whole. */
  readonly path: string;
  /** The same place as keys from the top down. */
  readonly keys: readonly (string | number)[];
  /** What was expected, and what came. Never a secret. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** Words for types, as people say them who write YAML. */
const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
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
      return `expected ${boundWords(issue.origin, "at least", issue.minimum)}, got ${got}`;
    case "too_big":
      return `expected ${boundWords(issue.origin, "at most", issue.maximum)}, got ${got}`;
    case "invalid_value":
      return `expected ${listWords(issue.values)}, got ${got}${hint(issue.input, issue.values)}`;
    case "unrecognized_keys": {
      const known = knownKeys(issue.inst);
      return issue.keys.map((key) => describeUnknown(key, known)).join("\n");
    }
    default:
      return undefined;
  }
}

function describeUnknown(key: string, known: readonly string[]): string {
  if (known.includes("overload") && ENDED_CAUSES.some((ended) => ended === key))
    return `expected a cause that a policy can decide, got ${key}, which always ends as it is`;
  return `expected a known key, got ${describeValue(key)}${hint(key, known)}`;
}

/** Makes problems of issues, one for each unknown key. */
export function toProblems(issues: readonly Issue[]): readonly PolicyProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const messages = issue.message.split("\n");
      return issue.keys.map((key, index) =>
        createProblem([...issue.path, key], messages[index] ?? issue.message),
      );
    }
    if (issue.code === "invalid_key") {
      const [first] = issue.issues;
      return [createProblem(issue.path, keyMessage(first) ?? "expected another key")];
    }
    return [createProblem(issue.path, issue.message + boundReason(issue))];
  });
}

/** Of a key that is `*` or a name, the words on the name. */
function keyMessage(issue: Issue | undefined): string | undefined {
  return issue?.code === "invalid_union" ? issue.errors.at(-1)?.[0]?.message : issue?.message;
}

/** Why a cause does not allow what other causes do. */
function boundReason({ path, code, input }: Issue): string {
  const [top, name, field] = path;
  const cause: KnownCause | undefined = CAUSES.find((known) => known === name);
  if (top !== "causes" || cause === undefined || path.length !== 3) return "";
  const isRefused = field === "action" && POLICY_ACTIONS.some((action) => action === input);
  const isOver = field === "attempts" && code === "too_big" && boundsOf(cause).most < 100;
  return isRefused || isOver
    ? ` (${neverWords(cause)
        .replace(/\.$/, "")
        .replace(/^Never/, "never")})`
    : "";
}

/** A problem at a place. */
export function createProblem(path: readonly PropertyKey[], message: string): PolicyProblem {
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

function hint(typed: unknown, known: readonly unknown[]): string {
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
