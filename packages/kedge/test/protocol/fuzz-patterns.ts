/** Regular expressions as people and attackers write them, and values to ask them about. */
import type { Random } from "../support/random.ts";

const names = [
  "Bash",
  "Edit",
  "Write",
  "mcp__files__write",
  "Notebook",
  "a",
  "b",
  "ab",
  "x_y",
  "Task",
  "-",
  " ",
];

const classes = [
  ...[
    "\\d",
    "\\w",
    "\\s",
    "\\D",
    "\\W",
    "\\S",
    "[a-z]",
    "[^a-z]",
    "[A-Za-z_]",
    "[\\w-]",
    "[^\\W]",
    "[0-9a-f]",
  ],
  ...[
    "[.*+]",
    "[\\]]",
    "[-a]",
    "[a-]",
    "[^-]",
    "[\\d.]",
    ".",
    "\\.",
    "\\-",
    "\\/",
    "\\_",
    "\\$",
    "\\x41",
    "\\u0042",
  ],
];

/** Spellings that another engine reads as something else. */
const oddities = [
  ...[
    "[^]",
    "[]",
    "\\p{L}",
    "\\pL",
    "\\PL",
    "[[:alpha:]]",
    "[[:word:]]",
    "\\a",
    "\\A",
    "\\z",
    "\\Z",
    "\\Q",
    "\\E",
  ],
  ...[
    "\\x{2}",
    "\\u{2}",
    "\\C",
    "\\e",
    "\\h",
    "\\R",
    "\\X",
    "\\K",
    "\\G",
    "\\cA",
    "\\0",
    "\\1",
    "\\8",
    "{,2}",
  ],
  ...[
    "{",
    "}",
    "]",
    "(?:)",
    "(?<n>a)",
    "(?i:a)",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "\\b",
    "\\B",
    "\\<",
    "\\'",
  ],
  ...[
    "[\\b]",
    "[a\\d]",
    "[\\pL]",
    "[[a]",
    "[a&&b]",
    "\\N",
    "\\v",
    "\\f",
    "&&",
    "#x",
    "\\ ",
    "(?s:.)",
    "(?-i:a)",
  ],
];

const quantifiers = [
  "",
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{1,3}",
  "{0}",
  "{2,}",
  "{1,2}?",
];

const boundedQuantifiers = ["", "", "?", "??", "{2}", "{1,3}", "{0}"];

/** A pattern that backtracking can judge as well: nothing repeated is repeated again, and few things are. */
export function plainPattern(random: Random): string {
  let budget = 3;
  const atom = (): string => {
    const kind = random.next();
    if (kind < 0.5) return random.pick(names);
    return kind < 0.8 ? random.pick(classes) : random.pick(oddities);
  };
  const piece = (): string => {
    const isGroup = random.chance(0.25);
    const choices = isGroup ? alternatives(atom) : "";
    const inner = isGroup ? `(${random.chance(0.5) ? "?:" : ""}${choices})` : atom();
    // Repeating a choice is what backtracking takes for ever with.
    const allowed = choices.includes("|") ? boundedQuantifiers : quantifiers;
    const quantifier = budget > 0 ? random.pick(allowed) : "";
    if (quantifier !== "") budget--;
    return inner + quantifier;
  };
  const alternatives = (part: () => string): string => {
    const count = random.chance(0.75) ? 1 : 2 + random.below(3);
    return Array.from({ length: count }, () =>
      Array.from({ length: 1 + random.below(3) }, part).join(""),
    ).join("|");
  };
  const body = alternatives(piece);
  return `${random.chance(0.25) ? "^" : ""}${body}${random.chance(0.25) ? "$" : ""}`;
}

/** A pattern made to take for ever. */
export function hostilePattern(random: Random): string {
  const inner = random.pick([
    "a",
    "a+",
    "a*",
    "[a-z]",
    "\\w",
    ".",
    "a|a",
    "a|ab",
    "\\w|-",
    "a?",
    ".*a",
    "[ab]*a[ab]{9}",
  ]);
  let pattern = inner;
  for (let depth = 1 + random.below(3); depth > 0; depth--)
    pattern = `(${random.chance(0.5) ? "?:" : ""}${pattern})${random.pick(["+", "*", "{1,20}", "{2,}", "+?", "*?"])}`;
  if (random.chance(0.3)) pattern = pattern.repeat(1 + random.below(4));
  return `${random.chance(0.4) ? "^" : ""}${pattern}${random.pick(["$", "!", "x$", "", "\\d$", "__x$"])}`;
}

/** Printable ASCII that such patterns are asked about. */
export function printableValue(random: Random): string {
  if (random.chance(0.1)) return "";
  const unit = (): string =>
    random.chance(0.6) ? random.pick(names) : String.fromCharCode(32 + random.below(95));
  return Array.from({ length: 1 + random.below(8) }, unit)
    .join("")
    .slice(0, 60);
}

/** A long run that nearly matches. */
export function hostileValue(random: Random): string {
  const run = random.pick(["a", "ab", "aab", "a-", "abc"]).repeat(1 + random.below(4_000));
  return `${random.chance(0.3) ? "mcp__" : ""}${run}${random.pick(["!", "", "x", "-", "1"])}`;
}
