import { constants } from "node:fs";
import type { RE2JS } from "re2js";
import { firstLine, type JsonObject } from "../../protocol/index.ts";
import { holdPath } from "../files/held-path.ts";
import { absolutePath } from "../paths.ts";
import { compileGlob, type FileGlob } from "./find-files.ts";
import { grantedEntry } from "./granted-file.ts";
import { readText } from "./read-text.ts";
import { compileSearchPattern, MAX_PATTERN_LENGTH } from "./search-pattern.ts";
import { createSearchTime, INTERRUPTED, SEARCH_LIMIT_MS, type SearchTime, timeNote } from "./search-time.ts";
import {
  boundResult,
  refuse,
  type SearchRoot,
  type Tool,
  type ToolContext,
  type ToolOutcome,
} from "./tool.ts";
import { type FoundFile, type HeldFolder, walkFiles } from "./walk-files.ts";

const MODES = ["files_with_matches", "content", "count"] as const;
const MAX_RESULTS = 250;

/** Characters of a line that are searched, between two of which nothing else runs. Longer lines are data, which a repository may be full of. */
const MAX_LINE_LENGTH = 10_000;

/** Characters after which others may have their turn; to ask for each line would take longer than most lines. */
const PIECE_LENGTH = 4_000;

export const grepTool: Tool = {
  definition: {
    name: "Grep",
    description: "Searches the content of files with a regular expression (RE2 syntax), line by line.",
    input_schema: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "The regular expression." },
        path: { type: "string", description: "File or folder. Default: the working directory." },
        glob: { type: "string", description: "Only in files of such names, such as `*.ts`." },
        output_mode: { type: "string", enum: MODES, description: "Default files_with_matches." },
        "-i": { type: "boolean", description: "Ignores the case of letters." },
        head_limit: { type: "number", description: "At most so many files or lines; default 250." },
      },
      required: ["pattern"],
    },
  },
  isParallel: true,
  run: (input, context) => findInFiles(input, context, SEARCH_LIMIT_MS),
};

/** What is looked for in each file. */
interface Search {
  readonly pattern: RE2JS;
  readonly mode: (typeof MODES)[number];
  /** Files, or lines of content. */
  readonly limit: number;
  readonly time: SearchTime;
  /** Lines that were searched in part, and the first of them, such as `data.json:1`. */
  readonly cut: { first: string; count: number };
}

interface Found {
  readonly file: string;
  /** Of lines; where only the file matters, there may be more. */
  readonly count: number;
  readonly rows: readonly string[];
}

/** Searches in files, for at most so many milliseconds. */
export async function findInFiles(
  input: JsonObject,
  context: ToolContext,
  limitMs: number,
): Promise<ToolOutcome> {
  const compiled = await compile(String(input.pattern), input["-i"] === true);
  if (!compiled.ok) return refuse(compiled.why);
  const root = absolutePath(String(input.path ?? "."), context);
  await using held = await holdPath(root);
  const granted = await grantedEntry(root, held, context.mayOpen);
  if (!granted.ok) return refuse(granted.why);
  const isMeant = typeof input.glob === "string" ? await compileGlob(input.glob) : () => true;
  if (!isMeant)
    return refuse(`The glob cannot be read, or takes too many steps: ${firstLine(String(input.glob), 200)}`);
  const search: Search = {
    ...{
      pattern: compiled.pattern,
      time: createSearchTime(context.signal, limitMs),
      cut: { first: "", count: 0 },
    },
    mode: MODES.find((mode) => mode === input.output_mode) ?? MODES[0],
    limit: Math.max(1, Math.min(Number(input.head_limit ?? MAX_RESULTS) || MAX_RESULTS, 10_000)),
  };
  const { entry, reached } = granted;
  const files = filesIn({ path: root, reached, entry }, { isMeant, context, search });
  const found = await searchFiles(files, search);
  if (context.signal.aborted) return INTERRUPTED;
  const rows = found.flatMap((each) => rowsOf(each, search)).slice(0, search.limit);
  const parts = [
    boundResult(rows.join("\n")) || "Nothing matches.",
    cutNote(search),
    timeNote(search.time, limitMs),
  ];
  return {
    ok: true,
    text: parts.filter((part) => part !== "").join("\n"),
    response: { mode: search.mode, filenames: found.map(({ file }) => file), numFiles: found.length },
  };
}

async function compile(source: string, ignoresCase: boolean): ReturnType<typeof compileSearchPattern> {
  const { length } = source;
  if (length > MAX_PATTERN_LENGTH)
    return {
      ok: false,
      why: `The pattern has ${length} characters, and ${MAX_PATTERN_LENGTH} are allowed. Search for less of it.`,
    };
  const compiled = await compileSearchPattern(source, ignoresCase);
  return compiled.ok ? compiled : { ok: false, why: `The pattern cannot be read: ${compiled.why}` };
}

async function* filesIn(
  root: SearchRoot & HeldFolder,
  { isMeant, context, search }: { isMeant: FileGlob; context: ToolContext; search: Search },
): AsyncGenerator<FoundFile> {
  const { path, entry } = root;
  if (entry.stats.isFile()) yield { path, open: () => entry.open(constants.O_RDONLY) };
  else
    for await (const file of walkFiles(root, search.time))
      if (isMeant(file.path, path) && (await context.mayRead(file.path, root))) yield file;
}

async function searchFiles(files: AsyncIterable<FoundFile>, search: Search): Promise<readonly Found[]> {
  const found: Found[] = [];
  let results = 0;
  for await (const { path, open } of files) {
    const reading = await readText(path, open);
    if (!reading.ok) continue; // binary, too large, or not ours
    const own = await searchText(reading.text, path, search);
    if (own.count === 0) continue;
    found.push(own);
    results += search.mode === "content" ? own.rows.length : 1;
    if (results >= search.limit) break;
  }
  return found;
}

async function searchText(text: string, file: string, search: Search): Promise<Found> {
  const { pattern, mode, limit, time, cut } = search;
  const rows: string[] = [];
  let [count, at, looked] = [0, 0, 0];
  for (const line of linesOf(text)) {
    at++;
    const part = line.slice(0, MAX_LINE_LENGTH);
    const isCut = part.length < line.length;
    if (isCut && cut.count++ === 0) cut.first = `${file}:${at}`;
    looked += part.length + 1;
    if (looked > PIECE_LENGTH) {
      if (!(await time.goesOn())) break;
      looked = 0;
    }
    // The cut is no end of a line: behind a line break `$` does not hold there.
    if (!pattern.matcher(isCut ? `${part}\n` : part).find()) continue;
    count++;
    if (mode === "content") rows.push(`${file}:${at}:${isCut ? `${part}…`.toWellFormed() : part}`);
    if (mode === "files_with_matches" || rows.length >= limit) break;
  }
  return { file, count, rows };
}

/** One after the other: a file of empty lines has millions of them. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length; ) {
    const found = text.indexOf("\n", from);
    const end = found < 0 ? text.length : found;
    yield text.slice(from, found > from && text[found - 1] === "\r" ? found - 1 : end);
    from = end + 1;
  }
}

function rowsOf({ file, count, rows }: Found, { mode }: Search): readonly string[] {
  if (mode === "content") return rows;
  return [mode === "count" ? `${file}:${count}` : file];
}

function cutNote({ cut }: Search): string {
  if (cut.count === 0) return "";
  const others = cut.count > 1 ? ` and ${cut.count - 1} more` : "";
  return `(of lines over ${MAX_LINE_LENGTH} characters only the beginning was searched: ${cut.first}${others})`;
}
