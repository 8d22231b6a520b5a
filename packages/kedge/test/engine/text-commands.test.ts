import { describe, expect, test } from "vitest";
import { splitText } from "../../src/engine/index.ts";

/** Pieces as texts, commands between marks. */
const shown = (text: string): string[] =>
  splitText(text).map((piece) => (piece.type === "text" ? piece.text : `<${piece.command}>`));

describe("commands in the text of a skill", () => {
  test.each<readonly [what: string, text: string, pieces: readonly string[]]>([
    ["no command", "plain `code` and !bang", ["plain `code` and !bang"]],
    ["at the beginning", "!`ls`", ["<ls>"]],
    ["behind a blank, with text around", "now: !`git diff` end", ["now: ", "<git diff>", " end"]],
    ["at the beginning of a line", "a\n!`ls`\nb", ["a\n", "<ls>", "\nb"]],
    ["two in one line", "!`a` !`b`", ["<a>", " ", "<b>"]],
    ["not inside of a word", "wow!`ls`", ["wow!`ls`"]],
    ["not over a line's end", "!`ls\nls`", ["!`ls\nls`"]],
    ["not empty", "!``", ["!``"]],
    ["a fence", "a\n```!\none\ntwo\n```\nb", ["a\n", "<one\ntwo>", "\nb"]],
    ["a fence at the end", "```!\none\n```", ["<one>"]],
    ["two fences", "```!\na\n```\n```!\nb\n```", ["<a>", "\n", "<b>"]],
    ["a fence that nothing closes", "```!\none", ["```!\none"]],
    ["a fence of another language", "```sh\nrm\n```", ["```sh\nrm\n```"]],
    ["Windows lines", "```!\r\none\r\n```\r\n", ["<one\r>", "\n"]],
  ])("%s", (_, text, pieces) => {
    expect(shown(text)).toEqual(pieces);
  });

  test("a text of nothing but fences takes no longer than its length", () => {
    const began = performance.now();
    expect(splitText("```!\nx\n```\n".repeat(20_000)).length).toBe(40_000);
    splitText("```!\n".repeat(50_000));
    splitText("!`".repeat(100_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
