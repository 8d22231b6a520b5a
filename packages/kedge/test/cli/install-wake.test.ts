import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Check } from "../../src/cli/commands/doctor-check.ts";
import { shapes } from "../agents/claude-code/shapes.ts";
import { type InstallWorld, makeInstallWorld, textOf } from "./install-world.ts";

const SETTINGS = "home/.claude/settings.json";
const POLICY = "home/.config/kedge/kedge.yaml";
const WAKE = { yes: true, wake: true };
const NO_WAKE = { yes: true, wake: false };

const waiterOf = (world: InstallWorld): string => join(dirname(world.script), "kedge-wake");
const waitsOf = (world: InstallWorld): string => join(dirname(dirname(world.script)), "waits");
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;

interface Handler {
  readonly command: string;
  readonly timeout: number;
}

/** The handlers of an event, of every group. */
function handlersOf(world: InstallWorld, event: string): readonly Handler[] {
  const { hooks } = JSON.parse(textOf(world.settings) ?? "{}") as {
    hooks: Record<string, { hooks: Handler[] }[]>;
  };
  return (hooks[event] ?? []).flatMap((group) => group.hooks);
}

/** Everything but what Kedge keeps. */
const outside = (world: InstallWorld): readonly string[] =>
  world.everything().filter((line) => !line.startsWith("state "));

describe("kedge install claude-code --wake", () => {
  it("puts the waiter and three handlers of its own in place, with the times of the user's policy", async () => {
    const world = makeInstallWorld();
    world.write(
      POLICY,
      "max_park: 2h\nnudge: It's over.\ncauses: { '*': { attempts: 0 }, overload: { attempts: 4 } }\n",
    );
    const { exitCode, stdout, stderr } = await world.install(WAKE);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`The waiter: ${waiterOf(world)}`);
    const script = quoted(waiterOf(world));
    const [, waiter, ...more] = handlersOf(world, "StopFailure");
    expect(more).toEqual([]);
    expect(waiter).toEqual({
      type: "command",
      command: `exec ${script} wait limit=7200 total=864000 attempts=20 overloaded=4/60/900 'nudge=It'\\''s over.'`,
      asyncRewake: true,
      rewakeSummary: "Kedge wakes this session after an API failure.",
      timeout: 7_230,
    });
    expect(handlersOf(world, "UserPromptSubmit").map(({ command }) => command)).toEqual([
      `exec ${script} typed`,
    ]);
    expect(handlersOf(world, "SessionEnd").map(({ command }) => command)).toEqual([
      `${quoted(world.script)} end`,
      `exec ${script} over`,
    ]);
    const modes = [waiterOf(world), waitsOf(world)].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "700"]);
  });

  it("changes nothing a second time, and takes the times of a policy that has changed", async () => {
    const world = makeInstallWorld();
    await world.install(WAKE);
    const before = world.everything();
    expect((await world.install({ wake: true })).stdout).toContain("Nothing to change there.");
    expect(world.everything()).toEqual(before);
    world.write(POLICY, "max_park: 1h\n");
    await world.install(WAKE);
    expect(handlersOf(world, "StopFailure").map(({ timeout }) => timeout)).toEqual([10, 3_630]);
    expect(handlersOf(world, "UserPromptSubmit")).toHaveLength(1);
  });

  it("is left as it is by an installation that says nothing of it", async () => {
    const world = makeInstallWorld();
    await world.install(WAKE);
    world.write(POLICY, "max_park: 1h\n");
    writeFileSync(waiterOf(world), "#!/bin/sh\n");
    const before = world.everything();
    await world.install();
    expect(world.everything()).toEqual(before);
    // And is not put by it.
    const other = makeInstallWorld();
    await other.install();
    expect([existsSync(waiterOf(other)), existsSync(waitsOf(other))]).toEqual([false, false]);
    expect(handlersOf(other, "UserPromptSubmit")).toEqual([]);
  });

  it("refuses a policy that cannot be used, and changes nothing", async () => {
    const world = makeInstallWorld();
    world.write(POLICY, "max_park: long\n");
    const before = world.everything();
    expect(await world.install(WAKE)).toMatchObject({
      exitCode: 65,
      stderr: expect.stringContaining("max_park"),
    });
    expect(world.everything()).toEqual(before);
  });

  it("shows and asks like everything else", async () => {
    const world = makeInstallWorld();
    const before = world.everything();
    const printed = await world.install({ wake: true, print: true });
    expect(printed.stdout).toMatch(/^\+ .*"asyncRewake": true/m);
    expect((await world.install({ wake: true })).exitCode).toBe(64);
    expect(world.everything()).toEqual(before);
    const { stdout } = await world.install({ ...WAKE, json: true });
    expect(JSON.parse(stdout)).toMatchObject({ waiter: waiterOf(world), done: true });
  });
});

describe.each(shapes)("the waiter in settings with %s", (_, text) => {
  const prepared = (): InstallWorld => {
    const world = makeInstallWorld();
    world.write(SETTINGS, text, 0o640);
    chmodSync(world.settings, 0o640);
    return world;
  };

  it("leaves no trace when everything is taken out, put in at once or later", async () => {
    for (const installs of [[WAKE], [{ yes: true }, WAKE]]) {
      const world = prepared();
      const before = outside(world);
      for (const options of installs) await world.install(options);
      const { exitCode } = await world.uninstall({ yes: true, purgeSpool: true });
      expect(exitCode).toBe(0);
      expect(outside(world)).toEqual(before);
      expect([existsSync(waiterOf(world)), existsSync(waitsOf(world))]).toEqual([false, false]);
    }
  });

  it("leaves the entry alone as it was when it alone is taken out", async () => {
    const world = prepared();
    const before = outside(world);
    await world.install();
    const plain = textOf(world.settings);
    await world.install(WAKE);
    const { stdout } = await world.install(NO_WAKE);
    expect(stdout).toContain(`The waiter goes: ${waiterOf(world)}`);
    expect(textOf(world.settings)).toBe(plain);
    expect([existsSync(waiterOf(world)), existsSync(waitsOf(world))]).toEqual([false, false]);
    expect(existsSync(world.script)).toBe(true);
    await world.uninstall({ yes: true, purgeSpool: true });
    expect(outside(world)).toEqual(before);
  });
});

