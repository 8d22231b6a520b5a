import { EVENT_NAMES, EVENTS } from "../../packages/kedge/src/protocol/events/index.ts";
import { handlerSchemas } from "../../packages/kedge/src/protocol/handler-config.ts";

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** The JSON Schemas that the package ships, by file name. */
export function publishedSchemas(): ReadonlyMap<string, unknown> {
  const files = new Map<string, unknown>();
  for (const name of EVENT_NAMES) {
    files.set(`${name}.input.schema.json`, {
      $schema: dialect,
      title: `${name} input`,
      ...EVENTS[name].input,
    });
    files.set(`${name}.output.schema.json`, {
      $schema: dialect,
      title: `${name} output`,
      ...EVENTS[name].output,
    });
  }
  files.set("hooks.schema.json", hooksSchema());
  return files;
}

/** The `hooks` map as it stands in settings files, hooks.json and manifests. */
function hooksSchema(): unknown {
  const groups = {
    type: "array",
    items: {
      type: "object",
      description: "A matcher with its handlers.",
      properties: {
        matcher: {
          type: "string",
          description: "Exact names separated by |, or a regular expression; absent matches all.",
        },
        hooks: { type: "array", items: { $ref: "#/$defs/handler" } },
      },
      required: ["hooks"],
    },
  };
  return {
    $schema: dialect,
    title: "Hooks",
    description: "Handlers by hook event, as in a settings file or a plugin's hooks/hooks.json.",
    type: "object",
    properties: {
      description: { type: "string" },
      hooks: {
        type: "object",
        properties: Object.fromEntries(
          EVENT_NAMES.map((name) => [name, { description: EVENTS[name].summary, $ref: "#/$defs/groups" }]),
        ),
        additionalProperties: false,
      },
    },
    $defs: {
      groups,
      handler: { oneOf: Object.keys(handlerSchemas()).map((type) => ({ $ref: `#/$defs/${type}` })) },
      ...handlerSchemas(),
    },
  };
}
