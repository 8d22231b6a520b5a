import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { splitWords } from "../../src/recovery/batch/agent-words.ts";
import fc from "../support/fast-check.ts";

const WORDS: readonly (readonly [text: string, ...words: readonly string[]])[] = [
  ["claude", "claude"],
  ["  claude\t-p \n", "claude", "-p"],
  ["claude -p --model sonnet", "claude", "-p", "--model", "sonnet"],
  ["claude --model 'a b'", "claude", "--model", "a b"],
  ['claude --model "a b"', "claude", "--model", "a b"],
  ["a ''", "a", ""],
  ['a ""b', "a", "b"],
  ["a b'c'\"d\"e", "a", "bcde"],
  ["a '$HOME *' \"*\"", "a", "$HOME *", "*"],
  ["a \\$b \\  \\'", "a", "$b", " ", "'"],
  ['a "\\$ \\" \\\\ \\n \\`"', "a", '$ " \\ \\n `'],
  ["a b\\\nc", "a", "bc"],
  ['a "b\\\nc"', "a", "bc"],
  ["a x=1 --y=2", "a", "x=1", "--y=2"],
  ["a b#c b~ b!", "a", "b#c", "b~", "b!"],
  ["./a 'ü' 😀", "./a", "ü", "😀"],
];

/** What is refused, and the beginning of what is said after the first words. */
const REFUSED: readonly (readonly [text: string, got: string])[] = [
  ["", "no program"],
  [" \n", "no program"],
  ["'' a", "no program"],
  ["A=1 claude", "a variable"],
  ["a $HOME", "$ at character 3, which a shell would expand"],
  ['a "$HOME"', "$ at character 4, which a shell would expand"],
  ['a "`b`"', "` at character 4, which a shell would expand"],
  ["a *.md", "* at character 3"],
  ["a opus[1m]", "[ at character 7"],
  ["a {b,c}", "{ at character 3"],
  ["a ~/b", "~ at character 3, which a shell would not take as it is"],
  ["a # b", "# at character 3"],
  ["a | b", "| at character 3, which a shell would act on"],
  ["a && b", "& at character 3"],
  ["a;b", "; at character 2"],
  ["a > b", "> at character 3"],
  ["a (b)", "( at character 3"],
  ["a\nb", "a second line at character 2"],
  ["a 'b", "' at character 3 that nothing closes"],
  ['a "b', '" at character 3 that nothing closes'],
  ['a "b\\', '" at character 3 that nothing closes'],
  ["a \\", "a backslash at the end"],
];

const folder = mkdtempSync(join(tmpdir(), "kedge-words-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a real shell makes of command lines that hold nothing but words. */
function askShell(texts: readonly string[]): readonly (readonly string[])[] {
  const script = texts.map((text) => `set -- ${text}\nprintf '%s\\0' "$#" "$@"`).join("\n");
  const fields = execFileSync("/bin/sh", [], { cwd: folder, encoding: "utf8", input: script }).split("\0");
  return texts.map(() => fields.splice(0, Number(fields.shift())));
}

describe("splitting a command line", () => {
  it.each(WORDS)("takes %j for its words", (text, ...words) => {
    expect(splitWords(text)).toEqual({ ok: true, words });
  });

  it.each(REFUSED)("refuses %j", (text, got) => {
    const reading = splitWords(text);
    expect(reading.ok ? reading.words : reading.message).toMatch(/^expected .*, got /);
    expect(reading.ok ? "" : reading.message.replace(/^.*?, got /, "")).toSatisfy((rest: string) =>
      rest.startsWith(got),
    );
  });

  it("splits as a shell does whatever it accepts", () => {
    const pieces = fc.constantFrom(
      ...["a", "b", "-", "=", " ", "  ", "\t", "'", '"', "\\", "\\\n", "\n", "$", "`", "*", "?", "[", "]"],
      ...["{", "}", "~", "#", "!", "|", "&", ";", "<", ">", "(", ")", "%", ":", ",", "ü", "😀", "''", '""'],
      ...["'a b'", '"a b"', '"\\"', "\\'"],
    );
    const line = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => `a${parts.join("")}`);
    const plain = fc.array(fc.constantFrom("a", " ", "'b '", '"c "', "\\ ", "\\\\", '"\\a"'), {
      maxLength: 8,
    });
    const lines = fc.sample(
      fc.oneof(
        line,
        plain.map((parts) => `a${parts.join("")}`),
      ),
      3_000,
    );
    const accepted = lines.flatMap((text) => {
      const reading = splitWords(text);
      return reading.ok ? [{ text: text.trim(), words: reading.words }] : [];
    });
    expect(accepted.length).toBeGreaterThan(500);
    expect(accepted.length).toBeLessThan(3_000);
    const split = askShell(accepted.map(({ text }) => text));
    expect(accepted.map(({ text }, at) => ({ text, words: split[at] }))).toEqual(accepted);
    // Nothing was redirected.
    expect(readdirSync(folder)).toEqual([]);
  });

  it("never throws, and takes back what is quoted for it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(splitWords(text)).toHaveProperty("ok");
        const quoted = `a '${text.replaceAll("'", "'\\''")}'`;
        expect(splitWords(quoted)).toEqual({ ok: true, words: ["a", text] });
      }),
    );
  });
});
