import { resolve } from "node:path";
import { isAlias, isCollection, isMap, LineCounter, parseDocument } from "yaml";
import { parseScenario, type Scenario, type ScenarioProblem } from "../../model-api/index.ts";
import { readTextFile } from "../../platform/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";

const MAX_BYTES = 64 * 1024 * 1024;

/** Aliases may stand for each other: without a bound a short file could grow without end. */
const MAX_ALIASES = 1_000;

type YamlDocument = ReturnType<typeof parseDocument>;

/**
 * Reads a scenario from a file of YAML or JSON, or from standard input for `-`.
 *
 * @throws {CommandError} with all problems, each with its line
 */
export async function readScenario(file: string, context: Context): Promise<Scenario> {
  const name = file === "-" ? "standard input" : file;
  const text = await readText(file, context);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (problems: readonly string[]): CommandError => {
    const list = problems.map((problem) => `\n  ${escapeInvisible(problem)}`).join("");
    return new CommandError(EXIT.data, `expected a scenario, got ${countOf(problems)} (${name}).${list}`);
  };
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`));
  }
  const reading = parseScenario(toValue(document, refuse));
  if (reading.ok) return reading.scenario;
  const found = reading.problems.map((problem) => ({ ...problem, line: findLine(document, lines, problem) }));
  throw refuse(found.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)).map(describeProblem));
}

function describeProblem({ path, message, line }: ScenarioProblem & { line: number | undefined }): string {
  return `${line === undefined ? "" : `line ${line}, `}${path === "" ? "the whole" : path}: ${message}`;
}

async function readText(file: string, context: Context): Promise<string> {
  if (file === "-") return context.readStdin();
  const reading = await readTextFile(resolve(context.cwd, file), MAX_BYTES);
  if (reading.ok) return reading.text;
  throw new CommandError(
    EXIT.noInput,
    `expected a file with a scenario, but ${reading.message}. Use - for standard input.`,
  );
}

/** An empty file is the scenario without any field. */
function toValue(document: YamlDocument, refuse: (problems: readonly string[]) => CommandError): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch (error) {
    throw refuse([error instanceof Error ? error.message : String(error)]);
  }
}

/** The line of a place, or of the nearest one around it that is in the text. */
function findLine(document: YamlDocument, lines: LineCounter, { keys }: ScenarioProblem): number | undefined {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const key of keys) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    // The line of a key says more than that of its value, which may begin further down.
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : undefined;
    node = node.get(key, true);
    offset = rangeStart(pair?.key) ?? rangeStart(node) ?? offset;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}

function countOf(problems: readonly string[]): string {
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}
