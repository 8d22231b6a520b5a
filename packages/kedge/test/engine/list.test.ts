import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Engine, ListedHandler } from "../../src/engine/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import {
  deliver,
  type EnginePlaces,
  makePlaces,
  mark,
  marks,
  SETTINGS_FILES,
  settingsOf,
  trustAll,
} from "../support/engine-places.ts";

/** One row, as people read it. */
const rowOf = ({ source, kind, trust, isActive, why }: ListedHandler): readonly unknown[] => [
  source,
  kind,
  trust,
  isActive,
  why,
];

const rows = async (engine: Engine): Promise<readonly (readonly unknown[])[]> =>
  (await engine.list()).map(rowOf);

const OWN = "the user configured it";
const UNTRUSTED = "the project brought it, and nobody has trusted it";

/** Places with a handler in every kind of source that files and options can give. */
function everySource(keys: Partial<Record<keyof typeof SETTINGS_FILES, JsonObject>> = {}): EnginePlaces {
  const places = makePlaces();
  for (const name of Object.keys(SETTINGS_FILES) as (keyof typeof SETTINGS_FILES)[])
    places.write(SETTINGS_FILES[name], settingsOf(name, keys[name]));
  places.write("managed/managed-settings.d/a.json", settingsOf("drop-in"));
  places.write("plug/hooks/hooks.json", settingsOf("plugin"));
  return places;
}

function open(places: EnginePlaces, trust: "store" | "project" = "store"): Promise<Engine> {
  return places.engine({
    trust,
    flagSettings: [places.at(SETTINGS_FILES.flag)],
    pluginDirs: [places.at("plug")],
    functions: [{ event: "Stop", name: "of the program", call: () => undefined }],
  });
}

describe("every source in configured order", () => {
  const projectRows = (trust: string, isActive: boolean, why: string) => [
    [".claude/settings.local.json", "local", trust, isActive, why],
    [".claude/settings.json", "project", trust, isActive, why],
  ];
  const before = (flag: string) => [
    ["managed-settings.json", "managed", "managed", true, OWN],
    ["managed-settings.d/a.json", "managed", "managed", true, OWN],
    [flag, "flag", "trusted", true, OWN],
  ];
  const after = [
    ["~/.claude/settings.json", "user", "trusted", true, OWN],
    ["plugin plug@inline", "plugin", "trusted", true, OWN],
    ["functions", "memory", "trusted", true, OWN],
  ];

  it("with what the project brings waiting for trust", async () => {
    const places = everySource();
    expect((await rows(await open(places))).map(withoutWhyOfManaged)).toEqual(
      [...before(places.at("flag.json")), ...projectRows("untrusted", false, UNTRUSTED), ...after].map(
        withoutWhyOfManaged,
      ),
    );
  });

  it("with a project that was trusted, and one that changed since", async () => {
    const places = everySource();
    const script = places.write("project/a.sh", `#!/bin/sh\n${mark("script")}\n`);
    chmodSync(script, 0o755);
    places.write(SETTINGS_FILES.project, {
      hooks: { Stop: [{ hooks: [{ type: "command", command: "./a.sh" }] }] },
    });
    const engine = await open(places);
    await trustAll(engine);
    const trusted = projectRows("trusted", true, "trusted as it is now");
    expect((await rows(engine)).filter(isOfProject)).toEqual(trusted);
    places.write("project/a.sh", "echo other\n");
    expect((await rows(engine)).filter(isOfProject)).toEqual([
      trusted[0],
      [".claude/settings.json", "project", "modified", false, "it was trusted, but a.sh changed since"],
    ]);
    await engine.trust.revoke();
    expect((await rows(engine)).filter(isOfProject)).toEqual(projectRows("untrusted", false, UNTRUSTED));
  });

  it("with a handler that took the place of a trusted one", async () => {
    const places = everySource();
    const engine = await open(places);
    await trustAll(engine);
    places.write(SETTINGS_FILES.project, settingsOf("swapped"));
    const [, project] = (await rows(engine)).filter(isOfProject);
    expect(project?.slice(1)).toEqual(["project", "modified", false, "it was trusted, but it changed since"]);
  });

  it("with a project that is trusted whole", async () => {
    const found = (await rows(await open(everySource(), "project"))).filter(isOfProject);
    const why = "everything of the project is trusted (--trust-project)";
    expect(found).toEqual(projectRows("trusted", true, why));
  });

  const isOfProject = ([, kind]: readonly unknown[]): boolean => kind === "local" || kind === "project";
  /** Why managed handlers are trusted is not for the user to decide, whatever the words. */
  const withoutWhyOfManaged = (row: readonly unknown[]): readonly unknown[] =>
    row[1] === "managed" ? row.slice(0, 4) : row;
});

