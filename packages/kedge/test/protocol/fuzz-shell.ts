/** Shell commands: some that are only words and operators, and some that only a shell could love. */
import type { Random } from "../support/random.ts";

const words = [
  "git",
  "rm",
  "push",
  "-rf",
  "--force",
  "src/a.ts",
  "x",
  "origin",
  "main",
  "a.b",
  "0",
  "npm",
  "test",
  "_v1",
];

/** Joins whose sides are commands of their own. */
const joins = [" ; ", ";", " && ", "&&", " || ", "||", " | ", "|"];

export interface SimpleCommands {
  readonly command: string;
  /** The commands in it, words joined with one blank. */
  readonly parts: readonly string[];
}

/** Simple words only: what is in it is known exactly. */
export function simpleCommands(random: Random): SimpleCommands {
  const parts = Array.from({ length: 1 + random.below(5) }, () =>
    Array.from({ length: 1 + random.below(4) }, () => random.pick(words)).join(" "),
  );
  const [first = "", ...rest] = parts;
  const spaced = (part: string): string => (random.chance(0.2) ? part.replaceAll(" ", "  ") : part);
  return {
    parts,
    command: rest.reduce((all, part) => all + random.pick(joins) + spaced(part), spaced(first)),
  };
}

const pieces = [
  ...[
    "$(",
    "`",
    ")",
    "(",
    "((",
    "))",
    "{ ",
    "}",
    "[[ ",
    " ]]",
    "if ",
    "then ",
    "fi",
    "for x in ",
    "do ",
    "done",
  ],
  ...["while ", "case ", " in ", "esac", ";;", "function f ", "f() ", "coproc ", "time ", "! ", "select "],
  ...["<<EOF\n", "EOF\n", "<<<", "<(", ">(", ">", ">>", "2>&1", "&>", "&", "|&", "||", "&&", ";", "|", "\n"],
  ...[
    "'",
    '"',
    "$'",
    '$"',
    "\\",
    "\\\n",
    "$X",
    "${X",
    "${X:-",
    "${#",
    "${!",
    "$((",
    "$[",
    "$",
    "$1",
    "~",
    "*",
    "?",
  ],
  ...[
    "[a-z]",
    "@(",
    "!(",
    "{a,b}",
    "{1..9}",
    "X=1 ",
    "X=(",
    "X+=",
    "a[0]=",
    "#",
    " # ",
    "\t",
    "\r",
    "\u0000",
    "é",
  ],
  ...[
    "xargs ",
    "xargs -n ",
    "eval ",
    "rm ",
    "rm -rf /",
    "git push ",
    "=",
    ":",
    "%",
    "^",
    "]",
    "+",
    "-",
    "\u2028",
  ],
];

/** Pieces of shell in no order, sometimes one of them over and over. */
export function shellSoup(random: Random): string {
  if (random.chance(0.03)) {
    const piece = random.pick(pieces) + (random.chance(0.5) ? random.pick(pieces) : "");
    return piece.repeat(Math.floor(random.below(10_400) / piece.length));
  }
  const count = 1 + random.below(14);
  return Array.from({ length: count }, () =>
    random.chance(0.4) ? `${random.pick(words)} ` : random.pick(pieces),
  ).join("");
}
