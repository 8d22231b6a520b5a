import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ALL_PROTECTED } from "../../../src/host/permissions/unprotected.ts";
import { type ConfinementPlan, planConfinement } from "../../../src/host/sandbox/plan-confinement.ts";
import { createPlanMemory } from "../../../src/host/sandbox/plan-memory.ts";
import { mergeSandboxRules, type SandboxRules } from "../../../src/host/sandbox/sandbox-rules.ts";
import { outsideFolder } from "./sandbox-world.ts";

interface Plans {
  readonly at: (path: string) => string;
  /** As the next call of the session would be confined. */
  plan(rules?: Partial<SandboxRules>, dirs?: readonly string[]): Promise<ConfinementPlan>;
  /** Why it would not. */
  refusal(rules?: Partial<SandboxRules>, dirs?: readonly string[]): Promise<string>;
}

/** A session that works in `home/repo`, in a folder that no command has one of its own of. */
function plans(unprotected: readonly string[] = []): Plans {
  const top = outsideFolder();
  const at = (path: string): string => join(top, path);
  for (const dir of ["home/.ssh", "home/repo/packages/a", "elsewhere", "state", "session"])
    mkdirSync(at(dir), { recursive: true });
  const memory = createPlanMemory(at("session"));
  const base = mergeSandboxRules([], { projectDir: at("home/repo"), homeDir: at("home") });
  const planned = (rules: Partial<SandboxRules>, dirs: readonly string[]) =>
    planConfinement(
      { ...base, ...rules },
      {
        ...{ homeDir: at("home"), stateDir: at("state"), sessionDir: at("session") },
        workingDirs: dirs.map(at),
        unprotected: { ...ALL_PROTECTED, paths: unprotected.map(at) },
      },
      memory,
    );
  return {
    at,
    async plan(rules = {}, dirs = ["home/repo"]) {
      const plan = await planned(rules, dirs);
      if (typeof plan === "string") throw new Error(plan);
      return plan;
    },
    refusal: async (rules = {}, dirs = ["home/repo"]) => String(await planned(rules, dirs)),
  };
}

const hiddenIn = ({ hidden }: ConfinementPlan): readonly string[] => hidden.map(({ path }) => path);
const heldIn = ({ holds }: ConfinementPlan): readonly string[] => holds.map(({ path }) => path);

describe("what is writable", () => {
  const nested = ["home/repo/packages/a", "home/repo"];

  test("is no other folder after a command put a link in the place of a working directory inside of another", async () => {
    const { at, plan, refusal } = plans();
    const { writable, fixed } = await plan({}, nested);
    expect(writable).toEqual([at("home/repo")]);
    expect(fixed).toEqual(expect.arrayContaining([at("home/repo/packages"), at("home/repo/packages/a")]));
    renameSync(at("home/repo/packages/a"), at("home/repo/packages/b"));
    symlinkSync(at("home"), at("home/repo/packages/a"));
    expect(await refusal({}, nested)).toMatch(/packages\/a is another place than .* begin a new session$/);
  });

  test("is not what a link in the project leads to, whenever it was made", async () => {
    const { at, plan } = plans();
    const rules = { allowWrite: [at("home/repo/out"), at("home/repo/early")] };
    symlinkSync(at("elsewhere"), at("home/repo/early"));
    expect((await plan(rules)).writable).toEqual([at("home/repo")]);
    symlinkSync(at("elsewhere"), at("home/repo/out"));
    expect((await plan(rules)).writable).toEqual([at("home/repo")]);
  });

  test("is what a link outside of everything writable leads to", async () => {
    const { at, plan } = plans();
    symlinkSync(at("elsewhere"), at("home/link"));
    expect((await plan({ allowWrite: [at("home/link")] })).writable).toContain(at("elsewhere"));
  });

  test("stays the folder that the session began with; one that is made anew at its place is refused until it is back", async () => {
    const { at, plan, refusal } = plans();
    await plan();
    renameSync(at("home/repo"), at("home/old"));
    mkdirSync(at("home/repo"));
    expect(await refusal()).toContain("Put that back");
    rmSync(at("home/repo"), { recursive: true });
    renameSync(at("home/old"), at("home/repo"));
    expect((await plan()).writable).toEqual([at("home/repo")]);
  });

  test("a folder of settings may be emptied and made anew, and be no link to elsewhere then", async () => {
    const { at, plan, refusal } = plans();
    const rules = { allowWrite: [at("cache")] };
    mkdirSync(at("cache"));
    await plan(rules);
    renameSync(at("cache"), at("old"));
    expect((await plan(rules)).writable).toEqual([at("home/repo")]);
    mkdirSync(at("cache"));
    expect((await plan(rules)).writable).toContain(at("cache"));
    rmSync(at("cache"), { recursive: true });
    symlinkSync(at("elsewhere"), at("cache"));
    expect(await refusal(rules)).toContain(`${at("cache")} is another place`);
  });
});

