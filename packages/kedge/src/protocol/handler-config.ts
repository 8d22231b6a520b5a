import { HANDLER_TYPES, type HandlerType } from "./descriptor.ts";
import {
  type Fields,
  flag,
  type JsonSchema,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  required,
  text,
} from "./schema.ts";

/** Seconds that a time-out may be; more is clamped, less cannot be kept. */
export const TIMEOUT_RANGE_SECONDS = { min: 0.01, max: 3_600 } as const;

/** Fields that every handler may have. `timeout` is in seconds here, and nowhere else inside Kedge. */
const commonFields: Fields = {
  if: optional(text("One permission rule, such as `Bash(git push *)`; judged on tool events only.")),
  timeout: optional({ ...number("Seconds, fractions allowed."), exclusiveMinimum: 0 }),
  statusMessage: optional(text("What a spinner shows meanwhile.")),
  once: optional(flag("From skill frontmatter: run once, then removed.")),
  onFailure: optional(
    oneOf("What a handler that fails means: `block` closes the gate.", ["continue", "block"]),
  ),
};

const ownFields: Readonly<Record<HandlerType, Fields>> = {
  command: {
    command: required(text("Text for the shell, or with `args` the program.")),
    args: optional(list("Its presence, even empty, starts the program without a shell.", { type: "string" })),
    shell: optional(oneOf("Ignored with `args`.", ["bash", "powershell"])),
    async: optional(flag("Runs in the background and decides nothing.")),
    asyncRewake: optional(flag("Runs in the background; exit 2 wakes the session.")),
    rewakeMessage: optional(text("What the model is told on a wake.")),
    rewakeSummary: optional(text("The line shown in the transcript on a wake.")),
  },
  http: {
    url: required(text("Where the input is posted; http or https.")),
    headers: optional({
      ...record("Headers; `$NAME` and `${NAME}` stand for allowed variables."),
      additionalProperties: { type: "string" },
    }),
    allowedEnvVars: optional(
      list("Names of variables that headers may use; others are empty.", { type: "string" }),
    ),
  },
  mcp_tool: {
    server: required(text("The MCP server; of a plugin `plugin:<plugin>:<server>`.")),
    tool: required(text("Its tool.")),
    input: optional(record("Input of the tool; `${path.into.input}` in strings is replaced.")),
  },
  prompt: {
    prompt: required(text("The question; `$ARGUMENTS` stands for the input.")),
    model: optional(text("The model; by default a small one.")),
    continueOnBlock: optional(flag("A refusal gives the model its reason in place of ending the turn.")),
  },
  agent: {
    prompt: required(text("The task; `$ARGUMENTS` stands for the input.")),
    model: optional(text("The model; by default the session's.")),
  },
};

/** JSON Schema of each handler type. Unknown fields are allowed and ignored. */
export function handlerSchemas(): Readonly<Record<HandlerType, JsonSchema>> {
  const entries = HANDLER_TYPES.map((type) => [
    type,
    object(`A ${type} handler.`, {
      type: required({ type: "string", const: type, description: "How the handler is delivered to." }),
      ...ownFields[type],
      ...commonFields,
    }),
  ]);
  return Object.fromEntries(entries) as Record<HandlerType, JsonSchema>;
}
