import { describe, expect, test } from "vitest";
import { fillPrompt, fillToolInput, type JsonObject } from "../../src/protocol/index.ts";
import { assertPrototypes, snapshotPrototypes, threadMs } from "../support/fuzz.ts";

describe("prompts are filled once", () => {
  const json = '{"tool_name": "Bash", "x": "$ARGUMENTS $1 $& $` $\' $$ \\\\$ARGUMENTS[0]"}';

  test.each<[prompt: string, input: string, expected: string]>([
    ["Judge $ARGUMENTS now", "{}", "Judge {} now"],
    ["$ARGUMENTS and $ARGUMENTS", "{}", "{} and {}"],
    ["Judge this", "{}", "Judge this\n\n{}"],
    ["", "{}", "\n\n{}"],
    ["$ARGUMENTS[0]", "a b c", "a"],
    ["$ARGUMENTS[2]|$ARGUMENTS[3]", "a b c", "c|"],
    ["$1,$2,$3,$4", "a b  c", "a,b,c,\n\na b  c"],
    ["$0", "a b", "\n\na b"],
    ["\\$ARGUMENTS", "{}", "$ARGUMENTS\n\n{}"],
    ["\\$1 costs $1", "5", "$1 costs 5\n\n5"],
    ["\\\\$ARGUMENTS", "{}", "\\$ARGUMENTS\n\n{}"],
    ["${ARGUMENTS}", "{}", "${ARGUMENTS}\n\n{}"],
    ["$arguments $ARGUMENT", "{}", "$arguments $ARGUMENT\n\n{}"],
    ["$ARGUMENTS[x] $ARGUMENTS[-1]", "{}", "{}[x] {}[-1]"],
    ["$ARGUMENTS", json, json],
    ["<$ARGUMENTS>", "$ARGUMENTS", "<$ARGUMENTS>"],
    ["$1", "$2 $1", "$2\n\n$2 $1"],
    ["no placeholder", "$ARGUMENTS", "no placeholder\n\n$ARGUMENTS"],
  ])("%j with %j", (prompt, input, expected) => expect(fillPrompt(prompt, input)).toBe(expected));

  test("a megabyte of placeholders and a long input take no time", () => {
    const startedAt = threadMs();
    const filled = fillPrompt("$1 ".repeat(100_000), `${"w ".repeat(100_000)}`);
    expect(filled.startsWith("w w w ")).toBe(true);
    expect(threadMs() - startedAt).toBeLessThan(2_000);
  });
});

describe("tool inputs are filled once, from own values only", () => {
  const input: JsonObject = JSON.parse(`{
    "tool_name": "Write",
    "n": 7, "yes": true, "no": null, "empty": "",
    "tool_input": {"file_path": "\${tool_input.content}", "content": "SECRET", "deep": {"list": ["a", {"b": "c"}]}},
    "list": ["x", "y"],
    "a.b": "dotted",
    "__proto__": {"polluted": "yes"},
    "$&": "pattern"
  }`);

  test.each<[template: string, expected: string]>([
    ["${tool_name}", "Write"],
    ["<${tool_name}/${n}>", "<Write/7>"],
    ["${yes}${no}${empty}", "true"],
    ["${tool_input.file_path}", "${tool_input.content}"],
    ["${tool_input.deep.list.0}", "a"],
    ["${tool_input.deep.list.1.b}", "c"],
    ["${tool_input.deep}", '{"list":["a",{"b":"c"}]}'],
    ["${list}", '["x","y"]'],
    ["${list.2}${list.-1}${list.length}${list.map}", ""],
    ["${tool_name.length}${tool_name.0}", ""],
    ["${nothing}${tool_input.nothing.at.all}", ""],
    ["${constructor}${constructor.name}${toString}", ""],
    ["${tool_input.__proto__}${tool_input.__proto__.polluted}", ""],
    ["${tool_input.constructor.prototype}${hasOwnProperty}", ""],
    ["${__proto__.polluted}", "yes"],
    ["${a.b}", ""],
    ["${ tool_name }", ""],
    ["${}", "${}"],
    ["${tool_name", "${tool_name"],
    ["$tool_name $$ $& ${$&}", "$tool_name $$ $& ${$&}"],
    ["${${tool_name}}", "${Write}"],
    ["\\${tool_name}", "\\Write"],
  ])("%j", (template, expected) => expect(fillToolInput({ at: template }, input)).toEqual({ at: expected }));

  test("in every string of the template, and nowhere else", () => {
    const template = { "${n}": ["${n}", { again: "${n}", number: 1, nothing: null, flag: false }] };
    expect(fillToolInput(template, input)).toEqual({
      "${n}": ["7", { again: "7", number: 1, nothing: null, flag: false }],
    });
  });

  test("a template with names of the language stays data", () => {
    const before = snapshotPrototypes();
    const template = JSON.parse(
      '{"__proto__":{"x":"${n}"},"constructor":{"prototype":{"y":"${n}"}}}',
    ) as JsonObject;
    const filled = fillToolInput(template, input);
    expect(JSON.stringify(filled)).toBe('{"__proto__":{"x":"7"},"constructor":{"prototype":{"y":"7"}}}');
    expect(Object.getPrototypeOf(filled)).toBe(Object.prototype);
    assertPrototypes(before);
  });
});
