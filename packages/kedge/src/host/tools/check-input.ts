import { describeValue, isJsonObject, type JsonObject } from "../../protocol/index.ts";
import type { ToolDefinition } from "../model/messages.ts";

/**
 * What is wrong with the input of a call, or null. Our own tools describe their inputs with `type`, `enum` and `required` only, so
 * nothing else is looked at; unknown properties are ignored. What else a tool of an MCP server asks for, its server checks.
 */
export function checkInput({ input_schema: schema }: ToolDefinition, input: JsonObject): string | null {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const needed = Array.isArray(schema.required) ? schema.required : [];
  const missing = needed.find((name) => !Object.hasOwn(input, String(name)));
  if (missing !== undefined) return `expected \`${missing}\`, which is missing`;
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(input, name) || !isJsonObject(property)) continue;
    const value = input[name];
    const allowed = Array.isArray(property.enum) ? property.enum : null;
    if (allowed && !allowed.includes(value))
      return `expected \`${name}\` to be one of ${allowed.join(", ")}, got ${describeValue(value)}`;
    if (typeof property.type === "string" && !isOfType(value, property.type))
      return `expected \`${name}\` to be ${articled(property.type)}, got ${describeValue(value)}`;
  }
  return null;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "null") return value === null;
  return typeof value === type;
}

function articled(type: string): string {
  return `${/^[ao]|^in/.test(type) ? "an" : "a"} ${type}`;
}
