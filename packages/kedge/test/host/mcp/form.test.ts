import { expect, test } from "vitest";
import { readForm, whatIsWrongWith } from "../../../src/host/mcp/form.ts";

const form = (field: object) => ({ properties: { a: field as never }, required: [] });

test("what a server proposes is shown whole, or not proposed", () => {
  expect(readForm(form({ type: "string", default: "short" }))).toMatchObject([{ standard: "short" }]);
  const [field] = readForm(form({ type: "string", default: "x".repeat(100_000) })) ?? [];
  expect(field).toMatchObject({ name: "a", kind: "text" });
  expect(field).not.toHaveProperty("standard");
});

test("a field with more choices than anybody reads is none that can be filled in", () => {
  const choices = (count: number) =>
    form({ type: "string", enum: Array.from({ length: count }, (_, at) => `c${at}`) });
  expect(readForm(choices(300))).toHaveLength(1);
  expect(readForm(choices(301))).toBeNull();
  expect(whatIsWrongWith({ a: "c1" }, choices(301))).toContain("none that can be filled in");
});
