import { expect, test } from "vitest";
import { isSchema } from "../../../src/host/mcp/schema-shape.ts";

test.for([
  [true, {}],
  [true, true],
  [true, { type: "object", properties: { a: { type: ["string", "null"] } }, required: ["a"] }],
  [true, { type: "array", items: { anyOf: [{ type: "integer", minimum: 0 }, { const: null }] } }],
  [true, { $defs: { a: { type: "string", pattern: "^a+$" } }, properties: { a: { $ref: "#/$defs/a" } } }],
  [true, { "x-anything": 5, default: { type: 5 } }],
  [false, null],
  [false, "object"],
  [false, { type: "strnig" }],
  [false, { type: "any" }],
  [false, { properties: [] }],
  [false, { properties: { a: "string" } }],
  [false, { properties: { a: { type: "number", exclusiveMinimum: true } } }],
  [false, { properties: { a: { type: "string", required: true } } }],
  [false, { items: [{ type: "string" }] }],
  [false, { enum: "a" }],
  [false, { anyOf: [] }],
  [false, { $ref: "https://example.com/schema" }],
  [false, { pattern: "(" }],
  [false, { minLength: -1 }],
] as const)("%s: %j", ([expected, schema]) => {
  expect(isSchema(schema)).toBe(expected);
});
