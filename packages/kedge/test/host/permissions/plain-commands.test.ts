import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { loadPlainReader, type PlainReader } from "../../../src/host/permissions/plain-commands.ts";
import fc from "../../support/fast-check.ts";
import { fuzzSeed } from "../../support/random.ts";
import { makeScratch } from "../scratch.ts";

let read: PlainReader;
beforeAll(async () => {
  read = await loadPlainReader();
});

const wordsOf = (line: string): readonly (readonly string[])[] | null =>
  read(line)?.map(({ words }) => words) ?? null;

describe("lines that are plain", () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ["ls -la src", [["ls", "-la", "src"]]],
    ["ls; pwd", [["ls"], ["pwd"]]],
    ["a && b || c", [["a"], ["b"], ["c"]]],
    ["a | b |& c", [["a"], ["b"], ["c"]]],
    ["a\nb", [["a"], ["b"]]],
    ["! a", [["a"]]],
    ["a # a comment", [["a"]]],
    ["a b#c", [["a", "b#c"]]],
    ["'a b' \"c d\" e\\ f", [["a b", "c d", "e f"]]],
    ["a '' \"\" x''y", [["a", "", "", "xy"]]],
    ["a 'b'\"'\"'c'", [["a", "b'c"]]],
    ['a "b\\"c" "d\\e" "\\$f"', [["a", 'b"c', "d\\e", "$f"]]],
    ["a '$x' '`b`' '~' \\~", [["a", "$x", "`b`", "~", "~"]]],
    ["a 2>&1", [["a"]]],
    ["a >/dev/null 2>&1", [["a"]]],
    ["a 2>/dev/null", [["a"]]],
    ["a &>/dev/null", [["a"]]],
  ])("%j", (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });

  it("tell globs from what is quoted", () => {
    const globs = ["a *", "a b?", "a [bc]", 'a "b"*'].map((line) => read(line)?.[0]?.hasGlob);
    const others = ["a '*'", 'a "?"', "a \\*", "a b"].map((line) => read(line)?.[0]?.hasGlob);
    expect({ globs, others }).toEqual({
      globs: [true, true, true, true],
      others: [false, false, false, false],
    });
  });
});

describe("lines that are not plain", () => {
  it.each([
    ...["a $x", 'a "$x"', `a ${"$"}{x}`, "a $1", "a $?", "$a"],
    ...["a $(b)", "a `b`", 'a "$(b)"', "a $((1))", "a $[1]", 'a "$[1]"', "$(a)"],
    ...["a <(b)", "a >(b)"],
    ...["a > f", "a >> f", "a 2> f", "a >| f", "a < f", "a <> f", "a &> f", "a >& f", "a >/dev/nul", "a >&-"],
    ...["a {x}>/dev/null", "a >/dev/null/../x"],
    ...["a <<E\nx\nE", "a <<<x"],
    ...["a &", "a & b", "a; b &"],
    ...["for x in a; do b; done", "while a; do b; done", "until a; do b; done", "if a; then b; fi"],
    ...["case a in b) c;; esac", "f() { a; }", "function f { a; }", "(a)", "{ a; }", "[[ a ]]", "((a))"],
    ...["coproc a", "time a", "select x in a; do b; done"],
    ...["X=1 a", "X=1", "X+=1 a", "X[1]=2", "export X=1", "declare -x X=1", "local X=1"],
    ...["a $'b'", 'a $"b"', "a {b,c}", "a {1..3}", "a +(b)", "a b@(c)"],
    ...["a ~", "a ~/b", "a ~root/b", "a ~+", "a x=~/b", "a x:~", "~/a"],
    ...["a\\\nb", 'a "b\\\nc"', "a\u00a0b", "a\u2003b", "a\rb", "a\vb", "a\x01", "a \x7f", "a\x1b[2K"],
    ...["/bin/r?", "r* x", "[a] x"],
    ...["", "  ", "# a comment", "a 'b", 'a "b', "a &&", "a ||", "a |", ";", "a;;", "(a", "if", "a )"],
  ])("%j", (line) => {
    expect(wordsOf(line)).toBeNull();
  });

  it("are those that are too long or too deep", () => {
    expect(wordsOf(`a ${"b".repeat(10_000)}`)).toBeNull();
    expect(wordsOf(`${"(".repeat(9_000)}`)).toBeNull();
    expect(wordsOf(`a ${"$(".repeat(4_000)}`)).toBeNull();
  });
});

/** Pieces of words and what may stand between them, of which some lines are plain and most are not. */
const pieces = [
  ...[
    "a",
    "b",
    "-x",
    "=",
    "0",
    ".",
    "/",
    ",",
    ":",
    "é",
    "%",
    "@",
    "+",
    "-",
    "#",
    "!",
    "^",
    "]",
    "}",
    "{",
    "~",
  ],
  ...[
    "'",
    '"',
    "\\",
    "'a b'",
    '"c d"',
    "''",
    '""',
    "\\ ",
    "\\\\",
    '\\"',
    "\\'",
    "'\"'",
    '"\'"',
    "\\$",
    '"\\$"',
  ],
  ...[
    "$",
    "$x",
    "`",
    "*",
    "?",
    "[",
    "\\\n",
    "\\n",
    '"\\n"',
    "'\\'",
    '"\\\\"',
    "{a,b}",
    "~/",
    "$'a'",
    "x=",
    '"!"',
  ],
];
const words = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((all) => all.join(""));
const lines = fc.array(words, { minLength: 1, maxLength: 4 }).map((all) => `say ${all.join(" ")}`);

it("undoes quoting as bash does", () => {
  const cases = fc.sample(lines, { numRuns: 6_000, seed: fuzzSeed });
  const plain = [...new Set(cases)].flatMap((line) => {
    const own = read(line);
    return own?.length === 1 && own[0] && !own[0].hasGlob ? [{ line, words: own[0].words }] : [];
  });
  expect(plain.length).toBeGreaterThan(400);
  // Each line for itself, so that one that bash cannot read spoils no other. An end of line would be another command.
  const say = "say() { printf '%s\\0' say \"$@\"; }";
  const script = `${say}\nfor line; do eval "$line" 2>/dev/null; printf '\\1'; done`;
  const stdout = execFileSync("bash", ["-c", script, "bash", ...plain.map(({ line }) => line)], {
    cwd: makeScratch(),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const said = stdout.split("\x01").map((each) => each.split("\0").slice(0, -1));
  for (const [index, { line, words: own }] of plain.entries())
    expect({ line, words: said[index] }).toEqual({ line, words: own });
});
