import { basename, resolve } from "node:path";
import { reachedPath } from "../paths.ts";
import { globbed } from "./globbed.ts";
import { changesOf, readsOf } from "./known-commands.ts";
import { loadDoingReader } from "./line-doings.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";
import { meantTrees, type Placed } from "./meant-trees.ts";
import { quoteWords } from "./quote-words.ts";
import type { MeantTree } from "./rules-below.ts";

/** What a line of Bash may mean, for rules that refuse or ask: rather too much than too little. */
export interface LineMeaning {
  /** Files that known commands name, absolute, and what is done with them. */
  readonly files: readonly TouchedFile[];
  /** Folders that they take with all that is in them. */
  readonly trees: readonly MeantTree[];
  /** Lines that stand for commands of it: without what only starts them, by the name of the program alone. */
  readonly spelt: readonly string[];
}

interface NamedFile {
  readonly path: string;
  readonly touches: "Read" | "Write";
}

interface TouchedFile extends NamedFile {
  /** Where the path leads, without links. */
  readonly reached: string;
}

/** What rules are about. */
interface Wanted {
  readonly limitsReading: boolean;
  readonly limitsWriting: boolean;
}

export const NO_MEANING: LineMeaning = { files: [], trees: [], spelt: [] };

/** Commands that start the one which is named behind them, perhaps behind options and values. */
const STARTING: ReadonlySet<string> = new Set([
  ...["builtin", "chronic", "chrt", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid"],
  ...["stdbuf", "sudo", "taskset", "time", "timeout", "unbuffer", "xargs"],
]);

/** Words in which the command that is started is looked for. */
const MAX_WORDS = 12;

/** Of more files, the first are looked at. */
const MAX_FILES = 1_000;

/**
 * Says what a line may mean.
 *
 * @param options.placed its commands, or null where they are not known with certainty
 * @param options.wanted files that no rule is about are not looked for
 */
export async function meantByLine(
  line: string,
  {
    placed,
    cwd,
    wanted,
  }: { readonly placed: readonly PlacedCommand[] | null; readonly cwd: string; readonly wanted: Wanted },
): Promise<LineMeaning> {
  const isWanted = ({ touches }: Pick<NamedFile, "touches">): boolean =>
    touches === "Read" ? wanted.limitsReading : wanted.limitsWriting;
  if (placed) {
    const all = placed.flatMap((each) => [each, ...startedBy(each)]);
    return {
      files: await reachedFiles(await filesOf(all, wanted)),
      trees: await meantTrees(all, isWanted),
      spelt: placed.flatMap(spellings),
    };
  }
  const { changes, reads, commands, folders } = (await loadDoingReader())(line);
  const from = new Set([cwd, ...folders.map((folder) => resolve(cwd, folder))]);
  const own = commands.map((words) => ({ command: { words, hasGlob: true }, folders: [...from] }));
  const started = own.flatMap(startedBy);
  const named = [
    ...namedFiles(reads, "Read"),
    ...namedFiles(
      changes.map(({ path }) => path),
      "Write",
    ),
    ...started.flatMap(({ command }) => namedFiles(readsOf(command), "Read")),
    ...started.flatMap(({ command }) => namedFiles(changedPaths(command), "Write")),
  ].filter(isWanted);
  const files: NamedFile[] = [];
  for (const { path, touches } of named)
    for (const folder of from) files.push(...(await filesBy({ path: resolve(folder, path), touches })));
  return {
    files: await reachedFiles(files.slice(0, MAX_FILES)),
    trees: await meantTrees([...own, ...started], isWanted),
    spelt: own.flatMap((each) => [quoteWords(each.command.words), ...spellings(each)]),
  };
}

/** Each path is asked once where it leads, all of them at a time. */
async function reachedFiles(files: readonly NamedFile[]): Promise<readonly TouchedFile[]> {
  const paths = new Set(files.map(({ path }) => path));
  const reached = new Map([...paths].map((path) => [path, reachedPath(path)]));
  return Promise.all(
    files.map(async (file) => ({ ...file, reached: (await reached.get(file.path)) ?? file.path })),
  );
}

async function filesOf(
  placed: readonly Placed[],
  { limitsReading, limitsWriting }: Wanted,
): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = [];
  for (const each of placed) {
    const named = [
      ...namedFiles(limitsReading ? await bothPlaces(each, readsOf) : [], "Read"),
      ...namedFiles(limitsWriting ? await bothPlaces(each, changedPaths) : [], "Write"),
    ];
    if (!each.command.hasGlob) files.push(...named);
    else for (const file of named) files.push(...(await filesBy(file)));
  }
  return files;
}

/** What a path with globs stands for. What is put into a folder by one need not be there yet. */
async function filesBy({ path, touches }: NamedFile): Promise<readonly NamedFile[]> {
  const found = await globbed(path);
  const all = touches === "Write" && !found.includes(path) ? [path, ...found] : found;
  return all.map((each) => ({ path: each, touches }));
}

function namedFiles(paths: readonly string[], touches: NamedFile["touches"]): readonly NamedFile[] {
  return paths.map((path) => ({ path, touches }));
}

function changedPaths(command: Placed["command"]): readonly string[] {
  return changesOf(command).map(({ path }) => path);
}

/** Other ways to write the same command. */
function spellings(placed: Placed): readonly string[] {
  return startedBy(placed).map(({ command }) => quoteWords(command.words));
}

/** What a command may be or start: the program of its name wherever that is, and what is named behind one that starts others. */
function startedBy({ command, folders }: Placed): readonly Placed[] {
  const [name = "", ...args] = command.words;
  const program = basename(name);
  const own = program === name ? [] : [[program, ...args]];
  const started = args.slice(0, MAX_WORDS).map((word, at) => [basename(word), ...args.slice(at + 1)]);
  const all = STARTING.has(program) ? [...own, ...started] : own;
  return all.map((words) => ({ command: { ...command, words }, folders }));
}
