import { basename, resolve } from "node:path";
import { reachedPath } from "../paths.ts";
import { globbed } from "./globbed.ts";
import { changesOf, readsOf } from "./known-commands.ts";
import { loadDoingReader } from "./line-doings.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";
import { meantTrees } from "./meant-trees.ts";
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
  if (placed)
    return {
      files: await reachedFiles(await filesOf(placed, wanted)),
      trees: await meantTrees(placed, isWanted),
      spelt: placed.flatMap(({ command }) => spellings(command.words)),
    };
  const { changes, reads, commands, folders } = (await loadDoingReader())(line);
  const from = new Set([cwd, ...folders.map((folder) => resolve(cwd, folder))]);
  const named = [
    ...(wanted.limitsReading ? reads.map((path): NamedFile => ({ path, touches: "Read" })) : []),
    ...(wanted.limitsWriting ? changes.map(({ path }): NamedFile => ({ path, touches: "Write" })) : []),
  ];
  const files: NamedFile[] = [];
  for (const { path, touches } of named)
    for (const folder of from) files.push(...(await filesBy({ path: resolve(folder, path), touches })));
  const around = commands.map((words) => ({ command: { words, hasGlob: true }, folders: [...from] }));
  return {
    files: await reachedFiles(files.slice(0, MAX_FILES)),
    trees: await meantTrees(around, isWanted),
    spelt: commands.flatMap((words) => [quoteWords(words), ...spellings(words)]),
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
  placed: readonly PlacedCommand[],
  { limitsReading, limitsWriting }: Wanted,
): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = [];
  for (const each of placed) {
    const named = [
      ...(limitsReading ? await bothPlaces(each, readsOf) : []).map(
        (path): NamedFile => ({ path, touches: "Read" }),
      ),
      ...(limitsWriting ? await bothPlaces(each, changedPaths) : []).map(
        (path): NamedFile => ({ path, touches: "Write" }),
      ),
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

function changedPaths(command: PlacedCommand["command"]): readonly string[] {
  return changesOf(command).map(({ path }) => path);
}

/** Other ways to write the same command. */
function spellings([name = "", ...args]: readonly string[]): readonly string[] {
  const program = basename(name);
  const own = program === name ? [] : [quoteWords([program, ...args])];
  if (!STARTING.has(program)) return own;
  const started = args
    .slice(0, MAX_WORDS)
    .map((word, at) => quoteWords([basename(word), ...args.slice(at + 1)]));
  return [...own, ...started];
}
