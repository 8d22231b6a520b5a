import { describe, expect, it } from "vitest";
import { checkInput } from "../../../src/host/tools/check-input.ts";
import { editTool } from "../../../src/host/tools/edit.ts";
import { boundResult } from "../../../src/host/tools/tool.ts";

const definition = {
  name: "Tool",
  description: "",
  input_schema: {
    type: "object",
    properties: {
      text: { type: "string" },
      count: { type: "number" },
      flag: { type: "boolean" },
      list: { type: "array" },
      object: { type: "object" },
      mode: { type: "string", enum: ["a", "b"] },
      free: {},
    },
    required: ["text"],
  },
} as const;

describe("an input is", () => {
  it.each([
    [{ text: "" }],
    [{ text: "x", count: 0, flag: false, list: [], object: {}, mode: "b", free: null }],
    [{ text: "x", unknown: 1, more: {} }],
  ])("taken: %j", (input) => {
    expect(checkInput(definition, input)).toBeNull();
  });

  it.each([
    [{}, "expected `text`, which is missing"],
    [{ text: 1 }, "expected `text` to be a string, got 1"],
    [{ text: null }, "expected `text` to be a string, got null"],
    [{ text: "x", count: "1" }, 'expected `count` to be a number, got "1"'],
    [{ text: "x", flag: "true" }, 'expected `flag` to be a boolean, got "true"'],
    [{ text: "x", mode: "c" }, 'expected `mode` to be one of a, b, got "c"'],
    [{ text: "x", mode: 1 }, "expected `mode` to be one of a, b, got 1"],
  ])("refused: %j, %s", (input, problem) => {
    expect(checkInput(definition, input)).toBe(problem);
  });

  it.each([[{ list: {} }], [{ list: "x" }], [{ object: [] }], [{ object: null }]])("refused: %j", (wrong) => {
    expect(checkInput(definition, { text: "x", ...wrong })).toMatch(/^expected `(list|object)` to be a/);
  });

  it("asked for its own fields only", () => {
    const needs = { ...definition, input_schema: { type: "object", required: ["toString"] } } as const;
    expect(checkInput(needs, {})).toBe("expected `toString`, which is missing");
  });
});

it("an edit that changes nothing is refused", () => {
  const problem = "expected `new_string` to differ from `old_string`";
  expect(editTool.check?.({ old_string: "a", new_string: "a" })).toBe(problem);
  expect(editTool.check?.({ old_string: "a", new_string: "b" })).toBeNull();
});

describe("a result", () => {
  it("is given whole up to 30,000 characters", () => {
    expect(boundResult("x".repeat(30_000))).toBe("x".repeat(30_000));
  });

  it("keeps its beginning and its end beyond that", () => {
    const text = boundResult(`begin${"x".repeat(40_000)}end`);
    expect(text).toMatch(/^beginx+\n… 10008 characters are left out here …\nx+end$/);
    expect(text.length).toBeLessThan(30_100);
  });

  it("has no half characters", () => {
    expect(boundResult("😀".repeat(20_001).slice(1)).isWellFormed()).toBe(true);
  });
});
