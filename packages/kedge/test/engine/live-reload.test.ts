import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import { type JsonObject, parseSettings } from "../../src/protocol/index.ts";
import { deliver, type EnginePlaces, makePlaces, SETTINGS_FILES } from "../support/engine-places.ts";
import { say } from "../support/fuzz.ts";
import { quote, startWriter } from "../support/outside-writer.ts";
import { createRandom, fuzzSeed, type Random } from "../support/random.ts";
import { inFull } from "../support/requires.ts";

afterEach(() => void vi.restoreAllMocks());

const ROUNDS = inFull({ normal: 50, full: 500 });

/** Settings with one command that does nothing but have a name. Names have one length, so that files have one size. */
const named = (name: string): JsonObject => ({
  hooks: { Stop: [{ hooks: [{ type: "command", command: `: ${name}` }] }] },
});

/** The commands that a dispatch ran. */
async function namesOf(engine: Engine): Promise<string[]> {
  const { trace } = await deliver(engine);
  return trace.runs.map(({ what }) => what.replace("command: : ", ""));
}

/** The files that are edited, by name: in each, a file of hooks in its own form. */
const FILES: Readonly<Record<string, string>> = {
  ...SETTINGS_FILES,
  "drop-in": "managed/managed-settings.d/a.json",
  plugin: "plug/hooks/hooks.json",
  manifest: "plug/.claude-plugin/plugin.json",
  "file of a manifest": "plug/more.json",
  "installed plugin": "cache/mine/hooks/hooks.json",
};

/** Text of a file with one handler, in the form that its place wants. */
function textOf(place: string, name: string): string {
  if (place !== "manifest") return JSON.stringify(named(name));
  return JSON.stringify({ name: "plug", hooks: named(name).hooks });
}

interface Edited {
  readonly places: EnginePlaces;
  readonly engine: Engine;
  readonly file: string;
}

/** Everything that the edited files need around them, and an engine that has looked at it all. */
async function setUp(place: string, isJudged = false): Promise<Edited> {
  const places = makePlaces();
  // Never runs, but is there: an engine with processes to start looks at files each time.
  const hooks = { PreToolUse: [{ matcher: "Never", hooks: [{ type: "command", command: ":" }] }] };
  places.write("base/hooks/hooks.json", { hooks });
  for (const path of Object.values(FILES)) mkdirSync(dirname(places.at(path)), { recursive: true });
  places.write(SETTINGS_FILES.flag, {});
  if (place === "file of a manifest")
    places.write("plug/.claude-plugin/plugin.json", { name: "plug", hooks: "./more.json" });
  if (place === "installed plugin") {
    const plugins = {
      "mine@mk": [{ scope: "user", installPath: places.at("cache/mine"), version: "1.0.0" }],
    };
    places.write("home/.claude/plugins/installed_plugins.json", { version: 2, plugins });
    places.write(SETTINGS_FILES.user, { enabledPlugins: { "mine@mk": true } });
  }
  const engine = await places.engine({
    trust: "project",
    flagSettings: [places.at(SETTINGS_FILES.flag)],
    pluginDirs: [places.at("base"), places.at("plug")],
    ...(isJudged ? { onConfigChange: async () => "applied" as const } : {}),
  });
  return { places, engine, file: places.at(FILES[place] ?? "") };
}

/** One edit as a line of shell, and the names that are in force after it. */
interface Edit {
  readonly line: string;
  readonly names: readonly string[];
}

type MakeEdit = (file: string, text: (name: string) => string, name: string) => Edit;

const EDITS: Readonly<Record<string, MakeEdit>> = {
  "writes in place": (file, text, name) => ({
    line: `if [ -L ${file} ]; then rm ${file}; fi; printf %s ${quote(text(name))} > ${file}`,
    names: [name],
  }),
  "writes in place and puts the time back": (file, text, name) => ({
    line: `if [ -L ${file} ]; then rm ${file}; fi; printf %s ${quote(text(name))} > ${file}; touch -d 2001-01-01 ${file}`,
    names: [name],
  }),
  "renames a new file over it": (file, text, name) => ({
    line: `printf %s ${quote(text(name))} > ${file}.new && mv -f ${file}.new ${file}`,
    names: [name],
  }),
  "deletes it": (file) => ({ line: `rm -f ${file}`, names: [] }),
  "deletes it and makes it again": (file, text, name) => ({
    line: `rm -f ${file} && printf %s ${quote(text(name))} > ${file}`,
    names: [name],
  }),
  "empties it": (file) => ({
    line: `if [ -L ${file} ]; then rm ${file}; fi; : > ${file}`,
    names: [],
  }),
  "swaps a link to a file that did not change": (file, _, name) => {
    const target = Number(name.slice(1)) % 2 === 0 ? "linkA" : "linkB";
    return {
      line: `ln -s "$(dirname ${file})/${target}" ${file}.lnk && mv -f ${file}.lnk ${file}`,
      names: [target],
    };
  },
};

