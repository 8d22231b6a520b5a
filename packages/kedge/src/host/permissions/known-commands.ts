import type { PlainCommand } from "./plain-commands.ts";

/** Options by which a command that reads would do more after all. */
interface Limits {
  /** Letters that stand in no short option, bundled or not. */
  readonly letters?: string;
  /** Long options, which programs also take shortened. */
  readonly long?: readonly string[];
  /** No argument may look like this. */
  readonly never?: RegExp;
  /** Every argument has to look like this. */
  readonly only?: RegExp;
}

/**
 * Commands that read and print, with what they must not be given. Paths among their arguments are judged apart.
 *
 * `git` is none of them: what it runs in a hostile repository (fsmonitor, filters, textconv, external diffs, signature programs) is
 * settled by that repository's configuration, and no option switches all of it off.
 */
const READING: ReadonlyMap<string, Limits> = new Map<string, Limits>([
  ...[
    ...[
      "basename",
      "cat",
      "cmp",
      "comm",
      "cut",
      "df",
      "dirname",
      "echo",
      "false",
      "fold",
      "head",
      "id",
      "nl",
    ],
    ...["od", "paste", "pwd", "readlink", "realpath", "rev", "seq", "sleep", "stat", "tac", "tail", "tr"],
    ...["true", "tsort", "uname", "which", "whoami"],
  ].map((name): [string, Limits] => [name, {}]),
  // A first argument without `+` sets the clock, and so does `-s`.
  ["date", { only: /^(?:\+[\s\S]*|-[uR]+|--utc|-I[a-z]*|--iso-8601(?:=[a-z]+)?|--rfc-3339=[a-z]+)$/ }],
  ["diff", { letters: "l", long: ["paginate"] }], // runs `pr`
  // What links lead to below a folder is judged by nobody.
  ["du", { letters: "L", long: ["dereference", "files0-from"] }],
  ["file", { only: /^(?:[^-][\s\S]*|-[bhikN]+|--brief|--mime(?:-type|-encoding)?)$/ }], // -C writes, -z runs programs
  ["grep", { letters: "RS", long: ["dereference-recursive"] }],
  ["ls", { letters: "L", long: ["dereference"] }],
  // The files to check are named in a file.
  ...["md5sum", "sha1sum", "sha256sum"].map((name): [string, Limits] => [
    name,
    { letters: "c", long: ["check"] },
  ]),
  ["printf", { never: /^-v|%[^a-zA-Z%]*[hlLqjzt]*n/ }], // both assign a variable
  ["strings", { never: /^@/ }], // takes more arguments from a file
  ["test", { never: /^-[vR]$/ }], // an index in the name of a variable may run a command
  ["wc", { long: ["files0-from"] }],
]);

/** Whether a command only reads and prints. */
export function isReading({ words: [name = "", ...args] }: PlainCommand): boolean {
  const limits = READING.get(name);
  return limits !== undefined && args.every((arg) => isWithin(limits, arg));
}

/** Of these commands, what bash does by itself, whatever programs of such names there are. */
const BUILT_IN: ReadonlySet<string> = new Set(["echo", "false", "printf", "pwd", "test", "true"]);

/** The program that a reading or editing command is taken for; null for what needs none, and for all other commands. */
export function programOf(command: PlainCommand): string | null {
  const [name = ""] = command.words;
  return BUILT_IN.has(name) || !(READING.has(name) || EDITING.has(name)) ? null : name;
}

function isWithin({ letters = "", long = [], never, only }: Limits, arg: string): boolean {
  if (never?.test(arg) || (only && !only.test(arg))) return false;
  if (/^--./.test(arg)) return !isLongOption(arg, long);
  return !arg.startsWith("-") || ![...letters].some((letter) => arg.includes(letter));
}

/** Whether an argument is one of these long options, perhaps shortened. */
export function isLongOption(arg: string, names: readonly string[]): boolean {
  const [given = ""] = arg.slice(2).split("=");
  return arg.startsWith("--") && given !== "" && names.some((name) => name.startsWith(given));
}

const SEARCHING_BELOW = ["recursive", "directories", "dereference-recursive"];

