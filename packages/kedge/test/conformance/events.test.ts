/** Holds the table of events against the published and recorded description in data/events.json. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  describeEvent,
  EVENT_NAMES,
  type EventDescriptor,
  type HookEventName,
  isHookEventName,
} from "../../src/protocol/index.ts";

interface Description {
  readonly events: readonly DescribedEvent[];
  readonly commonInput: Readonly<Record<string, DescribedField>>;
  readonly universalOutput: { readonly hookSpecificOutput: { readonly acceptedByEvents: readonly string[] } };
}

interface DescribedEvent {
  readonly name: HookEventName;
  readonly cadence: string;
  readonly matcher: {
    readonly field: string;
    readonly values: string[];
    readonly separators: string[];
  } | null;
  readonly handlerTypes: readonly string[];
  readonly defaultTimeoutSeconds: Readonly<Record<string, number>>;
  readonly canBlock: boolean;
  readonly decisionModel: string;
  readonly outputFields: readonly { readonly name: string }[];
  readonly input: Readonly<Record<string, DescribedField>>;
  readonly headless: string;
}

interface DescribedField {
  readonly type: string;
  readonly required: boolean;
}

const description = JSON.parse(
  readFileSync(new URL("data/events.json", import.meta.url), "utf8"),
) as Description;
const described = description.events;

/** Where the table differs from the description, and why. An entry that is no difference any more fails its test. */
const DIFFERENCES = {
  matcherValues: {
    PreToolUse: "names Glob and Grep too: tools of the reference, though not of the recorded version",
    PermissionRequest: "as PreToolUse",
    PermissionDenied: "as PreToolUse",
    PostToolUse: "as PreToolUse",
    PostToolUseFailure: "as PreToolUse",
  },
  required: {
    "PostToolUse.duration_ms": "optional by the reference, though recorded always",
    "PostToolUseFailure.duration_ms": "optional by the reference, though recorded always",
    "PostToolUseFailure.is_interrupt": "optional by the reference, though recorded always",
  },
  specificOutput: {
    PreModelSwitch:
      "published as allow, deny or ask, in fields that nobody has seen: named as for PreToolUse",
  },
  block: {
    PostToolUse: "undoes nothing, so it does not count as blocking; here it is an effect, tells_model",
    PostToolUseFailure: "as PostToolUse",
  },
  commonInput: {
    scratchpad_dir: "in one published description and in no recorded input; kept like any unknown field",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Compares by name and holds the list of differences to what really differs. */
function expectAgreement(kind: keyof typeof DIFFERENCES, rows: readonly [string, unknown, unknown][]): void {
  const differing = rows.filter(([, ours, theirs]) => JSON.stringify(ours) !== JSON.stringify(theirs));
  const allowed: readonly string[] = Object.keys(DIFFERENCES[kind]);
  expect(differing.filter(([name]) => !allowed.includes(name))).toEqual([]);
  expect(differing.map(([name]) => name).toSorted()).toEqual(allowed.toSorted());
}

it("[events.names] knows the 33 events by their exact names, and no other", () => {
  expect(EVENT_NAMES.toSorted()).toEqual(described.map(({ name }) => name).toSorted());
  expect(EVENT_NAMES).toHaveLength(33);
  for (const name of ["stop", "Stop ", "PostToolUseError", "toString", "__proto__"])
    expect(isHookEventName(name)).toBe(false);
});

describe("one event after the other", () => {
  it.each(described)("[events.handler-types] $name: cadence, handler types and time-outs", (event) => {
    const ours = describeEvent(event.name);
    const seconds = Object.entries(ours.timeoutMs).map(([type, ms]) => [type, ms / 1000]);
    expect(ours.cadence).toBe(event.cadence);
    expect(ours.headless).toBe(event.headless);
    expect(ours.handlers).toEqual(event.handlerTypes);
    expect(Object.fromEntries(seconds)).toEqual(event.defaultTimeoutSeconds);
  });

  it.each(described)("[events.matcher-field] $name: the field and the exact set of its matcher", (event) => {
    const { matcher } = describeEvent(event.name);
    const field = matcher?.part === "base_name" ? `${matcher.field} (its base name)` : matcher?.field;
    expect(field).toBe(event.matcher?.field);
    const separators = { wide: ["|", ","], narrow: ["|"] };
    if (matcher) expect(separators[matcher.exactSet]).toEqual(event.matcher?.separators);
  });

  it.each(described)("[events.input-fields] $name: the fields of its input, and their types", (event) => {
    const { inputFields } = describeEvent(event.name);
    // `kedge` holds what our own host adds beside the fields of the wire.
    const ofTheWire = Object.keys(inputFields).filter((field) => field !== "kedge");
    expect(ofTheWire).toEqual(Object.keys(event.input));
    for (const [name, field] of Object.entries(event.input)) {
      const type = inputFields[name]?.schema.type;
      // A field without a type takes any value.
      if (type !== undefined) expect(wireType(type), `${event.name}.${name}`).toBe(plainType(field.type));
    }
  });

  it.each(described)("[events.decision] $name: where its answer stands", (event) => {
    const ours = describeEvent(event.name);
    expect(DECISION_MODELS[ours.decision]).toContain(event.decisionModel);
    const takesText = event.outputFields.some(({ name }) => name.startsWith("stdout"));
    expect(ours.plainStdout !== "ignored").toBe(takesText);
    expect(ours.plainStdout === "path").toBe(event.decisionModel === "path return");
  });
});

it("[events.matcher-field] the known values of matchers, with the differences listed", () => {
  expectAgreement(
    "matcherValues",
    described.map(({ name, matcher }) => [
      name,
      describeEvent(name).matcher?.values.toSorted(),
      matcher?.values.toSorted(),
    ]),
  );
});

it("[events.input-fields] which input fields are always there, with the differences listed", () => {
  const fields = described.flatMap(({ name, input }) =>
    Object.entries(input).map(([field, { required }]): [string, unknown, unknown] => [
      `${name}.${field}`,
      describeEvent(name).inputFields[field]?.isRequired,
      required,
    ]),
  );
  expectAgreement("required", fields);
});

it("[events.input-fields] the fields that every event has, with the difference listed", () => {
  const { properties = {}, required = [] } = describeEvent("Setup").input;
  expectAgreement(
    "commonInput",
    Object.entries(description.commonInput).map(([name, field]) => [
      name,
      { isKnown: Object.hasOwn(properties, name), isRequired: required.includes(name) },
      { isKnown: true, isRequired: field.required },
    ]),
  );
});

it("[events.output-fields] what only one event knows in an answer, with the difference listed", () => {
  expectAgreement(
    "specificOutput",
    described.map((event) => [event.name, specificFields(describeEvent(event.name)), describedFields(event)]),
  );
});

it("[events.output-fields] which events take a hookSpecificOutput at all", () => {
  const taking = EVENT_NAMES.filter((name) => describeEvent(name).specificOutput !== null);
  expect(taking.toSorted()).toEqual(
    description.universalOutput.hookSpecificOutput.acceptedByEvents.toSorted(),
  );
});

it("[events.blocking] which events a handler can block, with the differences listed", () => {
  expectAgreement(
    "block",
    described.map(({ name, canBlock }) => [name, describeEvent(name).block !== "nothing", canBlock]),
  );
});

it("[events.blocking] every gate can block, and onFailure closes nothing that cannot be blocked", () => {
  for (const name of EVENT_NAMES) {
    const { block, isGate, obeysOnFailure, exit2 } = describeEvent(name);
    if (isGate || obeysOnFailure) expect(block, name).not.toBe("nothing");
    if (exit2 !== "ignored") expect(block, name).not.toBe("nothing");
  }
});

/** How the description calls each form. */
const DECISION_MODELS: Readonly<Record<EventDescriptor["decision"], readonly string[]>> = {
  top_level: ["top-level decision"],
  permission: ["permissionDecision"],
  permission_request: ["permission request decision"],
  elicitation: ["elicitation action"],
  retry: ["retry"],
  display: ["display"],
  path: ["path return"],
  exit_code: ["exit code or continue"],
  none: ["none", "context only"],
};

function specificFields(event: EventDescriptor): readonly string[] {
  return Object.keys(event.specificOutput ?? {}).toSorted();
}

/** `hookSpecificOutput.decision.behavior` is a part of the field `decision`. */
function describedFields(event: DescribedEvent): readonly string[] {
  const names = event.outputFields.map(({ name }) => name.split("."));
  const specific = names.filter(([head]) => head === "hookSpecificOutput").map(([, name = "(any)"]) => name);
  return [...new Set(specific)].toSorted();
}

function wireType(type: string | readonly string[]): string {
  return typeof type === "string" ? type : type.join(" | ");
}

/** `string[]`, `PermissionUpdate[]` and `array of {…}` are arrays; `object {name, source}` is an object. */
function plainType(type: string): string {
  if (type.endsWith("[]") || type.startsWith("array")) return "array";
  return type.startsWith("object {") ? "object" : type;
}
