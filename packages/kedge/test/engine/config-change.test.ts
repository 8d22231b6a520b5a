/** What becomes of settings files that somebody changes while the engine runs, when somebody is asked about it. */
import { renameSync, rmSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChangeJudge, ChangeVerdict, ConfigChange, Engine } from "../../src/engine/index.ts";
import {
  type EnginePlaces,
  makePlaces,
  runMarks,
  SETTINGS_FILES,
  settingsOf,
} from "../support/engine-places.ts";

interface World {
  readonly places: EnginePlaces;
  readonly engine: Engine;
  /** What was asked, in order. */
  readonly asked: readonly ConfigChange[];
  /** What is answered from now on. */
  answer: ChangeVerdict;
  write(source: keyof typeof SETTINGS_FILES, name: string): void;
  /** Names of the handlers that the next event runs. */
  run(): Promise<string[]>;
}

async function makeWorld(files: Partial<Record<keyof typeof SETTINGS_FILES, string>>): Promise<World> {
  const places = makePlaces();
  for (const [source, name] of Object.entries(files))
    places.write(SETTINGS_FILES[source as keyof typeof SETTINGS_FILES], settingsOf(name));
  const asked: ConfigChange[] = [];
  const onConfigChange: ChangeJudge = async (change) => {
    asked.push(change);
    return world.answer;
  };
  const engine = await places.engine({ trust: "project", onConfigChange });
  const world: World = {
    ...{ places, engine, asked, answer: "applied" },
    write: (source, name) => void places.write(SETTINGS_FILES[source], settingsOf(name)),
    run: () => runMarks(engine, places),
  };
  return world;
}

describe("a changed settings file", () => {
  it.each([
    ["user", "user_settings"],
    ["project", "project_settings"],
    ["local", "local_settings"],
    ["managed", "policy_settings"],
  ] as const)("of %s is asked about once, before it counts", async (file, source) => {
    const world = await makeWorld({ [file]: "former" });
    world.write(file, "later");
    expect(await world.run()).toEqual(["later"]);
    expect(await world.run()).toEqual(["later"]);
    expect(world.asked).toEqual([{ source, file: world.places.at(SETTINGS_FILES[file]) }]);
  });

  it("counts as one that is new or gone, too", async () => {
    const world = await makeWorld({});
    world.write("user", "made");
    expect(await world.run()).toEqual(["made"]);
    rmSync(world.places.at(SETTINGS_FILES.user));
    expect(await world.run()).toEqual([]);
    expect(world.asked).toHaveLength(2);
  });

  it("stays out of force when it is refused, and is asked about again when it changes again", async () => {
    const world = await makeWorld({ user: "former", project: "others" });
    world.answer = "kept";
    world.write("user", "refused");
    expect(await world.run()).toEqual(["others", "former"]);
    expect(await world.run()).toEqual(["others", "former"]);
    expect(world.asked).toHaveLength(1);
    world.answer = "applied";
    world.write("user", "later");
    expect(await world.run()).toEqual(["others", "later"]);
    expect(world.asked).toHaveLength(2);
  });

  it("that was refused and put back is no change, and is asked about when it comes once more", async () => {
    const world = await makeWorld({ user: "former" });
    world.answer = "kept";
    for (const name of ["refused", "former", "refused"]) {
      world.write("user", name);
      expect(await world.run()).toEqual(["former"]);
    }
    expect(world.asked).toHaveLength(2);
  });

  it("that somebody removed keeps its handlers, in their order, when that is refused", async () => {
    const world = await makeWorld({ local: "local", project: "project", user: "user" });
    world.answer = "kept";
    renameSync(world.places.at(SETTINGS_FILES.project), world.places.at("away.json"));
    expect(await world.run()).toEqual(["local", "project", "user"]);
  });

  it("does not hold back another one that is let through", async () => {
    const world = await makeWorld({ user: "user", local: "local" });
    const verdicts: Readonly<Record<string, ChangeVerdict>> = { user_settings: "kept" };
    const places = world.places;
    const engine = await places.engine({
      trust: "project",
      onConfigChange: async ({ source }) => verdicts[source] ?? "applied",
    });
    world.write("user", "user2");
    world.write("local", "local2");
    expect(await runMarks(engine, places)).toEqual(["local2", "user"]);
  });

  it("of managed settings cannot be refused", async () => {
    const world = await makeWorld({ managed: "former" });
    world.answer = "kept";
    world.write("managed", "later");
    expect(await world.run()).toEqual(["later"]);
    world.answer = "undecided";
    world.write("managed", "latest");
    expect(await world.run()).toEqual(["latest"]);
  });

  it("that is not decided yet is asked about at the next event", async () => {
    const world = await makeWorld({ user: "former" });
    world.answer = "undecided";
    world.write("user", "later");
    expect(await world.run()).toEqual(["former"]);
    world.answer = "applied";
    expect(await world.run()).toEqual(["later"]);
    expect(world.asked).toHaveLength(2);
  });

  it("is not asked about when it was only touched", async () => {
    const world = await makeWorld({ user: "former" });
    utimesSync(world.places.at(SETTINGS_FILES.user), 1, 1);
    expect(await world.run()).toEqual(["former"]);
    expect(world.asked).toEqual([]);
  });

  it("does not hold up the session when it changes with every question", async () => {
    const places = makePlaces();
    let changes = 0;
    const change = (): void => void places.write(SETTINGS_FILES.user, settingsOf(`n${changes++}`));
    change();
    const engine = await places.engine({
      onConfigChange: async () => {
        change();
        return "kept";
      },
    });
    change();
    expect(await runMarks(engine, places)).toEqual(["n0"]);
    expect(changes).toBeLessThan(10);
  });
});

