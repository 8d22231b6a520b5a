import { describe, expect, it } from "vitest";
import { type HooksWorld, hooksOf, makeWorld, marking, PROJECT, USER } from "./hooks-world.ts";

/** The first characters of the id of each handler, by the name that it leaves. */
async function shortIds(world: HooksWorld): Promise<Record<string, string>> {
  const { handlers } = JSON.parse((await world.hooks(["list", "--json"])).stdout);
  return Object.fromEntries(
    handlers.map(({ id, what }: { id: string; what: string }) => [
      /echo (\w+)/.exec(what)?.[1] ?? what,
      id.slice(0, 8),
    ]),
  );
}

describe("kedge hooks disable and enable", () => {
  it("switch one handler off and on; the file that configures it is not touched", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", marking("one"), marking("other")));
    const { one = "" } = await shortIds(world);
    const off = await world.hooks(["disable", one]);
    expect(off.stdout).toContain("Switched 1 off.");
    expect(off.exitCode).toBe(0);
    const listed = await world.hooks(["list"]);
    expect(listed.stdout).toContain("1 of 2 handlers are active.");
    expect(listed.stdout).toMatch(/off +\w{6} +Stop .*echo one .*\n.*switched off by `kedge hooks disable`/);
    const dispatched = await world.hooks(["dispatch", "Stop"]);
    expect(dispatched.stdout).toMatch(/Did not run\n +switched_off .*hooks\.Stop\[0\]\.hooks\[0\]/);
    expect(world.takeMarks()).toEqual(["other"]);

    const on = await world.hooks(["enable", one.toUpperCase()]);
    expect(on.stdout).toBe("Switched 1 on.\n");
    await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual(["one", "other"]);
  });

  it("switch a hook of a skill off; what its text runs is no handler", async () => {
    const world = makeWorld();
    world.write(
      "home/.claude/skills/deploy/SKILL.md",
      `---\n${JSON.stringify({ description: "d", ...hooksOf("Stop", marking("skill")) })}\n---\n!\`git status\``,
    );
    const { waiting } = JSON.parse((await world.hooks(["list", "--json"])).stdout);
    const [hook = "", text = ""] = waiting.map(({ id }: { id: string }) => id.slice(0, 8));
    expect((await world.hooks(["disable", hook])).stdout).toContain("Switched 1 off.");
    expect((await world.hooks(["list"])).stdout).toMatch(
      /off +\w{6} +Stop .*echo skill .*\n.*switched off by `kedge hooks disable`/,
    );
    expect((await world.hooks(["disable", text])).stderr).toContain("no handler has it");
  });

  it("a handler that is trusted stays off when it is disabled", async () => {
    const world = makeWorld();
    world.write(PROJECT, hooksOf("Stop", marking("project")));
    const { project = "" } = await shortIds(world);
    await world.hooks(["disable", project]);
    const { stdout } = await world.hooks(["dispatch", "Stop", "--trust-project"]);
    expect(stdout).toMatch(/Did not run\n +switched_off /);
    expect(world.takeMarks()).toEqual([]);
  });

  it("one handler that is configured twice is switched off by its one id", async () => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", marking("twice"), marking("twice")));
    const { twice = "" } = await shortIds(world);
    expect(await world.hooks(["disable", twice])).toMatchObject({ exitCode: 0, stderr: "" });
    await world.hooks(["dispatch", "Stop"]);
    expect(world.takeMarks()).toEqual([]);
  });

  it.each([
    ["disable", ["zz"], 'got "zz": no handler has it. `kedge hooks list` shows them.'],
    ["enable", ["zz"], 'got "zz": no handler has it.'],
    ["disable", [""], 'got "": no handler has it.'],
    ["disable", [], "missing required argument 'id'"],
  ])("%s %j ends with 64, says what was expected and switches nothing", async (how, ids, words) => {
    const world = makeWorld();
    world.write(USER, hooksOf("Stop", marking("user")));
    const { exitCode, stdout, stderr } = await world.hooks([how, ...ids]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^kedge: /);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(64);
  });
});