/** Whether a reading command looks at the content of files that its arguments do not name. */
export function readsBelow({ words: [name = "", ...args] }: Pick<PlainCommand, "words">): boolean {
  return (
    name === "grep" && args.some((arg) => /^-[^-]*[rRd]/.test(arg) || isLongOption(arg, SEARCHING_BELOW))
  );
}

/** Whether a reading command reads what is in a folder, links in it included, where it is given one. */
export function opensFolders({ words: [name] }: Pick<PlainCommand, "words">): boolean {
  return name === "diff";
}

/**
 * Commands that make and change files and do nothing else, which `acceptEdits` covers within the working directories, with the options
 * of which that is certain.
 */
const EDITING: ReadonlyMap<string, RegExp> = new Map([
  ["cp", /^(?:-[adfinpPrRuv]+|--|--(?:archive|recursive|force|no-clobber|verbose|update))$/],
  ["mkdir", /^(?:-[pv]+|--|--parents|--verbose)$/],
  ["mv", /^(?:-[finuv]+|--|--(?:force|no-clobber|verbose|update))$/],
  ["rm", /^(?:-[dfiIrRv]+|--|--(?:recursive|force|dir|verbose))$/],
  ["rmdir", /^(?:-[pv]+|--|--parents|--verbose)$/],
  ["touch", /^(?:-[acm]+|--|--no-create)$/],
]);

export function isEditing({ words: [name = "", ...args] }: PlainCommand): boolean {
  const options = EDITING.get(name);
  return options !== undefined && args.every((arg) => !arg.startsWith("-") || options.test(arg));
}

/** More commands that change the files they are given; these need a permission wherever they work. */
const CHANGING: ReadonlySet<string> = new Set([
  ...["chmod", "chown", "install", "ln", "shred", "tee", "truncate", "unlink"],
]);

/** Whether a command changes files that its arguments name, whatever its options. */
export function isChanging({ words: [name = "", ...args] }: Pick<PlainCommand, "words">): boolean {
  if (name === "sed") return args.some((arg) => /^-[a-zA-Z]*i|^--i/.test(arg));
  return EDITING.has(name) || CHANGING.has(name);
}

/** A file that a command changes. */
export interface FileChange {
  readonly path: string;
  /** Where its last part is a link, what that leads to is changed. */
  readonly follows: boolean;
}

/** Commands that print or copy what is in files, though nobody's word is spared for them. */
const PRINTING: ReadonlySet<string> = new Set([
  ...["awk", "base32", "base64", "gawk", "hexdump", "less", "more", "sed", "source", "strings", "xxd", "."],
]);

/** What a command reads, as far as its words tell. */
export function readsOf(command: Pick<PlainCommand, "words">): readonly string[] {
  const [name = ""] = command.words;
  if (READING.has(name) || PRINTING.has(name)) return pathsOf(command);
  if (!FILLING.has(name)) return [];
  // The last one is where it is put.
  return namesTarget(command) ? pathsOf(command) : pathsOf(command).slice(0, -1);
}

/** Commands that take a link itself. */
const TAKING_LINKS: ReadonlySet<string> = new Set(["ln", "mv", "rm", "rmdir", "unlink"]);

/** Commands that put what they are given into the folder that is named last, under its own name. */
const FILLING: ReadonlySet<string> = new Set(["cp", "install", "ln", "mv"]);

/** What a command changes, as far as its words tell. */
export function changesOf(command: Pick<PlainCommand, "words">): readonly FileChange[] {
  const [name = "", ...args] = command.words;
  const paths = [
    ...(isChanging(command) ? pathsOf(command) : []),
    ...(name === "sed" ? writtenBySed(args) : []),
    ...(FILLING.has(name) ? filledBy(command) : []),
  ];
  return paths.map((path) => ({ path, follows: !TAKING_LINKS.has(name) }));
}

/** Texts behind every `w` of a sed script, each up to the end of its line: `w` and `s///w` write to the file that is named there. */
function writtenBySed(args: readonly string[]): readonly string[] {
  const found = args.flatMap((arg) => [...arg.matchAll(/(?=[wW][ \t]*([^\n]+))/g)]);
  return found.map(([, file = ""]) => file.trim());
}

