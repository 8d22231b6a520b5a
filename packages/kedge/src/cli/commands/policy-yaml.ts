import { isAlias, isCollection, isMap, LineCounter, parseDocument } from "yaml";
import { createRedactor } from "../../redact/index.ts";

/** Aliases may stand for each other: without a bound a short file could grow without end. */
const MAX_ALIASES = 100;

type YamlDocument = ReturnType<typeof parseDocument>;

/** A parsed file, and where its places are. */
export interface YamlFile {
  readonly value: unknown;
  /** The line of a place, or of the nearest one around it that is in the text. */
  lineOf(keys: readonly (string | number)[]): number | undefined;
}

/** One thing that no value can be made of. */
export interface YamlProblem {
  readonly line: number | undefined;
  /** Where, in the words of keys; without it the line alone tells. */
  readonly path?: string;
  readonly message: string;
}

/** The parser goes down with what is nested, and the stack ends at some thousand levels. */
const TOO_DEEP = {
  ok: false,
  problems: [{ line: undefined, message: "expected a policy, got too much nesting" }],
} as const;

/** Reads YAML or JSON as data: tags are refused, and so are several documents, and a key that comes twice. */
export function parseYaml(
  text: string,
):
  | { readonly ok: true; readonly file: YamlFile }
  | { readonly ok: false; readonly problems: readonly YamlProblem[] } {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    // A tag that is not known is a warning, and its value would be taken for text.
    const issues = [...document.errors, ...document.warnings];
    if (issues.some(({ message }) => message.includes("call stack"))) return TOO_DEEP;
    if (issues.length > 0) {
      const problems = issues.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        message: clean(message),
      }));
      return { ok: false, problems };
    }
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, file: { value, lineOf: (keys) => findLine(document, lines, keys) } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [{ line: undefined, message: clean(message) }] };
  }
}

function findLine(
  document: YamlDocument,
  lines: LineCounter,
  keys: readonly (string | number)[],
): number | undefined {
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
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

/** The parser repeats words of the file. */
function clean(message: string): string {
  return createRedactor()
    .text(message.split("\n", 1)[0] ?? "")
    .slice(0, 200);
}
