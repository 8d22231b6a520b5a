/** Sessions that bring about every event which the host dispatches, and the fields that its handlers get. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { describeEvent, EVENT_NAMES, type HookEventName, type JsonObject } from "../../src/protocol/index.ts";
import { type HostWorld, makeHost } from "../support/host-world.ts";

/** What was recorded of an event: the fields of its own, and the common ones that it had. */
interface RecordedEvent {
  readonly name: string;
  readonly input: Readonly<Record<string, { readonly required: boolean }>>;
  readonly commonFieldsObserved: {
    readonly always: readonly string[];
    readonly sometimes: readonly string[];
  } | null;
}

const recorded = new Map(
  (
    JSON.parse(readFileSync(new URL("../conformance/data/events.json", import.meta.url), "utf8")) as {
      readonly events: readonly RecordedEvent[];
    }
  ).events.map((event) => [event.name, event]),
);

/** Fields that our models do not have, or that a subagent brings wherever the event happens in one. */
const NOT_OURS = ["effort"];
const OF_A_SUBAGENT = ["agent_id", "agent_type"];

/** Fields that only this host gives. */
const OWN: Readonly<Partial<Record<HookEventName, readonly string[]>>> = { StopFailure: ["kedge"] };

/** Events that these sessions do not bring about: docs/agent.md says which of them have no moment in this host. */
const NOT_HERE: readonly HookEventName[] = [
  ...(["UserPromptExpansion", "WorktreeCreate", "WorktreeRemove", "PreCompact", "PostCompact"] as const),
  ...(["Elicitation", "ElicitationResult", "PreModelSwitch", "PostModelSwitch", "TeammateIdle"] as const),
];

const bash = (command: string, id: string) => ({ tool: "Bash", input: { command }, id });

/** A handler for every event, which writes what it gets and lets everything pass. */
function listen(world: HostWorld): void {
  world.settings("user", {
    hooks: Object.fromEntries(
      EVENT_NAMES.map((event) => [
        event,
        [{ ...(event === "FileChanged" ? { matcher: "w.txt" } : {}), hooks: [world.hook(event)] }],
      ]),
    ),
  });
}

/** One session of everything that goes well, and of what must not, and the inputs that handlers got. */
async function runEverything(): Promise<ReadonlyMap<HookEventName, readonly JsonObject[]>> {
  const world = await makeHost({
    replies: [
      bash("mkdir -p sub && cd sub && echo more >>../w.txt", "t1"),
      bash("exit 3", "t2"),
      { tool: "Read", input: { file_path: "../src/a.ts" }, id: "t3" },
      { tool: "TaskCreate", input: { subject: "S", description: "D" }, id: "t4" },
      { tool: "TaskUpdate", input: { taskId: "1", status: "completed" }, id: "t5" },
      { tool: "Agent", input: { prompt: "look" }, id: "t6" },
      { text: "found" },
      { text: "done" },
      bash("touch refused", "t7"),
      { text: "so be it" },
      bash("touch asked", "t8"),
      { text: "so be it" },
      { status: 400 },
    ],
  });
  listen(world);
  world.write("project/CLAUDE.md", "@inc.md");
  world.write("project/inc.md", "included");
  world.write("project/w.txt", "w");
  world.write("project/src/CLAUDE.md", "of src");
  world.write("project/src/a.ts", "a");
  world.write("project/.claude/rules/r.md", "---\npaths: src/**\n---\nrule");
  const asker = { ask: async () => ({ behavior: "deny" as const }) };
  const session = await world.open({
    ...{ setup: "init", permissionMode: "bypassPermissions", asker, isOneShot: false, idleAfterMs: 10 },
  });
  await session.addDirectory(world.home);
  await session.send("go");
  world.settings("local", { env: { CHANGED: "1" } });
  session.permissionMode = "dontAsk";
  await session.send("try");
  session.permissionMode = "default";
  await session.send("ask");
  await session.send("fail");
  const told = () => world.inputs("Notification").map(({ notification_type: type }) => type);
  await vi.waitFor(() => expect(told()).toContain("idle_prompt"), { timeout: 10_000 });
  await session.quiet();
  await session.close();
  return new Map(EVENT_NAMES.map((event) => [event, world.inputs(event)]));
}

describe("the inputs of handlers", () => {
  let all: ReadonlyMap<HookEventName, readonly JsonObject[]> = new Map();
  const inputsOf = (event: HookEventName): readonly JsonObject[] => all.get(event) ?? [];
  beforeAll(async () => {
    all = await runEverything();
  });

  test("all events come that these sessions are made for", () => {
    const missing = EVENT_NAMES.filter((event) => inputsOf(event).length === 0);
    expect(missing.toSorted()).toEqual(NOT_HERE.toSorted());
  });

  test.for(EVENT_NAMES.filter((event) => !NOT_HERE.includes(event)))(
    "%s has the recorded fields, and no others",
    (event) => {
      const inputs = inputsOf(event);
      for (const input of inputs) expect(judge(event, input)).toEqual({ unknown: [], missing: [] });
      expect(inputs.length).toBeGreaterThan(0);
    },
  );

  test("of an event that happens in different ways have what each of them has", () => {
    const loaded = inputsOf("InstructionsLoaded");
    const reasons = ["session_start", "include", "nested_traversal", "path_glob_match"];
    expect(loaded.map(({ load_reason: reason }) => reason)).toEqual(reasons);
    expect(loaded[1]).toHaveProperty("parent_file_path");
    expect(loaded[2]).toHaveProperty("trigger_file_path");
    expect(loaded[3]).toMatchObject({ globs: ["src"] });
    const told = inputsOf("Notification").map(({ notification_type: type }) => type);
    expect(new Set(told)).toEqual(new Set(["permission_prompt", "idle_prompt"]));
    const ofSubagent = inputsOf("SubagentStop");
    expect(ofSubagent).toMatchObject([{ agent_type: "general-purpose", last_assistant_message: "found" }]);
  });
});

test("the page about the agent says of every event whether it is dispatched", () => {
  const page = readFileSync(new URL("../../../../docs/agent.md", import.meta.url), "utf8");
  const rows = page.split("\n").flatMap((line) => /^\| ([\w, ]+) \|/.exec(line)?.[1]?.split(", ") ?? []);
  expect(EVENT_NAMES.filter((event) => !rows.includes(event))).toEqual([]);
});

/** Which fields of an input nobody knows, and which are not there that always were. */
function judge(event: HookEventName, input: JsonObject) {
  const { input: own, commonFieldsObserved: common } = recorded.get(event) ?? fail(event);
  const { properties = {} } = describeEvent(event).input;
  const observed = [...(common?.always ?? []), ...(common?.sometimes ?? [])];
  const known = [...Object.keys(own), ...observed, ...OF_A_SUBAGENT, ...(OWN[event] ?? [])];
  const needed = [
    ...Object.keys(own).filter((field) => own[field]?.required),
    ...(common?.always ?? []).filter((field) => !NOT_OURS.includes(field)),
  ];
  return {
    unknown: Object.keys(input).filter(
      (field) => !known.includes(field) || !Object.hasOwn(properties, field),
    ),
    missing: needed.filter((field) => !Object.hasOwn(input, field)),
  };
}

function fail(event: string): never {
  throw new Error(`nothing is recorded of ${event}`);
}
