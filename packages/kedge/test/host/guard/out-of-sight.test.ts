/** What a look cannot see: folders that cannot be read, paths that are too long, more entries than are taken in. */
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { needs } from "../../support/requires.ts";
import { type Files, makeScratch } from "../scratch.ts";
import { type GuardWorld, makeGuardWorld } from "./guard-world.ts";

/** Whether a mode keeps this user out of a folder, as it does everybody but root. */
const canHide = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "kedge mode-"));
  chmodSync(folder, 0);
  try {
    readdirSync(folder);
    return false;
  } catch {
    return true;
  } finally {
    rmdirSync(folder);
  }
})();

/** Set where this file runs for root, without the rights by which root reads everything. */
const isForRoot = process.env.KEDGE_OUT_OF_SIGHT === "1";

/** Tests that say nothing where no mode keeps anybody out. */
const left: string[] = [];

/** A test; one that takes a mode to hide something is left to a run of its own where this user is root. */
function testWith(needsMode: boolean, name: string, run: () => Promise<void>): void {
  if (needsMode && !canHide) left.push(name);
  else if (needsMode || !isForRoot) it(name, run);
}

/** Runs a command in a folder whose path is longer than any that a program can name. */
const farBelow = (command: string): string =>
  `(for i in {1..17}; do mkdir -p ${"n".repeat(250)}; cd ${"n".repeat(250)}; done; ${command})`;

/** More than one look takes in; what is at the top and just below it is seen all the same. */
const MANY = "mkdir many; (cd many; mkdir {1..21}; for d in *; do touch $d/{1..1000}; done)";

/** More than is taken in of a protected folder. */
const FULL = "mkdir -p ~/.claude/plugins/p; touch ~/.claude/plugins/p/{1..5001}";

/** Times of files move in steps: only what is older than some of them is surely older than a look. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

/** Runs commands of the Bash tool, one after the other. */
async function run(world: GuardWorld, ...commands: readonly string[]): Promise<void> {
  for (const command of commands) {
    expect(await world.bash(`set -e\n${command}`)).not.toContain("Exit code");
    await aWhile();
  }
}

/** Runs a command before the session. */
function prepare(world: GuardWorld, command: string): Promise<void> {
  const env = world.context.env as NodeJS.ProcessEnv;
  execFileSync("bash", ["-c", `set -e\n${command}`], { cwd: world.project, env });
  return aWhile();
}

const read = (world: GuardWorld, path: string): string => readFileSync(world.at(path), "utf8");

/** Ways to a look that does not see everything. */
const WAYS: readonly (readonly [name: string, command: string, needsMode: boolean])[] = [
  ["a folder that cannot be read", "mkdir zz; chmod 000 zz", true],
  ["a path that is too long", farBelow("touch x"), false],
  ["a protected folder that is full", FULL, false],
  ["more entries than are taken in", MANY, false],
];

/** Files that nobody obeys where they are. */
const PAYLOAD: Files = {
  "project/node_modules/x/hooks/pre-commit": "#!/bin/sh\n",
  "project/node_modules/x/.husky/pre-commit": "y",
  "project/node_modules/x/pkg/.vscode/tasks.json": "y",
};

describe("beside what cannot be seen, what comes into a folder that was seen is new, whatever its times:", () => {
  for (const [name, way, needsMode] of WAYS)
    testWith(needsMode, name, async () => {
      const world = makeGuardWorld(PAYLOAD);
      await prepare(world, way);
      await run(
        world,
        "true",
        "mv .git/hooks .git/h2; mv node_modules/x/hooks .git/hooks; mv node_modules/x/.husky .; mv node_modules/x/pkg .",
      );
      expect(world.undone()).toEqual([
        ...["project/.git/hooks/pre-commit", "project/.git/hooks/pre-push"],
        ...["project/.husky/pre-commit", "project/pkg/.vscode/tasks.json"],
      ]);
      expect(existsSync(world.at(".git/hooks/pre-commit"))).toBe(false);
      await prepare(world, "[ ! -e zz ] || chmod 755 zz");
    });

  testWith(false, "so does what takes the name of a folder with something that was not seen", async () => {
    const world = makeGuardWorld({
      "project/zz/a/b/c/.npmrc": "old",
      "project/node_modules/x/zz/a/b/c/.npmrc": "y",
    });
    await prepare(world, MANY);
    await run(world, "rm -r many; mv zz old; mv node_modules/x/zz zz");
    expect(world.undone()).toEqual(["project/zz/a/b/c/.npmrc"]);
    expect(read(world, "old/a/b/c/.npmrc")).toBe("old");
  });

  testWith(false, "a folder that was not seen is none in which a repository begins", async () => {
    const world = makeGuardWorld({ "project/zz/a/b/c/d.ts": "d", "project/zz/a/b/c/.npmrc": "old" });
    await prepare(world, MANY);
    const init = (folder: string): string => `git init -q ${folder}; echo y >${folder}/.envrc`;
    await run(world, `rm -r many; ${init("zz/a/b/c")}; ${init("zz/a/b/new")}`);
    expect(world.undone()).toEqual(["project/zz/a/b/c/.envrc"]);
    expect(read(world, "zz/a/b/c/.npmrc")).toBe("old");
    // That one is a folder of its own.
    expect(read(world, "zz/a/b/new/.envrc")).toBe("y\n");
  });
});

