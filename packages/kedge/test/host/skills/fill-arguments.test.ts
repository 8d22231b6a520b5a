import { describe, expect, test } from "vitest";
import { createFiller, splitArguments } from "../../../src/host/skills/fill-arguments.ts";

describe("arguments as words", () => {
  test.each<readonly [typed: string, words: readonly string[]]>([
    ["", []],
    ["  a  b ", ["a", "b"]],
    ['"one two" three', ["one two", "three"]],
    ["'one two' three", ["one two", "three"]],
    ['a"b c"d', ["ab cd"]],
    ['"say \\"hi\\""', ['say "hi"']],
    ["'a\\b'", ["a\\b"]],
    ["a\\ b c", ["a b", "c"]],
    ['"never ends', ["never ends"]],
    ['""  x', ["", "x"]],
    ["end\\", ["end"]],
  ])("%j", (typed, words) => {
    expect(splitArguments(typed)).toEqual(words);
  });
});

describe("placeholders", () => {
  test.each<readonly [text: string, args: string, filled: string, hasPlaced: boolean]>([
    ["fix $ARGUMENTS now", "a b", "fix a b now", true],
    ["$ARGUMENTS", "", "", true],
    ["$0 then $1", "a 'b c'", "a then b c", true],
    ["$ARGUMENTS[1]", "a b", "b", true],
    ["$2 stays", "a b", "$2 stays", false],
    ["$0 stays", "", "$0 stays", false],
    ["\\$0 and \\$ARGUMENTS", "a", "$0 and $ARGUMENTS", false],
    ["$HOME $(ls) $ARGUMENTSX $1st", "a b", "$HOME $(ls) $ARGUMENTSX $1st", false],
    ["${CLAUDE_SKILL_DIR}/x ${CLAUDE_NOTHING} ${HOME}", "a", "/skill/x ${CLAUDE_NOTHING} ${HOME}", false],
    ["$0", "$1 b", "$1", true],
    ["$ARGUMENTS", "$0 ${CLAUDE_SKILL_DIR}", "$0 ${CLAUDE_SKILL_DIR}", true],
  ])("%j with %j", (text, args, filled, hasPlaced) => {
    const filler = createFiller(args, { CLAUDE_SKILL_DIR: "/skill" });
    expect(filler.fill(text)).toBe(filled);
    expect(filler.hasPlaced).toBe(hasPlaced);
  });

  test("many placeholders and a long argument do not grow without end", () => {
    const filler = createFiller("x".repeat(100_000), {});
    expect(filler.fill("$ARGUMENTS ".repeat(1_000)).length).toBeLessThan(1_200_000);
    expect(filler.isOver).toBe(true);
  });
});
