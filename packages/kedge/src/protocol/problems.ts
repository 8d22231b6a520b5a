import { escapeInvisible } from "./text.ts";

/** One thing that is wrong with a file of configuration, or with an answer, in terms of what to do about it. */
export interface Problem {
  /** `error`: the part is left out. `warning`: it is in force, but not as written or probably not as meant. */
  readonly severity: "error" | "warning";
  /** Stable name of the kind of problem. */
  readonly code: ProblemCode;
  /** The file or source, as the caller named it. */
  readonly file: string;
  /** Where in it, such as `hooks.PreToolUse[0].hooks[1].timeout`; empty for the whole file. */
  readonly path: string;
  readonly expected: string;
  /** What came, shortened; never a secret: values of `env` and headers are named by type only. */
  readonly came: string;
  /** What stays out of force because of it. */
  readonly effect: string;
  /** What to do; empty where `expected` says it already. */
  readonly advice: string;
}

/**
 * Kinds of problem.
 * - `unreadable`: not JSON, too deep, too long, not an object
 * - `wrong_type`: a value of another type, or outside its list or range
 * - `missing`: a needed value is not there
 * - `unknown_event`: no hook event has that name
 * - `invalid_matcher`: the matcher cannot be read, or is no regular expression
 * - `invalid_if`: the `if` cannot be read, or can never be judged
 * - `never_fires`: readable, and can never match
 * - `out_of_range`: a number was clamped, or text was cut
 * - `too_many`: entries over a limit were left out
 * - `forbidden_target`: a URL, path or source that is never used
 * - `duplicate_key`: a key stands twice; the last one counts
 * - `unsafe_name`: a name with characters that names may not have
 * - `limited_pattern`: a pattern that may be slow, and therefore runs with a limit
 * - `ignored`: understood, and without effect here
 */
export type ProblemCode =
  | "unreadable"
  | "wrong_type"
  | "missing"
  | "unknown_event"
  | "invalid_matcher"
  | "invalid_if"
  | "never_fires"
  | "out_of_range"
  | "too_many"
  | "forbidden_target"
  | "duplicate_key"
  | "unsafe_name"
  | "limited_pattern"
  | "ignored";

/** What {@link ProblemList.add} needs to know; the rest has defaults. */
export interface ProblemReport {
  readonly code: ProblemCode;
  readonly path: string;
  readonly expected: string;
  /** The value that came; it is shortened and made visible here. Leave it out where it may be a secret. */
  readonly value?: unknown;
  /** In place of `value`. */
  readonly came?: string;
  readonly effect: string;
  /** What to do, where `expected` does not say it already. */
  readonly advice?: string;
}

/** Collects the problems of one file. */
export class ProblemList {
  readonly problems: Problem[] = [];
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  error(report: ProblemReport): Problem {
    return this.add("error", report);
  }

  warning(report: ProblemReport): Problem {
    return this.add("warning", report);
  }

  private add(severity: Problem["severity"], report: ProblemReport): Problem {
    const { code, path, expected, effect, advice = "" } = report;
    const came = report.came ?? describeValue(report.value);
    const problem = { severity, code, file: this.file, path, expected, came, effect, advice };
    this.problems.push(problem);
    return problem;
  }
}

/** A value in few words: `"5m"`, `an array of 3`, `nothing`. Strings are cut and made visible. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string")
    return escapeInvisible(JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value));
  return String(value);
}

/** The type of a value with its article, for values that may be secrets: `a string`, `an object`, `null`. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  const type = Array.isArray(value) ? "array" : typeof value;
  return `${/^[ao]/.test(type) ? "an" : "a"} ${type}`;
}

/** A problem as one line: what was expected, what came, where, and what to do. */
export function formatProblem(problem: Problem): string {
  const place = problem.path === "" ? problem.file : `${problem.file}, ${problem.path}`;
  return `Expected ${problem.expected}, got ${problem.came} (${place}). ${problem.effect} ${problem.advice}`.trimEnd();
}

/** Adds a property to a JSON path: `a` + `b` is `a.b`, names that are no identifiers become `a["b c"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]{0,99}$/.test(key)) return `${parent}[${describeValue(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