/** A folder goes out of sight, and comes back. */
const HIDINGS: readonly (readonly [name: string, hide: string, show: string, needsMode: boolean])[] = [
  ["it cannot be read", "chmod 000 sub", "chmod 755 sub", true],
  ["what is in it cannot be reached", "chmod 444 sub", "chmod 755 sub", true],
  [
    "its path is too long",
    farBelow('mv "$KEDGE_OUTSIDE/project/sub" .'),
    farBelow('mv sub "$KEDGE_OUTSIDE/project"'),
    false,
  ],
  [
    "it is in one that cannot be read",
    "mkdir -p away; mv sub away; chmod 000 away",
    "chmod 755 away; mv away/sub .",
    true,
  ],
];

describe("what was seen is not forgotten while", () => {
  for (const [name, hide, show, needsMode] of HIDINGS) {
    const FILES: Files = {
      ...{ "project/sub/pkg/.vscode/tasks.json": "good", "project/sub/.npmrc": "good" },
      ...{ "project/sub/lib/a.ts": "a", ...PAYLOAD },
    };

    testWith(needsMode, `${name}: a change is put back`, async () => {
      const world = makeGuardWorld(FILES);
      const change = "echo y >sub/pkg/.vscode/tasks.json; echo y >sub/pkg/.vscode/new; echo y >sub/.npmrc";
      await run(world, hide, `${show}; ${change}; ${hide}`, "true", show);
      expect(world.undone()).toEqual([
        "project/sub/.npmrc",
        "project/sub/pkg/.vscode/new",
        "project/sub/pkg/.vscode/tasks.json",
      ]);
      expect(read(world, "sub/pkg/.vscode/tasks.json")).toBe("good");
    });

    testWith(needsMode, `${name}: what is made there is new`, async () => {
      const world = makeGuardWorld(FILES);
      const make =
        "mkdir sub/pkg/.idea sub/new; touch sub/pkg/.idea/x sub/lib/.envrc sub/new/.npmrc; mv node_modules/x/pkg sub/old";
      await run(world, hide, `${show}; ${make}; ${hide}`, "true", show);
      expect(world.undone()).toEqual([
        "project/sub/lib/.envrc",
        "project/sub/new/.npmrc",
        "project/sub/old/.vscode/tasks.json",
        "project/sub/pkg/.idea/x",
      ]);
    });

    testWith(needsMode, `${name}: nothing is taken away that was there`, async () => {
      const world = makeGuardWorld(FILES);
      await run(world, hide, "true", show, `${hide}; ${show}`);
      expect(world.reports).toEqual([]);
      expect(read(world, "sub/pkg/.vscode/tasks.json")).toBe("good");
    });
  }

  testWith(false, "there are too many entries: a change is put back", async () => {
    const world = makeGuardWorld({ "project/zz/a/b/c/.npmrc": "good" });
    await run(world, MANY, "echo y >zz/a/b/c/.npmrc");
    expect(world.undone()).toEqual(["project/zz/a/b/c/.npmrc"]);
    expect(read(world, "zz/a/b/c/.npmrc")).toBe("good");
    // What people do there stays.
    await prepare(world, "echo mine >zz/a/b/c/.npmrc");
    await run(world, "rm -r many");
    expect(read(world, "zz/a/b/c/.npmrc")).toBe("mine\n");
  });

  testWith(
    false,
    "something is left out: a link in place of a working directory is not followed",
    async () => {
      const world = makeGuardWorld();
      await prepare(world, FULL);
      const token = await world.guard.before();
      renameSync(world.project, `${world.project}.away`);
      symlinkSync(`${world.project}.away`, world.project);
      const { notRestored } = await world.guard.after(token);
      expect(notRestored.map(({ path }) => path)).toContain(world.at(".mcp.json"));
    },
  );

  testWith(true, "nothing in a folder can be reached but its names: nothing is taken away", async () => {
    const world = makeGuardWorld({ "project/sub/.npmrc": "a" });
    await run(world, "chmod 444 sub", "true", "chmod 755 sub");
    expect(world.reports).toEqual([]);
  });

  testWith(false, "there are too many entries: an empty folder is no repository", async () => {
    const world = makeGuardWorld();
    await run(world, MANY, "mv .git g; mkdir .git");
    expect(world.undone()).toContain("project/.git");
    expect(world.git("rev-parse", "HEAD")).toMatch(/^[0-9a-f]{40}/);
  });
});