/** Waits until the engine keeps what it read, because the files are older than the steps of their clock. */
async function settle(engine: Engine): Promise<void> {
  while ((await engine.state()).fingerprint === null) await sleep(5);
}

/** Edits one file round after round, and says which edits were not seen. */
async function follow(place: string, random: Random): Promise<string[]> {
  await using writer = startWriter();
  // That somebody is asked about a change makes nothing of it come late.
  const { places, engine, file } = await setUp(place, random.chance(0.5));
  const missed: string[] = [];
  const text = (name: string): string => textOf(place, name);
  for (const link of ["linkA", "linkB"]) places.write(`${dirname(FILES[place] ?? "")}/${link}`, text(link));
  const isFlag = place === "flag";
  const isManaged = place === "managed" || place === "drop-in";
  for (let round = 0; round < ROUNDS; round++) {
    const kind = random.pick(Object.keys(EDITS));
    // A file given by flag has to be there.
    if (isFlag && kind === "deletes it") continue;
    // An empty managed file is no policy but a broken one, and other empty settings may be ones that are being saved.
    if ((isManaged || place in SETTINGS_FILES) && kind === "empties it") continue;
    if (random.chance(0.5)) await settle(engine);
    const { line, names } = EDITS[kind]?.(quote(file), text, `r${String(round).padStart(4, "0")}`) ?? fail();
    await writer.run(line);
    const seen = await namesOf(engine);
    if (seen.join() !== names.join())
      missed.push(
        `${place}, round ${round}, ${kind}: expected ${names.join() || "none"}, ran ${seen.join() || "none"}`,
      );
  }
  await engine.close();
  return missed;
}

function fail(): never {
  throw new Error("no such edit");
}

/** Puts a link in place of a file at one moment. */
function turnLink(file: string, target: string): void {
  symlinkSync(target, `${file}.lnk`);
  renameSync(`${file}.lnk`, file);
}

describe("an edit by another process is seen before handlers of the next event run", () => {
  it(`each of ${Object.keys(FILES).length} kinds of files, ${ROUNDS} times`, async () => {
    const all = Object.keys(FILES).map((place, at) => follow(place, createRandom(fuzzSeed + at)));
    const missed = (await Promise.all(all)).flat();
    say(`live reload: ${missed.length} of ${all.length * ROUNDS} edits missed, seed ${fuzzSeed}`);
    expect(missed).toEqual([]);
  }, 300_000);

  it(`while other events are under way, ${ROUNDS} times`, async () => {
    await using writer = startWriter();
    const { engine, file } = await setUp("user");
    let isOver = false;
    const busy = Array.from({ length: 3 }, async () => {
      while (!isOver) await deliver(engine, "PreToolUse", { tool_name: "Bash" }).then(() => setImmediate());
    });
    const missed: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const name = `r${String(round).padStart(4, "0")}`;
      const isThere = round % 2 === 0;
      await writer.run(
        isThere ? `printf %s ${quote(JSON.stringify(named(name)))} > ${quote(file)}` : `rm ${quote(file)}`,
      );
      const seen = await namesOf(engine);
      if (seen.join() !== (isThere ? name : "")) missed.push(`round ${round}: ran ${seen.join() || "none"}`);
    }
    isOver = true;
    await Promise.all(busy);
    say(`live reload while others are under way: ${missed.length} of ${ROUNDS} missed`);
    expect(missed).toEqual([]);
  }, 120_000);

  it("when it comes while files are being read, at any moment", async () => {
    const { places, engine, file } = await setUp("user");
    const [one, two] = [places.write("one", named("one")), places.write("two", named("two"))];
    const changes: readonly (readonly [() => void, string])[] = [
      [() => writeFileSync(file, JSON.stringify(named("new"))), "new"],
      [() => rmSync(file), ""],
      [() => renameSync(places.write("next", named("nxt")), file), "nxt"],
      [() => turnLink(file, two), "two"],
    ];
    for (let moments = 0; moments < 25; moments++) {
      for (const [change, expected] of changes) {
        rmSync(file, { force: true });
        if (moments % 2 === 0) symlinkSync(one, file);
        else writeFileSync(file, JSON.stringify(named("old")));
        const reading = engine.state();
        for (let moment = 0; moment < moments; moment++) await setImmediate();
        change();
        await reading;
        expect(await namesOf(engine), `after ${moments} turns`).toEqual(expected === "" ? [] : [expected]);
      }
    }
  });

  it("when it comes while files are being read, and their file system is behind in time", async () => {
    const { places, engine, file } = await setUp("user");
    const realNow = Date.now;
    vi.spyOn(Date, "now").mockImplementation(() => realNow() + 60_000);
    let isInTime = true;
    for (let moments = 0; isInTime; moments += 2) {
      writeFileSync(file, JSON.stringify(named("old")));
      const next = places.write("next", named("new"));
      let isRead = false;
      const reading = engine.state().then(() => {
        isRead = true;
      });
      for (let moment = 0; moment < moments && !isRead; moment++) await setImmediate();
      isInTime = !isRead;
      renameSync(next, file);
      await reading;
      expect(await namesOf(engine), `after ${moments} turns`).toEqual(["new"]);
    }
  });

  it("when there was no handler at all before", async () => {
    for (let round = 0; round < 5; round++) {
      const places = makePlaces();
      const engine = await places.engine();
      expect(await namesOf(engine)).toEqual([]);
      places.write(SETTINGS_FILES.user, named("first"));
      expect(await namesOf(engine)).toEqual(["first"]);
      await engine.close();
    }
  });

  it("when only functions were called before, within a tenth of a second", async () => {
    const places = makePlaces();
    const engine = await places.engine({ functions: [{ event: "Stop", name: "f", call: () => undefined }] });
    await deliver(engine);
    places.write(SETTINGS_FILES.user, named("first"));
    const wroteAt = performance.now();
    let names: string[] = [];
    while (!names.includes("first") && performance.now() - wroteAt < 5_000) names = await namesOf(engine);
    expect(names).toContain("first");
  });
});