it("does not say of a managed handler that the user configured it", async () => {
  const [first] = await (await open(everySource())).list();
  expect(first).toMatchObject({ kind: "managed", isActive: true });
  expect(first?.why).not.toContain("the user configured it");
});

describe("what is switched off", () => {
  it("says which switch of which file stops a handler, and what is left", async () => {
    const listed = await (await open(everySource({ user: { disableAllHooks: true } }))).list();
    const active = listed.filter(({ isActive }) => isActive).map(({ kind }) => kind);
    expect(active).toEqual(["managed", "managed"]);
    const why = "switched off by disableAllHooks (~/.claude/settings.json)";
    expect(listed.filter(({ kind }) => kind !== "managed").every((each) => each.why === why)).toBe(true);
  });

  it("says that only managed hooks may run", async () => {
    const listed = await (await open(everySource({ managed: { allowManagedHooksOnly: true } }))).list();
    const off = listed.filter(({ isActive }) => !isActive).map(({ kind, why }) => [kind, why]);
    const why = "switched off by allowManagedHooksOnly (managed settings)";
    expect(off).toEqual(["local", "project", "user", "plugin"].map((kind) => [kind, why]));
  });

  it("lists a handler that cannot be used, although its source is switched off", async () => {
    const places = everySource({ managed: { allowManagedHooksOnly: true } });
    places.write(SETTINGS_FILES.user, { hooks: { Stop: [{ hooks: [{ type: "command" }] }] } });
    const listed = await (await open(places)).list();
    expect(listed.filter(({ kind }) => kind === "user").map(({ what }) => what)).toEqual(["broken"]);
  });
});

describe("one row", () => {
  it("says where a handler stands, for which event and matcher, and what it is", async () => {
    const places = makePlaces();
    const handlers = [
      { type: "command", command: "npx", args: ["eslint", "."] },
      { type: "http", url: "https://example.com/hook" },
      { type: "prompt", prompt: "Is it\u001b[31m safe?\u202e" },
      { type: "mcp_tool", server: "s", tool: "t" },
      { type: "agent", prompt: "look" },
    ];
    places.write(SETTINGS_FILES.user, { hooks: { PreToolUse: [{ matcher: "Bash", hooks: handlers }] } });
    const listed = await (await places.engine()).list();
    expect(listed.map(({ what }) => what)).toEqual([
      "command: npx eslint .",
      "http: https://example.com/hook",
      "prompt: Is it\\u{1b}[31m safe?\\u{202e}",
      "mcp_tool: s t",
      "agent: look",
    ]);
    expect(listed[4]).toMatchObject({
      event: "PreToolUse",
      matcher: "Bash",
      file: "~/.claude/settings.json",
      path: "hooks.PreToolUse[0].hooks[4]",
    });
  });

  it("lists what cannot be used last, with what was expected", async () => {
    const places = makePlaces();
    const hooks = {
      PreToolUse: [{ matcher: "(", hooks: [{ type: "command", command: "true" }] }],
      ...marks("fine"),
      Notification: [{ hooks: [{ type: "telegram" }] }],
    };
    places.write(SETTINGS_FILES.user, { hooks });
    const listed = await (await places.engine()).list();
    expect(listed.map(({ event, what, isActive }) => [event, what, isActive])).toEqual([
      ["Stop", `command: ${mark("fine")}`, true],
      ["Notification", "broken", false],
      ["PreToolUse", "broken", false],
    ]);
    expect(listed[1]?.why).toMatch(/^cannot be used: expected .*, got "telegram"$/);
  });

  it("agrees with what runs", async () => {
    const places = everySource({ user: {} });
    const engine = await open(places);
    const active = (await engine.list()).filter(({ isActive }) => isActive).map(({ source }) => source);
    const { trace } = await deliver(engine);
    expect(trace.runs.map(({ source }) => source)).toEqual(active);
  });
});