describe("kedge install claude-code --no-wake", () => {
  it("does nothing where there is no waiter, besides putting the entry in place", async () => {
    const world = makeInstallWorld();
    await world.install(NO_WAKE);
    const before = world.everything();
    await world.install(NO_WAKE);
    expect(world.everything()).toEqual(before);
    expect(handlersOf(world, "StopFailure")).toHaveLength(1);
  });

  it("leaves handlers of others, and what was empty before", async () => {
    const world = makeInstallWorld();
    const foreign = { hooks: [{ type: "command", command: "kedge-wakeup" }] };
    const text = JSON.stringify({ hooks: { UserPromptSubmit: [], SessionEnd: [foreign] } }, null, 2);
    world.write(SETTINGS, text);
    await world.install(WAKE);
    await world.install(NO_WAKE);
    const { hooks } = JSON.parse(textOf(world.settings) ?? "") as { hooks: Record<string, unknown[]> };
    expect(hooks.UserPromptSubmit).toEqual([]);
    expect(hooks.SessionEnd).toHaveLength(2);
    await world.uninstall();
    expect(textOf(world.settings)).toBe(text);
  });

  it("goes by no backup that is none", async () => {
    const world = makeInstallWorld();
    await world.install(WAKE);
    world.write(`${SETTINGS}.kedge-backup-7`, "not { json");
    world.write(`${SETTINGS}.kedge-backup-8`, "");
    expect((await world.install(NO_WAKE)).exitCode).toBe(0);
    expect(handlersOf(world, "UserPromptSubmit")).toEqual([]);
    expect(handlersOf(world, "StopFailure")).toHaveLength(1);
  });

  it("keeps the waiter while the project runs it, and ends those that wait when it goes", async () => {
    const world = makeInstallWorld();
    await world.install(WAKE);
    await world.install({ ...WAKE, project: true });
    world.write("state/kedge/waits/s1.wait", "kedge 1 wait\n");
    await world.install(NO_WAKE);
    expect(existsSync(waiterOf(world))).toBe(true);
    await world.uninstall({ yes: true, project: true });
    expect([existsSync(waiterOf(world)), existsSync(waitsOf(world))]).toEqual([false, false]);
    expect(existsSync(world.script)).toBe(true);
  });
});

describe("kedge doctor with a waiter", () => {
  const checksOf = async (world: InstallWorld): Promise<readonly Check[]> => {
    const { stdout, exitCode } = await world.doctor({ json: true });
    // Whatever is wrong with the waiter, failures are recorded.
    expect(exitCode).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: Check[] };
    return checks.filter(({ name }) => name === "waiter");
  };
  const installed = async (): Promise<InstallWorld> => {
    const world = makeInstallWorld();
    await world.install(WAKE);
    return world;
  };

  it("says that sessions are woken as the policy says, and nothing where none is installed", async () => {
    const world = await installed();
    expect((await checksOf(world)).map(({ state }) => state)).toEqual(["ok", "ok"]);
    await world.install(NO_WAKE);
    expect(await checksOf(world)).toEqual([]);
  });

  it("says that the policy has changed since", async () => {
    const world = await installed();
    world.write(POLICY, "causes: { overload: { attempts: 3 } }\n");
    expect(await checksOf(world)).toMatchObject([
      { state: "ok" },
      { state: "warning", text: /does not go by your policy as it is now/, advice: /--wake/ },
    ]);
    world.write(POLICY, "max_park: long\n");
    expect(await checksOf(world)).toMatchObject([
      { state: "ok" },
      { state: "warning", text: /is not known/ },
    ]);
    rmSync(join(world.folder, POLICY));
    expect((await checksOf(world)).map(({ state }) => state)).toEqual(["ok", "ok"]);
  });

  it("says what is missing, switched off, changed, or behind a matcher", async () => {
    const world = await installed();
    const settings = JSON.parse(textOf(world.settings) ?? "");
    settings.hooks.UserPromptSubmit = undefined;
    settings.hooks.SessionEnd[1].hooks[0].async = true;
    settings.hooks.StopFailure[1].matcher = "rate_limit";
    world.write(SETTINGS, settings);
    const texts = (await checksOf(world)).map(({ state, text }) => `${state} ${text}`);
    expect(texts).toEqual([
      expect.stringMatching(/^ok /),
      expect.stringMatching(/^warning The waiter does not go by your policy/),
      "warning No handler for UserPromptSubmit runs the waiter, which needs all three.",
      expect.stringMatching(/^warning The waiter's handler for SessionEnd does something else/),
    ]);
    await world.install(WAKE);
    expect((await checksOf(world)).map(({ state }) => state)).toEqual(["ok", "ok"]);
  });

  it("says what is wrong with its file", async () => {
    const world = await installed();
    writeFileSync(waiterOf(world), "#!/bin/sh\n");
    expect(await checksOf(world)).toMatchObject([
      { state: "warning", text: /not the one of this version/ },
      { state: "ok" },
    ]);
    rmSync(waiterOf(world));
    expect(await checksOf(world)).toMatchObject([
      { state: "warning", text: /is not there/ },
      { state: "ok" },
    ]);
    expect(readdirSync(dirname(world.script))).toEqual(["kedge-intake"]);
  });
});
