import { isJsonObject, ownValue, readJson } from "../protocol/index.ts";
import { type FileProblem, type Place, sortByLine } from "./file-problems.ts";
import { findJsonPlace } from "./json-place.ts";

/** Levels of a line; an item has three. */
const MAX_DEPTH = 16;

/** A batch as JSON Lines say it: the value that a whole file would have, and where its places are. */
export interface JsonLines {
  /** Of the lines that can be read. */
  readonly value: { readonly items: readonly unknown[] };
  /** Of the lines that cannot. */
  readonly problems: readonly FileProblem[];
  /** Whether the first line can be read: one that cannot may hold the settings. */
  readonly hasFirst: boolean;
  /** The place of a value of `value`; undefined for settings that no line has. */
  placeOf(keys: readonly (string | number)[]): Place | undefined;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * Reads JSON Lines, one item a line; an object with `version` on the first line holds the settings of the batch. Blank lines count as
 * lines and are skipped.
 */
export function parseJsonLines(text: string): JsonLines {
  const problems: FileProblem[] = [];
  const values: { readonly line: Line; readonly value: unknown }[] = [];
  for (const line of linesOf(text)) {
    const reading = readLine(line);
    if ("problem" in reading) problems.push(reading.problem);
    else values.push({ line, value: reading.value });
  }
  const broken = problems[0]?.line ?? Number.POSITIVE_INFINITY;
  const [first] = values;
  const head = first !== undefined && isSettings(first.value) ? first : undefined;
  const items = head === undefined ? values : values.slice(1);
  const { items: inHead, ...settings } = isJsonObject(head?.value) ? head.value : {};
  if (inHead !== undefined && head !== undefined) {
    const message = "expected items on lines of their own, got some beside the settings";
    problems.push({ line: head.line.number, path: "items", message });
  }
  return {
    value: { ...settings, items: items.map(({ value }) => value) },
    problems: sortByLine(problems),
    hasFirst: first !== undefined && first.line.number < broken,
    placeOf(keys) {
      const [top, at, ...rest] = keys;
      const isItem = top === "items" && typeof at === "number";
      const line = (isItem ? items[at] : head)?.line;
      if (line === undefined) return undefined;
      return { line: line.number, column: findJsonPlace(line.text, isItem ? rest : keys) + 1 };
    },
  };
}

function* linesOf(text: string): Generator<Line> {
  let number = 0;
  for (const line of text.replace(/^\ufeff/, "").split("\n")) {
    number += 1;
    if (line.trim() !== "") yield { text: line, number };
  }
}

function isSettings(value: unknown): boolean {
  return isJsonObject(value) && ownValue(value, "version") !== undefined;
}

function readLine({ text, number }: Line): { readonly value: unknown } | { readonly problem: FileProblem } {
  const reading = readJson(text, { maxDepth: MAX_DEPTH });
  if (!reading.ok) {
    const [place = "", column] = /^line 1, column (\d+): /.exec(reading.message) ?? [];
    const message = reading.message.slice(place.length);
    return { problem: { line: number, ...(column !== undefined && { column: Number(column) }), message } };
  }
  const [twin] = reading.duplicateKeys;
  return twin === undefined
    ? { value: reading.value }
    : { problem: { line: number, message: "expected each key once, got one twice" } };
}
