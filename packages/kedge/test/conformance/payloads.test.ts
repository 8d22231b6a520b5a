/** Holds the reading of inputs against recorded ones: what 29 events of Claude Code 2.1.329 put on the wire. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeEvent, type HookEventName, isHookEventName, parseInput } from "../../src/protocol/index.ts";

type Payload = Readonly<Record<string, unknown>>;

interface RecordedEvent {
  readonly alwaysPresent: readonly string[];
  readonly sometimesPresent: readonly string[];
  readonly keysInOrder: readonly string[];
  readonly example: Payload;
  readonly moreExamples: Readonly<Record<string, Payload>>;
}

const { events } = JSON.parse(readFileSync(new URL("data/payloads.json", import.meta.url), "utf8")) as {
  events: Readonly<Record<string, RecordedEvent>>;
};

const recorded = Object.entries(events).map(([name, event]) => {
  if (!isHookEventName(name)) throw new Error(`${name} is no hook event`);
  return { name, event };
});

const examples = recorded.flatMap(({ name, event }) =>
  Object.entries({ example: event.example, ...event.moreExamples }).map(
    ([variant, payload]) => [`${name}, ${variant}`, name, withNumbers(payload)] as const,
  ),
);

describe("[events.recorded-inputs] every recorded input is read without a problem", () => {
  it.each(examples)("%s", async (_title, name, payload) => {
    const reading = await parseInput(JSON.stringify(payload), "stdin");
    expect(reading.problems).toEqual([]);
    expect(reading).toMatchObject({ ok: true, event: name });
  });
});

describe("[events.unknown-fields] nothing of an input is lost, fields that nobody knows included", () => {
  it.each(examples)("%s", async (_title, _name, payload) => {
    const sent = { ...payload, added_later: { deep: [1, null] } };
    const reading = await parseInput(JSON.stringify(sent), "stdin");
    expect(reading.ok && reading.input).toEqual(sent);
    expect(reading.problems).toEqual([]);
  });
});

describe("[events.recorded-inputs] the keys of recorded inputs are those of the table", () => {
  it.each(recorded)("$name", ({ name, event }) => {
    const { properties = {}, required = [] } = describeEvent(name).input;
    const sent = [...event.alwaysPresent, ...event.sometimesPresent];
    expect(sent.filter((key) => !Object.hasOwn(properties, key))).toEqual([]);
    // A field that was once missing cannot be required. Recorded always is no promise: such a field may be optional.
    expect(required.filter((key) => !event.alwaysPresent.includes(key))).toEqual([]);
    expect(event.keysInOrder.filter((key) => !sent.includes(key))).toEqual([]);
  });
});

describe("what an input may be besides", () => {
  const stopFailure = payloadOf("StopFailure");

  it("[D13.aliases] error_type and error_message are read as error and error_details", async () => {
    const { error, ...rest } = stopFailure;
    const aliased = { ...rest, error_type: error, error_message: "429 Too Many Requests" };
    const reading = await parseInput(JSON.stringify(aliased), "stdin");
    expect(reading.problems).toEqual([]);
    expect(reading.ok && reading.input).toMatchObject({ error, error_details: "429 Too Many Requests" });
  });

  it("[D13.aliases] a field under its own name is not replaced by its alias", async () => {
    const both = { ...stopFailure, error: "rate_limit", error_type: "server_error" };
    const reading = await parseInput(JSON.stringify(both), "stdin");
    expect(reading.ok && reading.input).toMatchObject({ error: "rate_limit", error_type: "server_error" });
  });

  it("[D13.aliases] elsewhere error_type is a field that nobody knows", async () => {
    const reading = await parseInput(JSON.stringify({ ...payloadOf("Stop"), error_type: "x" }), "stdin");
    expect(reading.ok && Object.hasOwn(reading.input, "error")).toBe(false);
  });

  it.each([
    ["StopFailure", "error", "quantum_decoherence"],
    ["Stop", "permission_mode", "yolo"],
    ["SessionStart", "source", "teleport"],
    ["PreToolUse", "tool_name", "Telescope"],
  ] as const)("[events.open-values] %s: a new value of %s is no problem", async (name, field, value) => {
    const reading = await parseInput(JSON.stringify({ ...payloadOf(name), [field]: value }), "stdin");
    expect(reading).toMatchObject({ ok: true, input: { [field]: value }, problems: [] });
  });

  it("[events.incomplete-input] a missing field or a wrong type is a warning; the event is read all the same", async () => {
    const { session_id: _id, ...rest } = payloadOf("Stop");
    const reading = await parseInput(JSON.stringify({ ...rest, stop_hook_active: "yes" }), "stdin");
    expect(reading.ok).toBe(true);
    const told = reading.problems.map(({ severity, code, path }) => [severity, code, path].join(" "));
    expect(told.toSorted()).toEqual(["warning missing session_id", "warning wrong_type stop_hook_active"]);
  });

  it.each([
    ["no JSON", "{'hook_event_name': 'Stop'}"],
    ["an array", "[]"],
    ["no event", "{}"],
    ["a name in the wrong case", '{"hook_event_name":"stop"}'],
    ["a name that every object has", '{"hook_event_name":"constructor"}'],
    ["nested deeper than 200 levels", `${'{"a":'.repeat(300)}1${"}".repeat(300)}`],
  ])("[events.incomplete-input] %s is refused with a sentence", async (_what, text) => {
    const reading = await parseInput(text, "stdin");
    expect(reading.ok).toBe(false);
    expect(reading.problems).toMatchObject([{ severity: "error", code: "unreadable", file: "stdin" }]);
  });
});

/** Times and costs are recorded as `<num>`, because they change from run to run; on the wire they are numbers. */
function withNumbers(payload: Payload): Payload {
  return JSON.parse(JSON.stringify(payload).replaceAll('"<num>"', "12.5")) as Payload;
}

function payloadOf(name: HookEventName): Payload {
  const event = events[name];
  if (!event) throw new Error(`no recorded input of ${name}`);
  return withNumbers(event.example);
}
