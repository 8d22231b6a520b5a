import {
  blockMeaning,
  describeEvent,
  EVENT_NAMES,
  type EventDescriptor,
  explainEndings,
  type Fields,
  type HookEventName,
  type JsonSchema,
  stopMeaning,
} from "../../protocol/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { readEventName } from "../event-name.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";
import { endingRows } from "./ending-rows.ts";

/** `kedge protocol events [NAME]`: the table of events, or everything about one. */
export function showEvents(
  name: string | undefined,
  options: { json?: boolean },
  { terminal }: Context,
): number {
  if (name === undefined) {
    if (options.json) terminal.out(JSON.stringify(EVENT_NAMES.map(summary), null, 2));
    else terminal.out(eventTable(terminal));
    return EXIT.ok;
  }
  const event = readEventName(name);
  if (options.json) terminal.out(JSON.stringify(details(event), null, 2));
  else terminal.out(eventPage(event, terminal));
  return EXIT.ok;
}

function summary(name: HookEventName): object {
  const { cadence, summary: when, matcher, handlers, block } = describeEvent(name);
  return { name, cadence, summary: when, matches: matcher?.field ?? null, handlers, block };
}

function details(name: HookEventName): object {
  const { inputFields: _input, specificOutput: _output, ...event } = describeEvent(name);
  const endings = explainEndings(name).map(({ ending, status, meaning }) => ({ ending, status, meaning }));
  return { ...event, endings };
}

function eventTable({ style, width }: Terminal): string {
  const rows: Row[] = EVENT_NAMES.map((name) => {
    const event = describeEvent(name);
    const blocks = event.block === "nothing" ? style.faint("–") : style.caution("blocks");
    return [style.strong(name), blocks, event.matcher?.field ?? style.faint("–"), event.summary];
  });
  const heading: Row = ["EVENT", "BLOCK", "MATCHES", "WHEN"].map(style.faint);
  const hint = style.faint("`kedge protocol events NAME` shows one of them.");
  return `${layOut([heading, ...rows], { width, indent: "" })}\n\n${hint}`;
}

function eventPage(name: HookEventName, terminal: Terminal): string {
  const { style, width } = terminal;
  const event = describeEvent(name);
  const sections = [
    `${style.strong(name)}  ${event.summary}`,
    layOut(factRows(event), { width }),
    section("Input, besides what every event has", fieldRows(event.inputFields, terminal), terminal),
    event.specificOutput
      ? section("Answer in hookSpecificOutput", fieldRows(event.specificOutput, terminal), terminal)
      : "",
    section("What the ending of a handler means", endingRows(name, terminal), terminal),
  ];
  return sections.filter((each) => each !== "").join("\n\n");
}

function section(title: string, rows: readonly Row[], { style, width }: Terminal): string {
  return rows.length === 0 ? "" : `${style.strong(title)}\n${layOut(rows, { width })}`;
}

function factRows(event: EventDescriptor): Row[] {
  const { matcher } = event;
  const values = matcher && matcher.values.length > 0 ? `: ${matcher.values.join(", ")}` : "";
  const base = matcher?.part === "base_name" ? "base name of " : "";
  return [
    [
      "handlers",
      event.handlers.map((type) => `${type} (${(event.timeoutMs[type] ?? 0) / 1000} s)`).join(", "),
    ],
    ["matcher", matcher ? `${base}${matcher.field}${values}` : "ignored"],
    ["if", event.judgesIf ? "judged" : "never judged; a handler that has one does not run"],
    ["block", event.block === "nothing" ? "not possible" : blockMeaning(event.block)],
    ["continue: false", stopMeaning(event.stop)],
    ["onFailure: block", event.obeysOnFailure ? "obeyed" : "without effect"],
    ...(event.headless === "unknown" ? [["headless", "never observed"]] : []),
    ...(event.notes === "" ? [] : [["notes", event.notes]]),
  ];
}

function fieldRows(fields: Fields, { style }: Terminal): Row[] {
  return Object.entries(fields).map(([name, { schema, isRequired }]) => [
    isRequired ? name : `${name}${style.faint("?")}`,
    style.faint(typeName(schema)),
    schema.description ?? "",
  ]);
}

function typeName(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.join(" | ");
  return Array.isArray(schema.type) ? schema.type.join(" | ") : String(schema.type ?? "any");
}
