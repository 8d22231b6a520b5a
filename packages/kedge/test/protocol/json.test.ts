import { describe, expect, test } from "vitest";
import {
  compileHandlers,
  EVENT_NAMES,
  fillToolInput,
  isJsonObject,
  MAX_DEPTH,
  mergeResults,
  ownValue,
  parseHandlerOutput,
  parseHooksFile,
  parseInput,
  parseMarketplace,
  parsePluginManifest,
  parsePromptAnswer,
  parseSettings,
  readJson,
} from "../../src/protocol/index.ts";
import { assertPrototypes, snapshotPrototypes } from "../support/fuzz.ts";
import { forbiddenInTexts } from "../support/nasty-text.ts";

const nest = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + (open.endsWith(":") ? "1" : "") + close.repeat(depth);

describe("depth is counted before anything is parsed", () => {
  test.each<[name: string, text: string, expected: "ok" | "too_deep" | "not_json"]>([
    ["as deep as allowed", nest("[", "]", MAX_DEPTH), "ok"],
    ["one deeper", nest("[", "]", MAX_DEPTH + 1), "too_deep"],
    ["objects as deep as allowed", nest('{"a":', "}", MAX_DEPTH), "ok"],
    ["objects, one deeper", nest('{"a":', "}", MAX_DEPTH + 1), "too_deep"],
    ["arrays and objects in turn", nest('[{"a":', "}]", MAX_DEPTH / 2 + 1), "too_deep"],
    ["side by side is not deep", `[${"[],".repeat(1_000)}[]]`, "ok"],
    ["brackets in strings do not count", JSON.stringify(["[".repeat(10_000)]), "ok"],
    ["nor behind an escaped quote", JSON.stringify([`"${"{".repeat(10_000)}`]), "ok"],
    ["nor behind a backslash at the end", `["\\\\",${JSON.stringify("[".repeat(1_000))}]`, "ok"],
    ["a million levels", nest("[", "]", 1_000_000), "too_deep"],
    ["never closed", "[".repeat(1_000_000), "too_deep"],
    ["closed before it was opened", `${"]".repeat(500)}${"[".repeat(300)}`, "not_json"],
    ["a string that never ends hides nothing", `"${"[".repeat(1_000)}`, "not_json"],
  ])("%s", (_name, text, expected) => {
    const reading = readJson(text);
    expect(reading.ok ? "ok" : reading.reason).toBe(expected);
  });

  test("the limits are the caller's", () => {
    expect(readJson("[[1]]", { maxDepth: 1 })).toMatchObject({ ok: false, reason: "too_deep" });
    expect(readJson("[[1]]", { maxDepth: 2 })).toMatchObject({ ok: true });
    expect(readJson("[111]", { maxLength: 4 })).toMatchObject({ ok: false, reason: "too_long" });
    expect(readJson("\ufeff[11]", { maxLength: 4 })).toMatchObject({ ok: true });
  });
});

describe("keys that stand twice are named", () => {
  test.each<[text: string, expected: readonly string[]]>([
    ['{"a":1,"b":2}', []],
    ['{"a":1,"a":2}', ["a"]],
    ['{"a":1,"a":1,"a":1}', ["a", "a"]],
    ['{"a":1,"\\u0061":2}', ["a"]],
    ['{"":1,"":2}', [""]],
    ['{"a":{"b":1,"b":2}}', ["a.b"]],
    ['{"a":{"a":1}}', []],
    ['[{"a":1},{"a":2}]', []],
    ['{"a":[1,{"b":{"c":1,"c":2}}]}', ["a.[].b.c"]],
    ['{"a":"\\":1,\\"a\\":2","b":1}', []],
    ['{"a\\\\":1,"a":2}', []],
    ['{"a\\"b":1,"a\\"b":2}', ['a"b']],
    ['{"__proto__":1,"__proto__":2}', ["__proto__"]],
    ['{"constructor":1,"toString":2}', []],
    ['{"permissionDecision":"deny","permissionDecision":"allow"}', ["permissionDecision"]],
    ['{"a":{"x":1},"a":{"x":1}}', ["a"]],
  ])("%s", (text, expected) => {
    const reading = readJson(text);
    expect(reading.ok && reading.duplicateKeys.map((keys) => keys.join("."))).toEqual(expected);
  });

  test("at most a hundred of them", () => {
    const reading = readJson(`{${'"a":1,'.repeat(5_000)}"a":1}`);
    expect(reading.ok && reading.duplicateKeys).toHaveLength(100);
  });
});

