/** What an agent's program is called, wherever it lies. */
export interface ProgramNames {
  /** Names of the command, without `.exe` and `.cmd`. */
  readonly commands: readonly string[];
  /** Names of the package, for those who run it without installing it. */
  readonly packages: readonly string[];
  /** The script that Node runs, by the end of its path. */
  readonly script: RegExp;
}

/** Commands that fetch a package and run it; their own flags stand before its name. */
const RUNNERS: readonly (readonly string[])[] = [
  ["npx"],
  ["bunx"],
  ["pnpx"],
  ["pnpm", "dlx"],
  ["yarn", "dlx"],
  // Without the dashes npm takes `-p` of the agent for its own.
  ["npm", "exec", "--"],
];
const RUNNER_VALUES: readonly string[] = ["-p", "--package", "-c", "--call", "--registry"];
const NODE_VALUES: readonly string[] = ["-r", "--require", "--import", "--loader", "-C", "--conditions"];

/**
 * Counts the words of a command line that start a program: its name or path, `npx PACKAGE`, `node SCRIPT`.
 *
 * @returns 0 when they start something else
 */
export function countProgramWords(argv: readonly string[], names: ProgramNames): number {
  const [first] = argv;
  if (first === undefined) return 0;
  const name = commandName(first);
  if (names.commands.includes(name)) return 1;
  if (name === "node" || name === "bun") {
    const at = skipFlags(argv, 1, NODE_VALUES);
    const script = argv[at]?.replaceAll("\\", "/");
    return script !== undefined && names.script.test(script) ? at + 1 : 0;
  }
  const runner = RUNNERS.find(
    (words) => [name, ...argv.slice(1, words.length)].join(" ") === words.join(" "),
  );
  if (!runner) return 0;
  const at = skipFlags(argv, runner.length, RUNNER_VALUES);
  const word = argv[at] ?? "";
  const isOurs = names.commands.includes(word) || names.packages.includes(word.replace(/(?<=.)@[^/]*$/, ""));
  return isOurs ? at + 1 : 0;
}

function commandName(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  return name.replace(/\.(?:exe|cmd)$/i, "");
}

function skipFlags(argv: readonly string[], from: number, withValues: readonly string[]): number {
  let at = from;
  for (let word = argv[at]; word?.startsWith("-"); word = argv[at]) {
    at += withValues.includes(word) ? 2 : 1;
    if (word === "--") break;
  }
  return at;
}
