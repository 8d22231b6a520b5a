import { cleanForModel, isJsonObject, type JsonObject, mcpNamePart } from "../../protocol/index.ts";
import type { ToolDefinition } from "../model/messages.ts";
import { isSchema } from "./schema-shape.ts";

/** A tool as its server describes it; everything in it is the server's word. */
export interface ServerTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: JsonObject;
}

export type DefinitionReading =
  | { readonly ok: true; readonly definition: ToolDefinition }
  /** One clause. */
  | { readonly ok: false; readonly why: string };

/** Characters of a description, as in the real agent. */
const MAX_DESCRIPTION = 2_048;

/** Characters of a text inside of a schema. */
const MAX_SCHEMA_TEXT = 1_024;

/** Characters of a whole schema, as JSON. */
const MAX_SCHEMA = 32_768;

const MAX_DEPTH = 32;

/** What the API takes for a tool and for a property. With one that it does not take, every request of the session would fail. */
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** Keys that the API does not take at the top of a schema. What they would say, the server says itself when it is called. */
const NOT_AT_TOP: ReadonlySet<string> = new Set(["oneOf", "anyOf", "allOf", "$schema", "$id"]);

/** The name under which the model calls a tool. @source recorded names of Claude Code 2.1.329 */
export function toolName(server: string, tool: string): string {
  return `mcp__${mcpNamePart(server)}__${mcpNamePart(tool)}`;
}

/**
 * A tool of a server as the model gets it: texts cleaned and bounded (D8), the schema as the API takes it. What does not fit is left
 * out whole: a tool that is described by halves would be called wrongly.
 */
export function readDefinition(server: string, tool: ServerTool): DefinitionReading {
  const name = toolName(server, tool.name);
  if (tool.name === "" || !TOOL_NAME.test(name)) return { ok: false, why: "its name is too long, or empty" };
  const size = JSON.stringify(tool.inputSchema).length;
  if (size > MAX_SCHEMA)
    return { ok: false, why: `its schema has ${size} characters, at most ${MAX_SCHEMA} are taken` };
  const schema = cleanSchema(tool.inputSchema, MAX_DEPTH);
  if (!isJsonObject(schema))
    return { ok: false, why: `its schema is nested deeper than ${MAX_DEPTH} levels` };
  const { properties = {} } = schema;
  if (!isSchema(schema) || !isJsonObject(properties))
    return { ok: false, why: "its schema is none that the API takes" };
  const odd = Object.keys(properties).find((key) => !PROPERTY_NAME.test(key));
  if (odd !== undefined)
    return { ok: false, why: "a property of its schema has a name that the API does not take" };
  const top = Object.fromEntries(Object.entries(schema).filter(([key]) => !NOT_AT_TOP.has(key)));
  return {
    ok: true,
    definition: {
      name,
      description: cut(cleanForModel(tool.description ?? ""), MAX_DESCRIPTION) || name,
      input_schema: { ...top, type: "object", properties },
    },
  };
}

/** The same value with every text in it clean; null where it is too deep. Keys as well: models read them. */
function cleanSchema(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cut(cleanForModel(value), MAX_SCHEMA_TEXT);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((each) => cleanSchema(each, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [cleanForModel(key), cleanSchema(each, depth - 1)]),
  );
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`.toWellFormed();
}
