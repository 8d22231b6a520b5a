import type { PlainCommand } from "./plain-commands.ts";

/** Commands that read and print, whatever their arguments. Paths among those are judged apart. */
const READING: ReadonlySet<string> = new Set([
  ...[
    "basename",
    "cat",
    "cmp",
    "comm",
    "cut",
    "date",
    "df",
    "diff",
    "dirname",
    "du",
    "echo",
    "false",
    "file",
  ],
  ...[
    "fold",
    "grep",
    "head",
    "id",
    "ls",
    "md5sum",
    "nl",
    "od",
    "paste",
    "printf",
    "pwd",
    "readlink",
    "realpath",
  ],
  ...[
    "rev",
    "seq",
    "sha1sum",
    "sha256sum",
    "sleep",
    "stat",
    "strings",
    "tac",
    "tail",
    "test",
    "tr",
    "true",
    "tsort",
  ],
  ...["uname", "wc", "which", "whoami"],
]);

/** Options by which a command of that list would write or change something after all. */
const NOT_READING: Readonly<Record<string, RegExp>> = {
  date: /^(?:-s|--set)/,
  file: /^(?:-C|--compile)/,
  printf: /^-v/,
};

/** What git may be asked. Options before the verb could name programs to run. */
const GIT_READING = /^(?:status|log|diff|show|branch|rev-parse|ls-files|blame|describe|remote|shortlog)$/;
/** Options that write a file, run a program, or change something. */
const GIT_WRITING =
  /^(?:--output|--ext-diff|--textconv|-[dDmMcCfu]$|--delete|--move|--copy|--force|--set-upstream|--unset|--edit)/;

/** Whether a command only reads and prints. */
export function isReading({ words }: PlainCommand): boolean {
  const [name = "", ...args] = words;
  if (name === "git") return isReadingGit(args);
  return READING.has(name) && !args.some((arg) => NOT_READING[name]?.test(arg));
}

function isReadingGit([verb = "", ...args]: readonly string[]): boolean {
  if (!GIT_READING.test(verb) || args.some((arg) => GIT_WRITING.test(arg))) return false;
  // With a name behind them these make or change something.
  return (
    !["branch", "remote"].includes(verb) ||
    args.every((arg) => arg === "-a" || arg === "-r" || arg.startsWith("-v"))
  );
}

/** Commands that make and change files and do nothing else, which `acceptEdits` covers within the working directories. */
const EDITING: ReadonlySet<string> = new Set(["cp", "mkdir", "mv", "rm", "rmdir", "touch"]);

export function isEditing({ words: [name = ""] }: PlainCommand): boolean {
  return EDITING.has(name);
}

/** Words of a command that may be paths: all but its name and its options; of an option with a value, that. */
export function pathsOf({ words: [name = "", ...args] }: PlainCommand): readonly string[] {
  if (name === "echo" || name === "printf") return []; // texts to print are no paths
  return args.flatMap((arg) => {
    if (!arg.startsWith("-")) return arg === "" ? [] : [arg];
    const at = arg.indexOf("=");
    return at < 0 ? [] : [arg.slice(at + 1)];
  });
}
