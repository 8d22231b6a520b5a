import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { isHookError } from "../../src/engine/index.ts";
import {
  deliver,
  type EnginePlaces,
  makePlaces,
  mark,
  runMarks,
  SETTINGS_FILES,
  settingsOf,
} from "../support/engine-places.ts";

/** Places with a handler in each settings file, named for it. */
function everyLayer(): EnginePlaces {
  const places = makePlaces();
  for (const [name, file] of Object.entries(SETTINGS_FILES)) places.write(file, settingsOf(name));
  return places;
}

const inAll = (places: EnginePlaces) =>
  ({ trust: "project", flagSettings: [places.at(SETTINGS_FILES.flag)] }) as const;

/** The code with which making an engine fails. */
async function refusalOf(places: EnginePlaces, flag: string): Promise<string> {
  const reason: unknown = await places.engine({ flagSettings: [flag] }).catch((error: unknown) => error);
  return isHookError(reason) ? `${reason.code}: ${reason.message}` : String(reason);
}

describe("settings of all layers", () => {
  it("adds up hooks in configured order: managed, flag, local, project, user, plugin, memory", async () => {
    const places = everyLayer();
    places.write("plug/hooks/hooks.json", settingsOf("plugin"));
    const called: string[] = [];
    const call = () => void called.push("memory");
    const engine = await places.engine({
      ...inAll(places),
      pluginDirs: [places.at("plug")],
      functions: [{ event: "Stop", name: "f", call }],
    });
    const { trace } = await deliver(engine);
    const order = ["managed", "flag", "local", "project", "user", "plugin", "memory"];
    expect(trace.runs.map(({ kind }) => kind)).toEqual(order);
    expect(places.takeMarks().concat(called).sort()).toEqual(order.toSorted());
  });

  it("reads the managed file first, and then its drop-ins in the order of their names", async () => {
    const places = makePlaces();
    places.write("managed/managed-settings.json", settingsOf("file"));
    for (const name of ["20-b", "10-a", "9-c"])
      places.write(`managed/managed-settings.d/${name}.json`, settingsOf(name));
    places.write("managed/managed-settings.d/.hidden.json", settingsOf("hidden"));
    places.write("managed/managed-settings.d/notes.txt", settingsOf("notes"));
    places.write("managed/managed-settings.d/30-old.json~", settingsOf("old"));
    expect(await runMarks(await places.engine(), places)).toEqual(["file", "10-a", "20-b", "9-c"]);
  });

  it("lets a later drop-in win single values over the managed file", async () => {
    const places = makePlaces();
    const env = (WHO: string) => ({ env: { WHO } });
    places.write("managed/managed-settings.json", { ...env("file"), disableAllHooks: true });
    places.write("managed/managed-settings.d/1.json", { ...env("first"), disableAllHooks: true });
    places.write("managed/managed-settings.d/2.json", { ...env("second"), disableAllHooks: false });
    places.write(SETTINGS_FILES.user, settingsOf("on"));
    const engine = await places.engine();
    expect((await engine.state()).configuration.env).toEqual({ WHO: "second" });
    expect(await runMarks(engine, places)).toEqual(["on"]);
  });

  it("reads drop-ins without a managed file", async () => {
    const places = makePlaces();
    places.write("managed/managed-settings.d/a.json", settingsOf("a"));
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["a"]);
    expect((await engine.list()).map(({ source, trust }) => [source, trust])).toEqual([
      ["managed-settings.d/a.json", "managed"],
    ]);
  });

  it.each([
    { settingSources: [], left: ["managed", "flag"] },
    { settingSources: ["user"], left: ["managed", "flag", "user"] },
    { settingSources: ["project"], left: ["managed", "flag", "project"] },
    { settingSources: ["local", "user"], left: ["managed", "flag", "local", "user"] },
  ] as const)("leaves out files that settingSources $settingSources does not name", async (row) => {
    const places = everyLayer();
    const { settingSources, left } = row;
    const engine = await places.engine({ ...inAll(places), settingSources });
    expect(await runMarks(engine, places)).toEqual(left);
  });

  it("reads only the .claude of the start folder, not of its parents and not of the git root", async () => {
    const places = makePlaces();
    places.write("project/.claude/settings.json", settingsOf("root"));
    mkdirSync(places.at("project/.git"));
    places.write("project/packages/one/.claude/settings.json", settingsOf("start"));
    const projectDir = places.at("project/packages/one");
    const engine = await places.engine({ projectDir, trust: "project" });
    expect(await runMarks(engine, places)).toEqual(["start"]);
  });

  it("runs the user's hooks when the session starts in the home folder", async () => {
    const places = makePlaces();
    places.write("home/.claude/settings.json", settingsOf("user"));
    expect(await runMarks(await places.engine({ projectDir: places.home }), places)).toEqual(["user"]);
  });
});

