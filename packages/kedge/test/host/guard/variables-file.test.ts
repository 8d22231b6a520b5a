/** The file with variables that every shell of a command begins with: hooks write it, and nobody else. */
import { mkdirSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import type { JsonObject } from "../../../src/protocol/index.ts";
import { type HostWorld, hooksFor, makeHost } from "../../support/host-world.ts";
import { makeGuardWorld } from "./guard-world.ts";

afterEach(() => void vi.unstubAllEnvs());

/** A session with permissions bypassed that works in the folder of temporary files, too. */
async function makeWorld(
  commands: readonly (string | JsonObject)[],
  hooksIn: (world: HostWorld) => object = () => ({}),
) {
  const calls = commands.map((command) => ({
    ...{ tool: "Bash", input: typeof command === "string" ? { command } : { ...command } },
  }));
  const world = await makeHost({ replies: [...calls, { text: "done" }] });
  mkdirSync(world.at("tmp"));
  vi.stubEnv("TMPDIR", world.at("tmp"));
  world.settings("user", hooksIn(world));
  const session = await world.open({ permissionMode: "bypassPermissions" });
  await session.addDirectory(world.at("tmp"));
  await session.send("go");
  return world;
}

/** Nobody can tell by its text what it writes. */
const poison = "cd ..; x=en; echo 'export COLOUR=evil' >>$(echo tmp/kedge-sessions-*/s-*/)${x}v; cd project";
const leave = `echo "export COLOUR=blue" >>"$CLAUDE_ENV_FILE"`;
const background = { command: "sleep 60", run_in_background: true };

describe("the variables for commands", () => {
  test("are not a command's to write: what it leaves there is taken away", async () => {
    const world = await makeWorld([poison, "echo is $COLOUR."]);
    expect(world.said(1)).toMatch(/s-\w+\/env was made, and is removed again/);
    expect(world.said(2)).toContain("is .");
  });

  test("are not a command's to change: those of hooks are there again", async () => {
    const world = await makeWorld([poison, "echo is $COLOUR."], ({ hook }) =>
      hooksFor("SessionStart", hook("start", leave)),
    );
    expect(world.said(1)).toMatch(/s-\w+\/env was changed, and is put back/);
    expect(world.said(2)).toContain("is blue.");
  });

  test("are a hook's to write while a command runs in the background", async () => {
    const world = await makeWorld([background, "mkdir sub; cd sub", "true", "echo is $COLOUR."], ({ hook }) =>
      hooksFor("CwdChanged", hook("cwd", leave)),
    );
    expect(world.said(4)).toContain("is blue.");
    expect(world.eventsOf("notice")).toEqual([]);
  });

  test("are to be written as well by a hook that goes on in the background", async () => {
    const commands = [
      ...[background, "mkdir sub; cd sub", "true"],
      "touch ../go; until [ -e ../left ]; do sleep 0.01; done",
      "echo is $COLOUR.",
    ];
    const world = await makeWorld(commands, ({ hook, project }) => {
      const script = `cd '${project}'; until [ -e go ]; do sleep 0.01; done; ${leave}; touch left`;
      return hooksFor("CwdChanged", { ...hook("cwd", script), async: true });
    });
    expect(world.said(5)).toContain("is blue.");
    expect(world.eventsOf("notice")).toEqual([]);
  });
});

describe("a change that is permitted for a time", () => {
  /** A world in whose own folder something may be changed, while a command runs. */
  async function makePermit() {
    const world = makeGuardWorld({ "own/a": "", "own/b": "" });
    const token = await world.guard.before();
    const change = (name: string): void =>
      writeFileSync(`${world.folder}/own/${name}`, String(Math.random()));
    const look = async (): Promise<readonly string[]> => {
      world.reports.splice(0);
      await world.guard.after(await world.guard.before());
      return world.undone();
    };
    return { world, token, change, look, end: world.guard.permits(`${world.folder}/own/a`) };
  }

  it("stays, now and when it is over, and nothing beside it", async () => {
    const { change, look, end } = await makePermit();
    for (const name of ["a", "b"]) change(name);
    expect(await look()).toEqual(["own/b"]);
    change("a");
    end(true);
    expect(await look()).toEqual([]);
    change("a");
    expect(await look()).toEqual(["own/a"]);
  });

  it("is none where nobody can have made one", async () => {
    const { change, look, end } = await makePermit();
    change("a");
    end(false);
    expect(await look()).toEqual(["own/a"]);
  });

  it("is over at once where no command runs", async () => {
    const { world, token, change, end } = await makePermit();
    await world.guard.after(token);
    end(true);
    const next = await world.guard.before();
    change("a");
    await world.guard.after(next);
    expect(world.undone()).toEqual(["own/a"]);
  });
});
