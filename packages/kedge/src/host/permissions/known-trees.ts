import {
  isLongOption,
  opensFolders,
  operandsOf,
  pathsOf,
  readsBelow,
  targetsOf,
  treesOf,
} from "./known-commands.ts";
import type { PlainCommand } from "./plain-commands.ts";

type Words = Pick<PlainCommand, "words">;

/** A folder that a command takes with all that is in it. */
export interface TakenTree {
  readonly from: string;
  /** The folder that it is put into, which is then what changes; null where it is read or changed itself. */
  readonly into: string | null;
  readonly touches: "Read" | "Write";
  /** What links in it lead to is taken as well. */
  readonly followsLinks: boolean;
}

/** Folders that a command takes with all that is in them, as far as its words tell. */
export function takenTrees(command: Words): readonly TakenTree[] {
  const followsLinks = isFollowing(command);
  const itself = (touches: TakenTree["touches"]) => (from: string) => ({
    ...{ from, into: null, touches, followsLinks },
  });
  return [
    ...readTrees(command).map(itself("Read")),
    ...changedTrees(command).map(itself("Write")),
    ...filledTrees(command).map((each): TakenTree => ({ ...each, touches: "Write", followsLinks })),
  ];
}

function readTrees(command: Words): readonly string[] {
  const [name = ""] = command.words;
  if (readsBelow(command)) return searchedBy(command);
  if (opensFolders(command)) return pathsOf(command);
  return name === "cp" || name === "mv" ? treesOf(command) : [];
}

function changedTrees(command: Words): readonly string[] {
  const [name = "", ...args] = command.words;
  if (name === "rm" || name === "mv") return treesOf(command);
  const isRecursive = args.some((arg) => /^-[^-]*R/.test(arg) || isLongOption(arg, ["recursive"]));
  return isRecursive && (name === "chmod" || name === "chown") ? pathsOf(command) : [];
}

function filledTrees(command: Words): readonly Pick<TakenTree, "from" | "into">[] {
  const [name = ""] = command.words;
  if (name !== "cp" && name !== "mv") return [];
  return targetsOf(command).flatMap((into) =>
    treesOf(command)
      .filter((from) => from !== into)
      .map((from) => ({ from, into })),
  );
}

/** Options of a search whose value may be the next word. */
const VALUED = [
  ...["after-context", "before-context", "binary-files", "context", "devices", "directories", "exclude"],
  ...["exclude-dir", "exclude-from", "file", "group-separator", "include", "label", "max-count", "regexp"],
];
const ENDS_IN_VALUED = /^-[^-efABCmDd]*[efABCmDd]$/;
const GIVES_PATTERN = /^-[^-efABCmDd]*[ef]/;

/** What a search is about: all behind the pattern, or the folder that it runs in. */
function searchedBy({ words }: Words): readonly string[] {
  const isValue = (at: number): boolean => {
    const option = words[at - 1] ?? "";
    return ENDS_IN_VALUED.test(option) || (isLongOption(option, VALUED) && !option.includes("="));
  };
  const named = operandsOf({ words: words.filter((_, at) => !isValue(at)) });
  const hasPattern = words.some((word) => GIVES_PATTERN.test(word) || isLongOption(word, ["file", "regexp"]));
  const searched = hasPattern ? named : named.slice(1);
  return searched.length === 0 ? ["."] : searched;
}

/** Whether a command takes what is behind links that it finds on its way. */
function isFollowing(command: Words): boolean {
  const [name = "", ...args] = command.words;
  const letters = name === "grep" ? /^-[^-]*R/ : /^-[^-]*L/;
  const isSaid = args.some(
    (arg) => letters.test(arg) || isLongOption(arg, ["dereference", "dereference-recursive"]),
  );
  return isSaid || opensFolders(command);
}