describe("settings given by flag", () => {
  it("takes files, relative ones from the start folder, and JSON text", async () => {
    const places = makePlaces();
    places.write("project/ci.json", settingsOf("relative"));
    const absolute = places.write("ci.json", settingsOf("absolute"));
    const text = ` ${JSON.stringify(settingsOf("text"))}`;
    const engine = await places.engine({ flagSettings: ["ci.json", absolute, text] });
    expect(await runMarks(engine, places)).toEqual(["relative", "absolute", "text"]);
  });

  it("refuses a file that is missing and text that is no JSON, and says which", async () => {
    const places = makePlaces();
    const missing = places.at("nowhere.json");
    expect(await refusalOf(places, missing)).toMatch(/^SETTINGS_MISSING: .*nowhere\.json does not exist$/);
    expect(await refusalOf(places, "nowhere.json")).toContain(places.at("project/nowhere.json"));
    expect(await refusalOf(places, '{"hooks": ')).toMatch(/^SETTINGS_NOT_USABLE: expected JSON/);
  });

  it("reports a file that is no JSON, and goes on without it", async () => {
    const places = everyLayer();
    places.write(SETTINGS_FILES.flag, "{ no json");
    const engine = await places.engine(inAll(places));
    expect(await runMarks(engine, places)).toEqual(["managed", "local", "project", "user"]);
    const { problems } = await engine.state();
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ["unreadable", places.at(SETTINGS_FILES.flag)],
    ]);
  });
});