/** What is made in the folder that things are put into, where that is one. */
function filledBy(command: Pick<PlainCommand, "words">): readonly string[] {
  const operands = operandsOf(command);
  return targetsOf(command).flatMap((to) =>
    operands.filter((from) => from !== to).map((from) => `${to}/${from.split("/").findLast(Boolean) ?? ""}`),
  );
}

/** Arguments that are no options. */
export function operandsOf({ words: [, ...args] }: Pick<PlainCommand, "words">): readonly string[] {
  const end = args.indexOf("--");
  return args.filter((arg, at) => arg !== "" && (end >= 0 && at >= end ? at > end : !arg.startsWith("-")));
}

/** Programs take one folder to put things into; an option with a value may look as if it named another. */
const MAX_TARGETS = 4;

/** Where a command may put what it is given: into what an option names, or what is named last. */
export function targetsOf(command: Pick<PlainCommand, "words">): readonly string[] {
  const [, ...args] = command.words;
  const byOption = args.flatMap((arg, at) => {
    const glued = isLongOption(arg, ["target-directory"]) ? arg.split("=") : /^-[^-]*?t(.*)$/s.exec(arg);
    return glued === null ? [] : ((glued[1] || args[at + 1]) ?? []);
  });
  return [...new Set([...byOption.slice(0, MAX_TARGETS), ...operandsOf(command).slice(-1)])];
}

/** Commands whose arguments are texts. */
const WITHOUT_PATHS: ReadonlySet<string> = new Set(["basename", "dirname", "echo", "printf", "seq", "tr"]);

/**
 * Words of a command that may be paths: all but its name. An argument that looks like an option may be a file behind `--`, and any end
 * of it may be the value of a short option.
 */
export function pathsOf({ words: [name = "", ...args] }: Pick<PlainCommand, "words">): readonly string[] {
  if (WITHOUT_PATHS.has(name)) return [];
  return args.flatMap((arg) => {
    if (!arg.startsWith("-") || arg === "-") return arg === "" ? [] : [arg];
    if (!arg.startsWith("--"))
      return Array.from({ length: arg.length - 1 }, (_, at) => arg.slice(at === 0 ? 0 : at + 1));
    const at = arg.indexOf("=");
    return at < 0 ? [arg] : [arg, arg.slice(at + 1)];
  });
}

/** Paths that a command takes with all that is in them: it moves, copies or removes whole trees. */
export function treesOf(command: Pick<PlainCommand, "words">): readonly string[] {
  const [name = "", ...args] = command.words;
  const isRecursive = args.some(
    (arg) => /^-[^-]*[aRr]/.test(arg) || isLongOption(arg, ["archive", "recursive"]),
  );
  if (name === "rm") return isRecursive ? pathsOf(command) : [];
  if (name !== "mv" && !(name === "cp" && isRecursive)) return [];
  return namesTarget(command) ? pathsOf(command) : pathsOf(command).slice(0, -1);
}

/** Whether the folder that things are put into is named by an option, and not last. */
function namesTarget({ words: [, ...args] }: Pick<PlainCommand, "words">): boolean {
  return args.some((arg) => /^-[^-]*t/.test(arg) || isLongOption(arg, ["target-directory"]));
}

/** What a command moves, or copies, so that a link stays one. */
export function linksTakenBy(command: PlainCommand): readonly string[] {
  const [name, ...args] = command.words;
  const keepsLinks = args.some(
    (arg) =>
      /^-[^-]*[adPrR]/.test(arg) || isLongOption(arg, ["archive", "no-dereference", "preserve", "recursive"]),
  );
  return name === "mv" || (name === "cp" && keepsLinks) ? pathsOf(command) : [];
}

/** What a `cp` that {@link isEditing} takes copies, and where to; null for other commands. */
export function copyOf(command: PlainCommand): {
  readonly from: readonly string[];
  readonly to: string;
  readonly isRecursive: boolean;
} | null {
  const [name, ...args] = command.words;
  if (name !== "cp") return null;
  const paths = args.filter((arg) => arg !== "" && !arg.startsWith("-"));
  return { from: paths.slice(0, -1), to: paths.at(-1) ?? ".", isRecursive: treesOf(command).length > 0 };
}
