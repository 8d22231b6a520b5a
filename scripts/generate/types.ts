import { compile, type JSONSchema } from "json-schema-to-typescript";
import { EVENT_NAMES, EVENTS } from "../../packages/kedge/src/protocol/events/index.ts";
import { handlerSchemas } from "../../packages/kedge/src/protocol/handler-config.ts";
import type { JsonSchema } from "../../packages/kedge/src/protocol/schema.ts";

/** TypeScript types of everything on the wire: inputs and outputs by event, and configured handlers by type. */
export async function wireTypes(): Promise<string> {
  const definitions: Record<string, JsonSchema> = {};
  for (const name of EVENT_NAMES) {
    definitions[`${name}Input`] = EVENTS[name].input;
    definitions[`${name}Output`] = EVENTS[name].output;
  }
  for (const [type, schema] of Object.entries(handlerSchemas())) definitions[handlerTypeName(type)] = schema;
  const parts: string[] = [];
  for (const [name, schema] of Object.entries(definitions)) {
    parts.push(
      await compile({ ...schema, title: name } as unknown as JSONSchema, name, {
        bannerComment: "",
        format: true,
        style: { printWidth: 110 },
        unknownAny: true,
      }),
    );
  }
  return [
    "// Generated from the tables of the protocol by `npm run generate`. Do not edit.",
    "",
    ...parts.map((part) => part.trim()),
    byEvent("Input", "What a handler reads, by event."),
    byEvent("Output", "What a handler may answer in JSON, by event."),
    "/** A handler as it stands in a settings file. `timeout` is in seconds. */",
    `export type WireHandler = ${Object.keys(handlerSchemas()).map(handlerTypeName).join(" | ")};`,
    "",
  ].join("\n\n");
}

function byEvent(suffix: string, comment: string): string {
  const lines = EVENT_NAMES.map((name) => `  ${name}: ${name}${suffix};`);
  return `/** ${comment} */\nexport interface ${suffix}ByEvent {\n${lines.join("\n")}\n}`;
}

/** `mcp_tool` becomes `WireMcpToolHandler`: without the prefix it is what reading makes of it. */
function handlerTypeName(type: string): string {
  const words = type.split("_").map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `Wire${words.join("")}Handler`;
}
