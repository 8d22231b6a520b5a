import { basename, resolve } from "node:path";
import { globbed } from "./globbed.ts";
import { pathsOf, readsOf } from "./known-commands.ts";
import { loadDoingReader } from "./line-doings.ts";
import { bothPlaces, type PlacedCommand } from "./lines.ts";
import { quoteWords } from "./quote-words.ts";

/** What a line of Bash may mean, for rules that refuse or ask: rather too much than too little. */
export interface LineMeaning {
  /** Files that known commands name, absolute, and what is done with them. */
  readonly files: readonly TouchedFile[];
  /** Lines that stand for commands of it: without what only starts them, by the name of the program alone. */
  readonly spelt: readonly string[];
}

interface TouchedFile {
  readonly path: string;
  readonly touches: "Read" | "Write";
}

export const NO_MEANING: LineMeaning = { files: [], spelt: [] };

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
 * @param placed its commands, or null where they are not known with certainty
 */
export async function meantByLine(
  line: string,
  placed: readonly PlacedCommand[] | null,
  cwd: string,
): Promise<LineMeaning> {
  if (placed)
    return {
      files: await filesOf(placed),
      spelt: placed.flatMap(({ command }) => spellings(command.words)),
    };
  const { changes, reads, commands, folders } = (await loadDoingReader())(line);
  const from = new Set([cwd, ...folders.map((folder) => resolve(cwd, folder))]);
  const named: readonly TouchedFile[] = [
    ...reads.map((path): TouchedFile => ({ path, touches: "Read" })),
    ...changes.map(({ path }): TouchedFile => ({ path, touches: "Write" })),
  ];
  const files: TouchedFile[] = [];
  for (const { path, touches } of named)
    for (const folder of from)
      for (const each of await globbed(resolve(folder, path))) files.push({ path: each, touches });
  const spelt = commands.flatMap((words) => [quoteWords(words), ...spellings(words)]);
  return { files: files.slice(0, MAX_FILES), spelt };
}

async function filesOf(placed: readonly PlacedCommand[]): Promise<readonly TouchedFile[]> {
  const files: TouchedFile[] = [];
  for (const each of placed) {
    const { touches, command } = each;
    const named = [
      ...(await bothPlaces(each, readsOf)).map((path): TouchedFile => ({ path, touches: "Read" })),
      ...(touches === "Write"
        ? (await bothPlaces(each, pathsOf)).map((path): TouchedFile => ({ path, touches }))
        : []),
    ];
    if (!command.hasGlob) files.push(...named);
    else
      for (const file of named) files.push(...(await globbed(file.path)).map((path) => ({ ...file, path })));
  }
  return files;
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
