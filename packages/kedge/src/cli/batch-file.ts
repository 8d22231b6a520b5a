import { Buffer } from "node:buffer";
import { dirname, extname, resolve } from "node:path";
import { readTextFile } from "../platform/index.ts";
import { escapeInvisible, isJsonObject, ownValue, readJson } from "../protocol/index.ts";
import { type Batch, type BatchProblem, readBatch } from "../recovery/index.ts";
import { readPrompts } from "./batch-prompts.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { describeProblem, type FileProblem, locate, refuseFile, sortByLine } from "./file-problems.ts";
import { parseJsonLines } from "./json-lines.ts";
import { parseYaml } from "./yaml-file.ts";

const MIB = 1024 * 1024;
const WHAT = "a batch";

/** How a batch may be written. JSON is YAML, too. */
const FORMATS = {
  yaml: { words: "YAML or JSON", maxBytes: 4 * MIB },
  jsonl: { words: "JSON Lines", maxBytes: 64 * MIB },
} as const;

type Format = keyof typeof FORMATS;

const EXTENSIONS: Readonly<Record<string, Format>> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "yaml",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

/** A batch with every prompt at hand. */
export interface BatchSource {
  /** No item is without `prompt`; `promptFile` still says where it comes from. */
  readonly batch: Batch;
  /** What its author should know, a line each. */
  readonly notes: readonly string[];
  /** As people see it: the path, or `standard input`. */
  readonly name: string;
  /** The absolute path; null for standard input. */
  readonly file: string | null;
  /** The absolute path of the directory to which the paths in the batch are relative. */
  readonly baseDir: string;
}

/** What else is known of a batch. */
export interface LoadBatchOptions {
  /** Names of the accounts that the policy has. */
  readonly accounts?: readonly string[];
}

/**
 * Reads a batch of a file, or of standard input for `-`: YAML, JSON or JSON Lines, by the extension of the file, else by its first line.
 * Prompts in files are read, too.
 *
 * @throws {CommandError} 66 for a file that is missing or unreadable, 65 with the first 50 problems, each with its line and column
 */
export async function loadBatch(
  file: string,
  context: Context,
  { accounts }: LoadBatchOptions = {},
): Promise<BatchSource> {
  const path = file === "-" ? null : resolve(context.cwd, file);
  const name = path === null ? "standard input" : file;
  const text = path === null ? await context.readStdin() : await readText(path);
  const refuse = (problems: readonly FileProblem[]): CommandError =>
    refuseFile(problems, { what: WHAT, name, hasColumns: true });
  const parsed = parse(text, file);
  if (!parsed.isReadable) throw refuse(parsed.problems);
  const reading = await readBatch(parsed.value, accounts === undefined ? {} : { accounts });
  // Lines that cannot be read are told together with what is wrong with the others.
  const wrong = reading.ok ? [] : parsed.locate(reading.problems);
  if (!reading.ok || parsed.problems.length > 0) throw refuse(sortByLine([...parsed.problems, ...wrong]));
  const baseDir = path === null ? context.cwd : dirname(path);
  const prompts = await readPrompts(reading.batch, baseDir);
  if (!prompts.ok) throw refuse(parsed.locate(prompts.problems));
  const notes = parsed.locate([...reading.notes, ...prompts.notes]);
  return {
    batch: prompts.batch,
    notes: notes.map((note) => describeProblem(note, { hasColumns: true })),
    ...{ name, file: path, baseDir },
  };
}

async function readText(path: string): Promise<string> {
  const reading = await readTextFile(path, FORMATS.jsonl.maxBytes);
  if (reading.ok) return reading.text;
  const code = reading.reason === "too_large" ? EXIT.data : EXIT.noInput;
  throw new CommandError(
    code,
    `expected a file with a batch, but ${escapeInvisible(reading.message)}. Use - for standard input.`,
  );
}

/** What the text of a file says. */
interface Parsed {
  /** Whether there is a value at all. */
  readonly isReadable: boolean;
  readonly value?: unknown;
  readonly problems: readonly FileProblem[];
  locate(problems: readonly BatchProblem[]): readonly FileProblem[];
}

function parse(text: string, file: string): Parsed {
  const format = EXTENSIONS[extname(file).toLowerCase()] ?? guessFormat(text);
  const { words, maxBytes } = FORMATS[format];
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    return unreadable([{ message: `expected at most ${maxBytes} bytes of ${words}, got ${bytes}` }]);
  return format === "jsonl" ? readLines(text) : readYaml(text);
}

/** Whether the first line is a whole JSON value by itself, as a batch in one line is not: that has `items`. */
function guessFormat(text: string): Format {
  const first = /\S.*/.exec(text)?.[0].trimEnd() ?? "";
  if (!/^(?:\{.*\}|".*")$/.test(first)) return "yaml";
  const reading = readJson(first);
  return reading.ok && isJsonObject(reading.value) && ownValue(reading.value, "items") !== undefined
    ? "yaml"
    : "jsonl";
}

function readLines(text: string): Parsed {
  const { value, problems, hasFirst, placeOf } = parseJsonLines(text);
  // Where no line can be read, that there are no items would say nothing new.
  if (value.items.length === 0 && problems.length > 0) return unreadable(problems);
  return {
    ...{ isReadable: true, value, problems },
    locate: (wrong) =>
      locate(hasFirst ? wrong : wrong.filter(({ keys }) => keys[0] === "items"), placeOf).map(atLine),
  };
}

/** The line is the item. */
function atLine({ path = "", ...problem }: FileProblem): FileProblem {
  const within = path.replace(/^items\[\d+\]\.?/, "");
  return within === "" ? problem : { ...problem, path: within };
}

function readYaml(text: string): Parsed {
  const parsed = parseYaml(text, { what: WHAT });
  if (!parsed.ok) return unreadable(parsed.problems);
  const { value, placeOf } = parsed.file;
  return { isReadable: true, value, problems: [], locate: (wrong) => locate(wrong, placeOf) };
}

function unreadable(problems: readonly FileProblem[]): Parsed {
  return { isReadable: false, problems, locate: () => [] };
}