describe("what else changes", () => {
  it("a whole .claude that is swapped, and one that appears", async () => {
    const { places, engine } = await setUp("user");
    places.write("new/settings.json", named("swapped"));
    await using writer = startWriter();
    await writer.run(`mv ${quote(places.at("project/.claude"))} ${quote(places.at("away"))}`);
    expect(await namesOf(engine)).toEqual([]);
    await writer.run(`mv ${quote(places.at("new"))} ${quote(places.at("project/.claude"))}`);
    expect(await namesOf(engine)).toEqual(["swapped"]);
  });

  it("drop-ins that appear where there was no folder for them", async () => {
    const places = makePlaces();
    places.write(SETTINGS_FILES.user, named("user."));
    const engine = await places.engine();
    expect(await namesOf(engine)).toEqual(["user."]);
    places.write("managed/managed-settings.d/b.json", named("drop2"));
    expect(await namesOf(engine)).toEqual(["drop2", "user."]);
    places.write("managed/managed-settings.d/a.json", named("drop1"));
    expect(await namesOf(engine)).toEqual(["drop1", "drop2", "user."]);
  });

  it("a source that is added and taken away for a time counts at the next event", async () => {
    const { engine } = await setUp("user");
    const { settings } = parseSettings(JSON.stringify(named("skill")), "SKILL.md");
    const source = {
      kind: "skill",
      name: "skill",
      file: "",
      isFromProject: false,
      broken: [],
      problems: [],
    } as const;
    for (let round = 0; round < 5; round++) {
      const remove = engine.addSource({ ...source, entries: settings.hooks });
      expect(await namesOf(engine)).toEqual(["skill"]);
      remove();
      expect(await namesOf(engine)).toEqual([]);
    }
  });

  it("a file given by flag that goes: every event says so until it is back", async () => {
    const { places, engine, file } = await setUp("flag");
    rmSync(file);
    for (let round = 0; round < 2; round++)
      await expect(namesOf(engine)).rejects.toMatchObject({ code: "SETTINGS_MISSING" });
    engine.addSource({
      kind: "skill",
      name: "x",
      file: "",
      isFromProject: false,
      entries: [],
      broken: [],
      problems: [],
    })();
    places.write(SETTINGS_FILES.flag, named("again"));
    expect(await namesOf(engine)).toEqual(["again"]);
  });
});

describe("a settings file that is saved in place", () => {
  it("counts as it was while it is empty or half written, and as it is once it is whole", async () => {
    const { engine, file } = await setUp("user", true);
    writeFileSync(file, JSON.stringify(named("before")));
    await settle(engine);
    for (const part of ["", '{"hooks": {"Stop"']) {
      writeFileSync(file, part);
      expect(await namesOf(engine)).toEqual(["before"]);
      expect((await engine.state()).problems).toEqual([]);
    }
    writeFileSync(file, JSON.stringify(named("after.")));
    expect(await namesOf(engine)).toEqual(["after."]);
  });

  it("is broken when nobody writes it whole, though a change of it was refused before", async () => {
    const { places, engine, file } = await setUp("user");
    await engine.close();
    let verdict: "applied" | "kept" = "kept";
    writeFileSync(file, JSON.stringify(named("before")));
    const judged = await places.engine({ onConfigChange: async () => verdict });
    writeFileSync(file, JSON.stringify(named("refuse")));
    expect(await namesOf(judged)).toEqual(["before"]);
    verdict = "applied";
    writeFileSync(file, "{");
    expect(await namesOf(judged)).toEqual(["before"]);
    while ((await namesOf(judged)).length > 0) await sleep(50);
    expect((await judged.state()).problems).toMatchObject([{ code: "unreadable" }]);
    await settle(judged);
    writeFileSync(file, JSON.stringify(named("mended")));
    expect(await namesOf(judged)).toEqual(["mended"]);
  });
});