testWith(
  true,
  "what is in a folder in which nothing may be changed is put back, and its mode stays",
  async () => {
    const world = makeGuardWorld({ "project/lib/.npmrc": "good" });
    await prepare(world, "chmod 555 lib");
    await run(
      world,
      "mkdir .husky; echo y >.husky/pre-commit; chmod 555 .husky; chmod 755 lib; echo y >lib/.npmrc; chmod 555 lib",
    );
    expect(world.undone()).toEqual(["project/.husky/pre-commit", "project/lib/.npmrc"]);
    expect(world.reports.flatMap(({ notRestored }) => notRestored)).toEqual([]);
    expect([existsSync(world.at(".husky")), read(world, "lib/.npmrc")]).toEqual([false, "good"]);
    expect(statSync(world.at("lib")).mode & 0o777).toBe(0o555);
    chmodSync(world.at("lib"), 0o755);
  },
);

describe("what a person left out of sight", () => {
  const FILES: Files = { "project/own/.npmrc": "old" };

  testWith(true, "stays when it comes into sight, and what is made there meanwhile does not", async () => {
    const world = makeGuardWorld(FILES);
    await prepare(world, "chmod 000 own");
    await run(world, "true", "chmod 755 own; echo y >own/.envrc; chmod 000 own", "true", "chmod 755 own");
    expect(world.undone()).toEqual(["project/own/.envrc"]);
    expect(read(world, "own/.npmrc")).toBe("old");
  });

  testWith(true, "stays where a command hides it twice, and shows all of it", async () => {
    const world = makeGuardWorld({ "project/sub/own/.npmrc": "old" });
    await prepare(world, "chmod 000 sub/own");
    await run(world, "chmod 000 sub", "true", "chmod 755 sub; chmod 755 sub/own");
    expect(world.reports).toEqual([]);
    expect(read(world, "sub/own/.npmrc")).toBe("old");
  });

  testWith(true, "stays as well where it was left so between two commands", async () => {
    const world = makeGuardWorld();
    await run(world, "true");
    await prepare(world, "mkdir own; echo old >own/.npmrc; chmod 000 own");
    await run(world, "true", "chmod 755 own");
    expect(world.reports).toEqual([]);
  });

  testWith(true, "stays as well in a working directory that comes while a command runs", async () => {
    const world = makeGuardWorld({ "more/own/.npmrc": "old" });
    await prepare(world, "chmod 000 ../more/own");
    await world.call("Bash", { command: "sleep 60", run_in_background: true });
    world.context = { ...world.context, workingDirs: [world.project, `${world.folder}/more`] };
    await run(world, "true", "chmod 755 ../more/own");
    expect(world.reports).toEqual([]);
  });

  testWith(true, "and what a command makes there is all new", async () => {
    const world = makeGuardWorld(PAYLOAD);
    const make = "mkdir zz; mv node_modules/x/pkg zz; chmod 000 zz";
    await run(world, "true", make, "true", "chmod 755 zz");
    expect(world.undone()).toEqual(["project/zz/pkg/.vscode/tasks.json"]);
  });

  testWith(false, "stays when the folder that it is in gets another name", async () => {
    const world = makeGuardWorld({ "project/zz/a/b/c/.npmrc": "old" });
    await prepare(world, MANY);
    await run(world, "mv zz y; rm -r many");
    expect(world.reports).toEqual([]);
    expect(read(world, "y/a/b/c/.npmrc")).toBe("old");
  });

  testWith(false, "does not make of what is removed and moved elsewhere a change", async () => {
    const world = makeGuardWorld({ "project/pkg/.npmrc": "a", "project/lib/.npmrc": "b" });
    await prepare(world, farBelow("touch x"));
    await run(world, "rm -r pkg", "mv lib libs", "git init -q new; mv new other", "rm -rf other");
    expect(world.reports).toEqual([]);
  });
});

const packageDir = join(import.meta.dirname, "../../..");
const vitest = join(fileURLToPath(import.meta.resolve("vitest/package.json")), "../vitest.mjs");

/** Runs what was left, as root without the rights by which it reads everything; gives the report. */
async function runLeft(): Promise<unknown> {
  const { VITEST: _vitest, KEDGE_TEST_REPORT: _report, ...env } = process.env;
  const report = join(makeScratch(), "report.json");
  const args = ["run", "--reporter=json", `--outputFile=${report}`, "test/host/guard/out-of-sight.test.ts"];
  await promisify(execFile)(
    "setpriv",
    ["--bounding-set=-dac_override,-dac_read_search", process.execPath, vitest, ...args],
    { cwd: packageDir, env: { ...env, KEDGE_OUT_OF_SIGHT: "1" } },
  ).catch(() => undefined); // the report says what failed
  return JSON.parse(readFileSync(report, "utf8"));
}

if (!canHide)
  it("the same for a user whom modes keep out", async (context) => {
    needs(context, "setpriv");
    expect(await runLeft()).toMatchObject({ success: true, numFailedTests: 0, numPassedTests: left.length });
  }, 120_000);
