import {
  describeEvent,
  EVENT_NAMES,
  type HookEventName,
} from "../../packages/kedge/src/protocol/events/index.ts";
import { blockMeaning, stopMeaning } from "../../packages/kedge/src/protocol/meaning.ts";
import type { Fields, JsonSchema } from "../../packages/kedge/src/protocol/schema.ts";

/** docs/events.md: one section an event, from the table alone. */
export function eventsPage(): string {
  return [
    "# Hook events",
    "",
    "<!-- Generated from the tables of the protocol by `npm run generate`. Do not edit. -->",
    "",
    `The ${EVENT_NAMES.length} hook events of the protocol, as Kedge understands them. \`kedge protocol events NAME\` prints the same at the`,
    "prompt. JSON Schemas of every input and output are in the package under `schemas/`.",
    "",
    "| event | when | matches | blocks |",
    "| --- | --- | --- | --- |",
    ...EVENT_NAMES.map(row),
    "",
    ...EVENT_NAMES.flatMap(section),
  ].join("\n");
}

function row(name: HookEventName): string {
  const event = describeEvent(name);
  return `| [${name}](#${name.toLowerCase()}) | ${event.summary} | ${event.matcher ? `\`${event.matcher.field}\`` : "–"} | ${
    event.block === "nothing" ? "–" : blockMeaning(event.block)
  } |`;
}

function section(name: HookEventName): string[] {
  const event = describeEvent(name);
  const timeouts = event.handlers
    .map((type) => `${type} ${(event.timeoutMs[type] ?? 0) / 1000} s`)
    .join(", ");
  const matcher = event.matcher;
  const values =
    matcher && matcher.values.length > 0
      ? `: ${matcher.values.map((value) => `\`${value}\``).join(", ")}`
      : "";
  return [
    `## ${name}`,
    "",
    event.summary,
    "",
    `- **Handlers:** ${timeouts} unless \`timeout\` says otherwise`,
    `- **Matcher:** ${matcher ? `${matcher.part === "base_name" ? "base name of " : ""}\`${matcher.field}\`${values}` : "ignored"}`,
    ...(event.judgesIf ? [] : ["- **`if`:** never judged here; a handler that has one does not run"]),
    `- **Exit 2:** ${exit2(name)}`,
    `- **\`continue: false\`:** ${stopMeaning(event.stop)}`,
    `- **Plain stdout:** ${{ context: "context for the model, on exit 0", path: "its last line is the path", ignored: "ignored" }[event.plainStdout]}`,
    `- **\`onFailure: "block"\`:** ${event.obeysOnFailure ? "obeyed" : "without effect"}`,
    ...(event.headless === "unknown" ? ["- **Headless:** never observed"] : []),
    ...(event.notes === "" ? [] : ["", event.notes]),
    "",
    ...fieldTable("input", event.inputFields),
    ...(event.specificOutput ? fieldTable("`hookSpecificOutput`", event.specificOutput) : []),
  ];
}

function exit2(name: HookEventName): string {
  const event = describeEvent(name);
  if (event.exit2 === "ignored") return "ignored";
  const meaning = blockMeaning(event.block);
  return event.exit2 === "any_failure" ? `${meaning}, as with any code but 0` : meaning;
}

function fieldTable(title: string, fields: Fields): string[] {
  const rows = Object.entries(fields).map(
    ([field, { schema, isRequired }]) =>
      `| \`${field}\`${isRequired ? "" : "?"} | ${typeName(schema)} | ${description(schema)} |`,
  );
  return rows.length === 0 ? [] : [`| ${title} | type | meaning |`, "| --- | --- | --- |", ...rows, ""];
}

function typeName(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  return typeof schema.type === "string" ? schema.type : "any";
}

function description(schema: JsonSchema): string {
  const known =
    schema.examples && schema.examples.length > 0
      ? ` Known: ${schema.examples.map((each) => `\`${String(each)}\``).join(", ")}.`
      : "";
  return `${schema.description ?? ""}${known}`;
}
