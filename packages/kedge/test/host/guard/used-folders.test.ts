/** What comes with a repository stays where nobody has worked: in a folder under whose name nothing was before. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createUsedFolders } from "../../../src/host/guard/used-folders.ts";
import { makeGuardWorld } from "./guard-world.ts";

const PLANT =
  "git init -q .; mkdir .claude .vscode; for f in .claude/settings.json .vscode/tasks.json .envrc; do echo y >$f; done";

describe("a folder that was in use", () => {
  it.each([
    ["is moved away, and back", ["mv apps/web ../x", `cd ../x; ${PLANT}; mv ../x ../project/apps/web`]],
    [
      "is replaced by another one, some commands later",
      ["rm -r apps/web", "true", "mkdir ../y", `cd ../y; ${PLANT}; mv ../y ../project/apps/web`],
    ],
    [
      "comes back below another name, which is then changed",
      ["mv apps ../x", "true", `mkdir apps; cd ../x/web; ${PLANT}; mv ../../x/web ../../project/apps/web`],
    ],
  ])("gets no settings by a repository: it %s", async (_name, commands) => {
    const world = makeGuardWorld({ "project/apps/web/src/a.ts": "a" });
    for (const command of commands) await world.bash(command);
    expect(world.undone()).toEqual([
      "project/apps/web/.claude/settings.json",
      "project/apps/web/.envrc",
      "project/apps/web/.vscode/tasks.json",
    ]);
    expect(existsSync(world.at("apps/web/.git/config"))).toBe(true);
  });

  it("is one that people filled between two commands, too", async () => {
    const world = makeGuardWorld({ "project/apps/web/": "" });
    await world.bash("true");
    world.git("worktree", "add", "-q", "apps/web");
    await world.bash("true");
    await world.bash("rm -r apps/web");
    await world.bash(`mkdir apps/web; cd apps/web; ${PLANT}`);
    expect(world.undone()).toContain("project/apps/web/.envrc");
  });

  it("is one that a command filled while another one runs, too", async () => {
    const world = makeGuardWorld();
    await world.call("Bash", { command: "sleep 60", run_in_background: true });
    await world.bash("mkdir -p apps/web; touch apps/web/a.ts");
    await world.bash("mv apps/web ../x");
    await world.bash(`cd ../x; ${PLANT}; mv ../x ../project/apps/web`);
    expect(world.undone()).toContain("project/apps/web/.envrc");
  });

  it("is none that was empty", async () => {
    const world = makeGuardWorld({ "project/apps/web/": "" });
    await world.bash("mkdir apps/lib");
    await world.bash(
      `(cd apps/web; ${PLANT}); (cd apps/lib; ${PLANT}); mkdir apps/new; cd apps/new; ${PLANT}`,
    );
    expect(world.reports).toEqual([]);
  });

  it("is not forgotten for others that come later", () => {
    const used = createUsedFolders();
    const note = (...paths: readonly string[]): void =>
      used.note({ folders: new Map(paths.map((path) => [path, { path, count: 1 }])) });
    note("/p/first");
    for (let look = 0; look < 60; look++)
      note(...Array.from({ length: 1_000 }, (_, at) => `/p/${look}/${at}`));
    expect([used.has("/p/first"), used.has("/p/0/0"), used.has("/p/59/999")]).toEqual([true, true, false]);
  });
});