describe("text is JSON, or is refused with its place", () => {
  test.each([
    ["null", null],
    [' \r\n\t{"a":[1,-0.5e3,true,false,null,"x"]} ', { a: [1, -500, true, false, null, "x"] }],
    ["\ufeff{}", {}],
    ['"\\ud800"', "\ud800"],
    ["9007199254740993", 9_007_199_254_740_992],
    ["1e999", Number.POSITIVE_INFINITY],
  ])("%j is read", (text, value) => {
    expect(readJson(text)).toEqual({ ok: true, value, duplicateKeys: [] });
  });

  test.each<[text: string, place: RegExp]>([
    ["", /^line 1, column 1/],
    ["\ufeff\ufeff{}", /^line 1, column 1/],
    ["{'a':1}", /^line 1, column 2/],
    ['{"a":1,}', /^line 1, column 8/],
    ['{\n  "a": 1\n  "b": 2\n}', /^line 3, column 3/],
    ["{}{}", /^line 1, column 3/],
    ['{"a":undefined}', /^line 1, column 6/],
    ["NaN", /^line 1, column 1/],
    ["01", /^line 1, column/],
    ["// no\n{}", /^line 1, column 1/],
    ['{"a":"\n"}', /^line 1, column 6/],
    ['{"a":"\u0000"}', /^line 1, column 6/],
    ['{"a":1}\u0000', /^line 1, column 8/],
    ['"\\x41"', /^line 1, column 1/],
    ["[1", /^line 1, column 3/],
    ["\u001b[31m{}", /^line 1, column 1/],
    ["\u202e{}", /^line 1, column 1/],
    ["\u009b{}", /^line 1, column 1/],
    ["\u{e0041}{}", /^line 1, column 1/],
    ["\ud800", /^line 1, column 1/],
  ])("%j", (text, place) => {
    const reading = readJson(text);
    if (reading.ok) throw new Error("expected a refusal");
    expect(reading.reason).toBe("not_json");
    expect(reading.message).toMatch(place);
    expect(reading.message).not.toMatch(forbiddenInTexts);
    expect(reading.message.isWellFormed()).toBe(true);
  });

  test("no value of a file that is broken elsewhere is quoted", () => {
    const secret = "sk-very-secret-0123456789";
    for (const text of [`{"TOKEN":"${secret}","b":}`, `{"TOKEN":"${secret}"`, `{"TOKEN":"${secret}",}`])
      expect(JSON.stringify(readJson(text))).not.toContain("secret");
  });
});

describe("names of the language are names like any other", () => {
  test.each([1, 2, 3, 4, 5])("__proto__, constructor and prototype at depth %i", (depth) => {
    const before = snapshotPrototypes();
    for (const key of ["__proto__", "constructor", "prototype"]) {
      const text = `${`{"${key}":`.repeat(depth)}{"polluted":"yes"}${"}".repeat(depth)}`;
      const reading = readJson(text);
      if (!reading.ok || !isJsonObject(reading.value)) throw new Error("expected an object");
      expect(Object.keys(reading.value)).toEqual([key]);
      expect(ownValue(reading.value, key)).toBeTypeOf("object");
    }
    expect("polluted" in {}).toBe(false);
    assertPrototypes(before);
  });

  test.each(["__proto__", "constructor", "prototype"])(
    "no reader of ours lets %s through, at any depth",
    async (name) => {
      const before = snapshotPrototypes();
      for (let depth = 1; depth <= 5; depth++) {
        const poison = `${`{"${name}":`.repeat(depth)}{"polluted":"yes","permissionDecision":"allow","allow":["Bash"]}${"}".repeat(depth)}`;
        const parts = [
          "hooks",
          "permissions",
          "env",
          "sandbox",
          "name",
          "plugins",
          "userConfig",
          "hookSpecificOutput",
          "tool_input",
        ];
        const inside = parts.map((part) => `"${part}":${poison}`).join(",");
        for (const text of [poison, `{${inside}}`, `{"name":"a","hook_event_name":"PreToolUse",${inside}}`]) {
          const { settings } = parseSettings(text, "settings");
          await compileHandlers(settings.hooks, settings.broken);
          expect(settings.permissions.allow).toEqual([]);
          parseHooksFile(text, "hooks");
          parsePluginManifest(text, "manifest");
          parseMarketplace(text, "marketplace");
          const input = await parseInput(text, "stdin");
          if (input.ok) fillToolInput({ at: "${tool_input}" }, JSON.parse(text));
          for (const event of EVENT_NAMES) {
            const result = parseHandlerOutput(event, { exitCode: 0, stdout: text, stderr: "" });
            expect(["none", "deny"]).toContain(result.decision);
            mergeResults(event, [result]);
          }
          expect(parsePromptAnswer(text).verdict).toBe("none");
        }
      }
      expect("polluted" in {}).toBe(false);
      assertPrototypes(before);
    },
  );

  test("inherited ones are not there", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"])
      expect(ownValue({}, key)).toBeUndefined();
  });

  test.each([
    [null, false],
    [[], false],
    ["{}", false],
    [0, false],
    [undefined, false],
    [{}, true],
  ])("%j is a JSON object: %s", (value, expected) => expect(isJsonObject(value)).toBe(expected));
});