describe("what is hidden", () => {
  test("stays so when the link is gone by which settings named it, and is in sight when they name it no more", async () => {
    const { at, plan } = plans();
    writeFileSync(at("elsewhere/prod.env"), "");
    symlinkSync(at("elsewhere/prod.env"), at("home/repo/.env"));
    const path = at("home/repo/.env");
    const rules = { denyRead: [{ path, except: [] }], denyWrite: [path] };
    await plan(rules);
    rmSync(path);
    const after = await plan(rules);
    expect(hiddenIn(after)).toContain(at("elsewhere/prod.env"));
    expect(heldIn(after)).toContain(at("elsewhere/prod.env"));
    expect(hiddenIn(await plan())).not.toContain(at("elsewhere/prod.env"));
  });

  test("keys behind a link stay so when the link leads elsewhere", async () => {
    const { at, plan } = plans();
    rmSync(at("home/.ssh"), { recursive: true });
    mkdirSync(at("home/repo/keys"));
    symlinkSync("repo/keys", at("home/.ssh"));
    await plan();
    rmSync(at("home/.ssh"));
    symlinkSync("../elsewhere", at("home/.ssh"));
    expect(hiddenIn(await plan())).toEqual(expect.arrayContaining([at("home/repo/keys"), at("elsewhere")]));
  });

  test("is not shown by a link that a command made under a name that settings show", async () => {
    const { at, plan } = plans();
    const rules = { allowRead: [at("home/repo/samples")], unixSockets: [at("home/repo/s.sock")] };
    expect((await plan(rules)).sockets).toEqual([at("home/repo/s.sock")]);
    symlinkSync(at("home/.ssh"), at("home/repo/samples"));
    symlinkSync(at("elsewhere/docker.sock"), at("home/repo/s.sock"));
    const after = await plan(rules);
    expect(hiddenIn(after)).toContain(at("home/.ssh"));
    expect([after.shown, after.sockets]).toEqual([[], []]);
  });
});

describe("what is shown", () => {
  test("is mounted only where the nearest around it is hidden, and never over something writable", async () => {
    const { at, plan } = plans();
    for (const dir of ["home/work/x", "home/repo/secrets/b"]) mkdirSync(at(dir), { recursive: true });
    const except = [at("home/repo"), at("home/work"), at("home/work/x"), at("home/repo/secrets/b")];
    const { shown } = await plan({
      denyRead: [
        { path: at("home"), except },
        { path: at("home/repo/secrets"), except: [at("home/repo/secrets/b")] },
      ],
      allowRead: [...except, at("home/repo/packages"), at("elsewhere")],
    });
    expect(shown).toEqual([at("home/work"), at("home/repo/secrets/b")]);
  });

  test("around something writable is shown as well", async () => {
    const { at, plan } = plans();
    const { shown } = await plan(
      { denyRead: [{ path: at("home"), except: [at("home/repo")] }], allowRead: [at("home/repo")] },
      ["home/repo/packages/a"],
    );
    expect(shown).toEqual([at("home/repo")]);
  });

  test("does not uncover what a stronger source hides through a link", async () => {
    const { at, plan } = plans();
    mkdirSync(at("elsewhere/sub"));
    symlinkSync(at("elsewhere"), at("link"));
    const { hidden, shown } = await plan({
      denyRead: [{ path: at("link"), except: [] }],
      allowRead: [at("elsewhere/sub")],
    });
    expect([hidden.map(({ path }) => path).includes(at("elsewhere")), shown]).toEqual([true, []]);
  });
});

describe("what is held", () => {
  test("is the same in a working directory inside of another as in one by itself", async () => {
    const { at, plan } = plans();
    mkdirSync(at("home/repo/packages/a/.git/hooks"), { recursive: true });
    const held = heldIn(await plan({}, ["home/repo/packages/a", "home/repo"]));
    for (const name of [".claude", ".mcp.json", ".vscode", ".git"])
      expect(held).toContain(at(`home/repo/packages/a/${name}`));
    expect(new Set(held).size).toBe(held.length);
  });

  test("is what was held before as well, whatever a command made around it meanwhile", async () => {
    const { at, plan } = plans();
    mkdirSync(at("home/repo/deep/er/.vscode"), { recursive: true });
    await plan();
    for (let each = 0; each < 600; each++) {
      mkdirSync(at(`home/repo/d${each}`));
      writeFileSync(at(`home/repo/d${each}/.npmrc`), "");
    }
    const { holds, partial } = await plan();
    expect(holds.map(({ path }) => path)).toContain(at("home/repo/deep/er/.vscode"));
    expect(partial).toEqual([at("home/repo")]);
    expect(heldIn(await plan())).toContain(at("home/repo/deep/er/.vscode"));
  });

  test("is not opened by a link that a command made under a name that settings take out of protection", async () => {
    const { at, plan } = plans(["home/repo/.claude/commands", "home/repo/generated"]);
    for (const name of ["commands", "hooks"]) mkdirSync(at(`home/repo/.claude/${name}`), { recursive: true });
    symlinkSync(".claude/hooks", at("home/repo/generated"));
    expect((await plan()).reopened).toEqual([at("home/repo/.claude/commands")]);
  });

  test("is not looked for behind a link that a command put in the way meanwhile", async () => {
    const { at, plan } = plans();
    mkdirSync(at("home/repo/deep/.vscode"), { recursive: true });
    mkdirSync(at("elsewhere/.vscode"));
    await plan();
    renameSync(at("home/repo/deep"), at("home/repo/moved"));
    symlinkSync(at("elsewhere"), at("home/repo/deep"));
    const held = heldIn(await plan());
    expect(held).toContain(at("home/repo/moved/.vscode"));
    expect(held.filter((path) => path.includes("deep") || path.includes("elsewhere"))).toEqual([]);
  });
});