describe("files that are not as expected", () => {
  /** Each takes the place of a settings file. */
  const obstacles: Readonly<Record<string, (file: string) => void>> = {
    pipe: (file) => void execFileSync("mkfifo", [file]),
    folder: (file) => mkdirSync(file),
    "link to a device": (file) => symlinkSync("/dev/zero", file),
    "link to itself": (file) => symlinkSync(file, file),
  };
  const layers = Object.entries(SETTINGS_FILES);
  const rows = Object.keys(obstacles).flatMap((what) =>
    layers.filter(([layer]) => layer !== "managed").map(([layer, file]) => ({ what, layer, file })),
  );

  /** A policy that cannot be read is not an empty one. */
  async function refusesManaged(change: (file: string, places: ReturnType<typeof everyLayer>) => void) {
    const places = everyLayer();
    rmSync(places.at(SETTINGS_FILES.managed));
    change(places.at(SETTINGS_FILES.managed), places);
    const error: unknown = await places.engine(inAll(places)).catch((reason: unknown) => reason);
    expect(isHookError(error) && error.code).toBe("SETTINGS_NOT_USABLE");
    expect(error).toMatchObject({ message: expect.stringContaining("managed-settings.json") });
  }

  it.each(Object.keys(obstacles))("starts nothing with a %s in place of the managed file", async (what) => {
    await refusesManaged((file) => obstacles[what]?.(file));
  });

  it.each(["disableAllHooks", "allowManagedHooksOnly", "allowedHttpHookUrls", "httpHookAllowedEnvVars"])(
    "starts nothing when %s of managed settings has a value of the wrong type",
    async (key) => {
      await refusesManaged((_, places) => places.write(SETTINGS_FILES.managed, { [key]: "yes" }));
    },
  );

  it.each([
    { disableBypassPermissionsMode: true },
    { deny: "Bash(rm *)" },
    { deny: ["Bash(rm *)", "(rm *)"] },
    { additionalDirectories: "/" },
    [["Bash(rm *)"]],
  ])("starts nothing with %j as managed permissions", async (permissions) => {
    await refusesManaged((_, places) => places.write(SETTINGS_FILES.managed, { permissions }));
  });

  it("starts nothing while nobody can look into the folder of managed drop-ins", async () => {
    const places = makePlaces();
    symlinkSync("managed-settings.d", places.at("managed/managed-settings.d"));
    const refusal = { code: "SETTINGS_NOT_USABLE", message: expect.stringMatching(/ELOOP/) };
    await expect(places.engine()).rejects.toMatchObject(refusal);
    rmSync(places.at("managed/managed-settings.d"));
    places.write("managed/managed-settings.d", "no folder");
    const engine = await places.engine();
    rmSync(places.at("managed/managed-settings.d"));
    symlinkSync("managed-settings.d", places.at("managed/managed-settings.d"));
    await expect(engine.state()).rejects.toMatchObject(refusal);
  });

  it.each(rows)("reports a $what in place of the $layer file, and keeps the rest", async (row) => {
    const { what, layer, file } = row;
    const places = everyLayer();
    rmSync(places.at(file));
    obstacles[what]?.(places.at(file));
    const engine = await places.engine(inAll(places));
    expect(await runMarks(engine, places)).toEqual(
      layers.map(([name]) => name).filter((name) => name !== layer),
    );
    const { problems } = await engine.state();
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([["unreadable", "error"]]);
  });

  it("follows a link to a settings file, and a .claude that is one", async () => {
    const places = makePlaces();
    const real = places.write("dotfiles/settings.json", settingsOf("linked"));
    mkdirSync(places.at("home/.claude"));
    symlinkSync(real, places.at(SETTINGS_FILES.user));
    places.write("elsewhere/settings.json", settingsOf("folder"));
    symlinkSync(places.at("elsewhere"), places.at("project/.claude"));
    expect(await runMarks(await places.engine({ trust: "project" }), places)).toEqual(["folder", "linked"]);
  });

  it("accepts a byte order mark", async () => {
    const places = makePlaces();
    places.write(SETTINGS_FILES.user, `\uFEFF${JSON.stringify(settingsOf("bom"))}`);
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["bom"]);
    expect((await engine.state()).problems).toEqual([]);
  });

  const texts = ["", "null", "[]", '{"hooks": {},}', "{} {}", '{"hooks": // none\n{}}', "\0\0"];
  it.each(texts)("starts nothing with %j as the managed file", async (text) => {
    await refusesManaged((_, places) => places.write(SETTINGS_FILES.managed, text));
  });

  it.each(texts)("loses the hooks of a file with %j, and of no other", async (text) => {
    for (const [layer, file] of layers.filter(([name]) => name !== "managed")) {
      const places = everyLayer();
      places.write(file, text);
      const engine = await places.engine(inAll(places));
      expect(await runMarks(engine, places)).toEqual(
        layers.map(([name]) => name).filter((name) => name !== layer),
      );
      expect((await engine.state()).problems.map(({ code }) => code)).toEqual(["unreadable"]);
    }
  });

  it("keeps hooks, env and rules beside a handler that cannot be used, and lists it", async () => {
    const places = makePlaces();
    const broken = [{ hooks: [{ type: "command" }, { type: "command", command: mark("kept") }] }];
    places.write(SETTINGS_FILES.user, { hooks: { Stop: broken }, env: { A: "1" } });
    const engine = await places.engine();
    expect(await runMarks(engine, places)).toEqual(["kept"]);
    expect((await engine.state()).configuration.env).toEqual({ A: "1" });
    const listed = (await engine.list()).map(({ what, path, isActive }) => [what, path, isActive]);
    expect(listed).toContainEqual(["broken", "hooks.Stop[0].hooks[0]", false]);
  });

  it("takes a folder in the way of .claude for none", async () => {
    const places = everyLayer();
    renameSync(dirname(places.at(SETTINGS_FILES.user)), places.at("away"));
    places.write("home/.claude", "a file");
    const engine = await places.engine(inAll(places));
    expect(await runMarks(engine, places)).toEqual(["managed", "flag", "local", "project"]);
  });
});

it("gives a single value to the strongest layer that has it", async () => {
  const places = makePlaces();
  const layers = Object.entries(SETTINGS_FILES);
  for (const [index, [name, file]] of layers.entries()) {
    // Each layer sets its own variable and those of all that are weaker.
    const env = Object.fromEntries(layers.slice(index).map(([weaker]) => [weaker.toUpperCase(), name]));
    places.write(file, { env, hooks: {} });
  }
  const engine = await places.engine(inAll(places));
  const names = layers.map(([name]) => name.toUpperCase());
  expect((await engine.state()).configuration.env).toEqual(
    Object.fromEntries(names.map((name) => [name, "managed"])),
  );
});
