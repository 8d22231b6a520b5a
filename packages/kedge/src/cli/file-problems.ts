import { escapeInvisible } from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

const MAX_SHOWN = 50;

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  /** In UTF-16 units. */
  readonly column: number;
}

/** One thing that is wrong with a file. */
export interface FileProblem {
  readonly line?: number;
  readonly column?: number;
  /** Where, in the words of keys; without it the line alone tells. */
  readonly path?: string;
  readonly message: string;
}

/** A problem of a value: where it is by its keys, and what it is. */
interface ValueProblem {
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly message: string;
  /** Another place that the message speaks of. */
  readonly otherKeys?: readonly (string | number)[];
}

/** Gives problems of a value their places, from top to bottom. */
export function locate(
  problems: readonly ValueProblem[],
  placeOf: (keys: readonly (string | number)[]) => Place | undefined,
): readonly FileProblem[] {
  return sortByLine(
    problems.map(({ path, keys, message, otherKeys }) => {
      const other = otherKeys && placeOf(otherKeys);
      const more = other === undefined ? "" : ` (line ${other.line})`;
      return { ...placeOf(keys), path: path === "" ? "the whole" : path, message: message + more };
    }),
  );
}

/** Problems from top to bottom; those without a line concern the whole, and come first. */
export function sortByLine(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** What is said of a file that cannot be used. */
export interface Refusal {
  /** What was expected, such as `a policy`. */
  readonly what: string;
  /** Of the file. */
  readonly name: string;
  /** Whether columns are told beside lines. Default: no. */
  readonly hasColumns?: boolean;
}

/** Makes the error for a file that cannot be used; it names the first 50 problems. */
export function refuseFile(
  problems: readonly FileProblem[],
  { what, name, hasColumns = false }: Refusal,
): CommandError {
  const told = problems.slice(0, MAX_SHOWN);
  const shown = told.map((problem) => `\n  ${describeProblem(problem, { hasColumns })}`);
  const more = problems.length > MAX_SHOWN ? `\n  and ${problems.length - MAX_SHOWN} more.` : "";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const head = `expected ${what}, got ${count} (${escapeInvisible(name)}).`;
  return new CommandError(EXIT.data, `${head}${shown.join("")}${more}`);
}

/** A problem as one line: where it is, and what. */
export function describeProblem(
  { line, column, path, message }: FileProblem,
  { hasColumns }: { readonly hasColumns: boolean },
): string {
  const place = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined || !hasColumns ? [] : [`column ${column}`]),
    ...(path === undefined ? [] : [path]),
  ].join(", ");
  return escapeInvisible(place === "" ? message : `${place}: ${message}`);
}
