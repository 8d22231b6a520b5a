import { lstatSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Engine, EngineState } from "../../src/engine/index.ts";
import { readPlugins } from "../../src/engine/plugin-sources.ts";
import { withoutDescriptors } from "../support/descriptors.ts";
import { makePlaces, runMarks, SETTINGS_FILES, settingsOf } from "../support/engine-places.ts";
import { testWith } from "../support/requires.ts";

/** A file that is there, and whose reading fails with EIO. */
const BAD_DISK = "/proc/self/mem";

/** Puts what cannot be read in place of a file, at one moment; the answer puts the file back. */
function breakDisk(file: string): () => void {
  renameSync(file, `${file}.good`);
  symlinkSync(BAD_DISK, file);
  return () => renameSync(`${file}.good`, file);
}

/** What an engine has read once nothing is too fresh to be kept. */
async function stateOfOld(engine: Engine, file: string): Promise<EngineState> {
  while (Date.now() - lstatSync(file).ctimeMs < 100) await sleep(10);
  return engine.state();
}

for (const place of ["flag", "local", "project", "user"] as const) {
  it(`what the ${place} settings said counts while they cannot be read, and no longer`, async () => {
    const places = makePlaces();
    const file = places.write(SETTINGS_FILES[place], settingsOf("before"));
    const flagSettings = place === "flag" ? [file] : [];
    const engine = await places.engine({ trust: "project", flagSettings });
    const mend = breakDisk(file);
    for (let round = 0; round < 2; round++) expect(await runMarks(engine, places)).toEqual(["before"]);
    const state = await stateOfOld(engine, file);
    expect(state.problems).toMatchObject([{ code: "unreadable", came: expect.stringMatching(/^EIO/) }]);
    expect(state.fingerprint).toBeNull();
    mend();
    places.write(SETTINGS_FILES[place], settingsOf("after"));
    expect(await runMarks(engine, places)).toEqual(["after"]);
    expect((await engine.state()).problems).toEqual([]);
  });
}

it("settings that go while they cannot be read are gone", async () => {
  const places = makePlaces();
  const file = places.write(SETTINGS_FILES.user, settingsOf("before"));
  const engine = await places.engine();
  breakDisk(file);
  expect(await runMarks(engine, places)).toEqual(["before"]);
  rmSync(file);
  expect(await runMarks(engine, places)).toEqual([]);
});

it("settings that could not be read when the engine began are looked at again", async () => {
  const places = makePlaces();
  const file = places.write(SETTINGS_FILES.user, settingsOf("first"));
  const mend = breakDisk(file);
  const engine = await places.engine();
  expect((await stateOfOld(engine, file)).fingerprint).toBeNull();
  mend();
  expect(await runMarks(engine, places)).toEqual(["first"]);
});

it("a change that was refused stays refused when its file could not be read for a while", async () => {
  const places = makePlaces();
  const file = places.write(SETTINGS_FILES.user, settingsOf("before"));
  let asked = 0;
  const onConfigChange = async () => {
    asked++;
    return "kept" as const;
  };
  const engine = await places.engine({ onConfigChange });
  places.write(SETTINGS_FILES.user, settingsOf("refused"));
  expect(await runMarks(engine, places)).toEqual(["before"]);
  const mend = breakDisk(file);
  expect(await runMarks(engine, places)).toEqual(["before"]);
  mend();
  expect(await runMarks(engine, places)).toEqual(["before"]);
  expect(asked).toBe(1);
});

it("installed plugins are where they were while their list cannot be read", async () => {
  const places = makePlaces();
  places.write("cache/mine/hooks/hooks.json", settingsOf("plugin"));
  const plugins = { "mine@mk": [{ scope: "user", installPath: places.at("cache/mine"), version: "1.0.0" }] };
  const list = places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
  places.write(SETTINGS_FILES.user, { enabledPlugins: { "mine@mk": true } });
  const engine = await places.engine();
  const mend = breakDisk(list);
  expect(await runMarks(engine, places)).toEqual(["plugin"]);
  expect(await engine.findings()).toMatchObject([{ place: list, message: expect.stringMatching(/EIO/) }]);
  mend();
  expect(await runMarks(engine, places)).toEqual(["plugin"]);
  expect(await engine.findings()).toEqual([]);
});

it("handlers that the user switched off run while the list of them cannot be read, and no longer", async () => {
  const places = makePlaces();
  places.write(SETTINGS_FILES.user, settingsOf("off"));
  const engine = await places.engine();
  const { disabled, inventory } = await engine.state();
  await disabled.disable(inventory.entries.map((entry) => ({ entry, source: inventory.sourceOf(entry) })));
  expect(await runMarks(engine, places)).toEqual([]);
  const list = places.at("state/disabled.json");
  const mend = breakDisk(list);
  expect(await runMarks(engine, places)).toEqual(["off"]);
  expect((await stateOfOld(engine, list)).fingerprint).toBeNull();
  mend();
  expect(await runMarks(engine, places)).toEqual([]);
});

testWith(
  { needs: ["prlimit"] },
  "a plugin that cannot be read says what it said before, and why",
  async () => {
    const places = makePlaces();
    places.write("one/hooks/hooks.json", settingsOf("one"));
    places.write("two/.claude-plugin/plugin.json", { name: "two", hooks: settingsOf("two").hooks });
    const folders = ["one", "two"].map((name) => ({
      ...{ root: places.at(name), marketplace: "inline", isFromProject: false, isForced: false },
    }));
    const surroundings = { userDir: places.home, pluginConfigs: {}, former: [] };
    const { sources: former } = await readPlugins(folders, surroundings);
    const again = { ...surroundings, former };
    const { sources } = await withoutDescriptors(() => readPlugins(folders, again));
    expect(sources.map(({ entries }) => entries)).toEqual(former.map(({ entries }) => entries));
    expect(sources.map(({ isUnread }) => isUnread)).toEqual([true, true]);
    expect(sources.flatMap(({ problems }) => problems)).toMatchObject([
      { file: "one/hooks/hooks.json", came: expect.stringMatching(/^EMFILE/) },
      { file: ".claude-plugin/plugin.json" },
    ]);
    expect(await readPlugins(folders, again)).toMatchObject({
      sources: [{ problems: [] }, { problems: [] }],
    });
    // Where they said nothing before, none takes the place of another.
    const first = await withoutDescriptors(() => readPlugins(folders, surroundings));
    expect(first.sources.map(({ isUnread, entries }) => [isUnread, entries.length])).toEqual([
      [true, 0],
      [true, 0],
    ]);
  },
);
