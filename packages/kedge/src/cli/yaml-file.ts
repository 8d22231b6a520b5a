import { isAlias, isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { createRedactor, type Redactor } from "../redact/index.ts";
import type { FileProblem, Place } from "./file-problems.ts";

/** Aliases may stand for each other: without a bound a short file could grow without end. */
const MAX_ALIASES = 100;
/** Characters of one word of the file that a message repeats. */
const MAX_WORD = 40;

type YamlDocument = ReturnType<typeof parseDocument>;

/** A parsed file, and where its places are. */
interface YamlFile {
  readonly value: unknown;
  /** The place of a value, or of the nearest one around it that is in the text. */
  placeOf(keys: readonly (string | number)[]): Place | undefined;
}

/** A file, or everything that keeps a value from being made of it. */
export type YamlReading =
  | { readonly ok: true; readonly file: YamlFile }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** What is expected of a file. */
export interface YamlOptions {
  /** Such as `a policy`. */
  readonly what: string;
  /** Values that aliases may make. Default: 100. */
  readonly maxAliases?: number;
}

/**
 * Reads YAML or JSON as data: tags are refused, and so are several documents, and a key that comes twice. Costs time in proportion to the
 * text.
 */
export function parseYaml(text: string, { what, maxAliases = MAX_ALIASES }: YamlOptions): YamlReading {
  // The parser goes down with what is nested, and the stack ends at some thousand levels.
  const tooDeep: YamlReading = {
    ok: false,
    problems: [{ message: `expected ${what}, got too much nesting` }],
  };
  const lines = new LineCounter();
  const redactor = createRedactor();
  try {
    // The parser compares every key with every other one, which takes minutes for some megabytes.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    // A tag that is not known is a warning, and its value would be taken for text.
    const issues = [...document.errors, ...document.warnings];
    if (issues.some(({ message }) => isStackEnd(message))) return tooDeep;
    const problems = issues.map(({ pos, message }) => ({
      ...placeAt(lines, pos[0]),
      message: clean(message, redactor),
    }));
    if (problems.length === 0) problems.push(...findTwins(document, lines));
    if (problems.length > 0) return { ok: false, problems };
    const value: unknown = document.toJS({ maxAliasCount: maxAliases });
    return { ok: true, file: { value, placeOf: (keys) => findPlace(document, lines, keys) } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return isStackEnd(message) ? tooDeep : { ok: false, problems: [{ message: clean(message, redactor) }] };
  }
}

function isStackEnd(message: string): boolean {
  return message.includes("call stack");
}

/** Keys that come twice in one object: the last one would win, and the first one is what a reader sees. */
function findTwins(document: YamlDocument, lines: LineCounter): (Place & FileProblem)[] {
  const problems: (Place & FileProblem)[] = [];
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (known.has(key.value))
          problems.push({ ...placeAt(lines, rangeStart(key) ?? 0), message: "Map keys must be unique" });
        known.add(key.value);
      }
    },
  });
  return problems;
}

function findPlace(
  document: YamlDocument,
  lines: LineCounter,
  keys: readonly (string | number)[],
): Place | undefined {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const key of keys) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    // The line of a key says more than that of its value, which may begin further down.
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
    node = pair === undefined ? node.get(key, true) : pair.value;
    offset = rangeStart(pair?.key) ?? rangeStart(node) ?? offset;
  }
  return offset === undefined ? undefined : placeAt(lines, offset);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

/** The parser repeats words of the file. */
function clean(message: string, redactor: Redactor): string {
  return redactor
    .text(message.split("\n", 1)[0] ?? "")
    .replace(/\S+/g, (word) => (word.length > MAX_WORD ? `${word.slice(0, MAX_WORD - 1)}…` : word))
    .slice(0, 200);
}