describe("who judges a change", () => {
  it("is asked with the handlers as they were before", async () => {
    const places = makePlaces();
    const hook = (name: string) => ({ hooks: [{ type: "command", command: `: ${name}` }] });
    places.write(SETTINGS_FILES.user, { hooks: { ConfigChange: [hook("former")] } });
    const ran: string[] = [];
    const engine = await places.engine({
      onConfigChange: async ({ source }, dispatch) => {
        const { trace } = await dispatch("ConfigChange", { session_id: "s", source });
        ran.push(...trace.runs.map(({ what }) => what));
        return "applied";
      },
    });
    places.write(SETTINGS_FILES.user, { hooks: { ConfigChange: [hook("later")] } });
    await engine.state();
    expect(ran).toEqual(["command: : former"]);
  });

  it("leaves nothing behind that would miss later changes", async () => {
    const places = makePlaces();
    places.write(SETTINGS_FILES.user, settingsOf("former"));
    const later = Promise.withResolvers<void>();
    const left: Promise<string[]>[] = [];
    const engine = await places.engine({
      onConfigChange: async () => {
        if (left.length === 0) left.push(later.promise.then(() => runMarks(engine, places)));
        return "applied";
      },
    });
    places.write(SETTINGS_FILES.user, settingsOf("second"));
    await engine.state();
    places.write(SETTINGS_FILES.user, settingsOf("third"));
    later.resolve();
    expect(await Promise.all(left)).toEqual([["third"]]);
  });

  it("may ask the engine what is configured, and deliver events, while everybody else waits", async () => {
    const places = makePlaces();
    places.write(SETTINGS_FILES.user, settingsOf("former"));
    const seen: unknown[] = [];
    const engine = await places.engine({
      onConfigChange: async () => {
        seen.push((await engine.state()).inventory.entries.length, await runMarks(engine, places));
        return "applied";
      },
    });
    places.write(SETTINGS_FILES.user, {});
    const [one, other] = await Promise.all([engine.state(), engine.state()]);
    expect(seen).toEqual([1, ["former"]]);
    expect([one, other].map(({ inventory }) => inventory.entries.length)).toEqual([0, 0]);
  });
});
