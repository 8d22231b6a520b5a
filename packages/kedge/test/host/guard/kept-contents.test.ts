/** Contents of protected files are kept in bounds; nothing large takes the room of what is small. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeGuardWorld } from "./guard-world.ts";

/** Sizes of files that fill what is kept in one place to its last byte, where large ones are met before small ones. */
const SIZES = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

function fillWith(fileOf: (level: number, index: number) => string): void {
  for (const [level, size] of SIZES.entries())
    for (let index = 0; index < (level === 0 ? 34 : 12); index++) {
      const file = fileOf(level, index);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, Buffer.alloc(size, 97));
    }
}

/** Folders with such a file, the large ones above the small ones. */
const inFolders = (top: string) => (level: number, index: number) =>
  join(top, "deeper/".repeat(level), String(index), ".npmrc");

describe("contents are kept", () => {
  it("of a project and of start-up files beside large plugins of the home", async () => {
    const world = makeGuardWorld();
    fillWith((level, index) => join(world.home, ".claude/plugins", `${level} ${index}`));
    const before = world.fingerprint();
    expect(await world.bash("git remote add up https://example.com/x.git; git remote remove up")).toBe(
      "(no output)",
    );
    await world.bash("echo y >>.git/hooks/pre-push; echo y >>.claude/settings.json; echo y >>~/.bashrc");
    expect(world.undone()).toEqual([
      ...["home/.bashrc", "project/.claude/settings.json", "project/.git/hooks/pre-push"],
    ]);
    expect(world.fingerprint()).toEqual(before);
  });

  it("of what lies in the project itself beside what lies deeper", async () => {
    const world = makeGuardWorld();
    fillWith(inFolders(world.at("lib")));
    await world.bash("echo y >.claude/settings.json");
    expect(world.reports.flatMap(({ notRestored }) => notRestored)).toEqual([]);
    expect(readFileSync(world.at(".claude/settings.json"), "utf8")).toBe('{"hooks":{}}');
  });

  it("of what was there before what comes", async () => {
    const world = makeGuardWorld({ "project/lib/pkg/.vscode/tasks.json": "good" });
    const token = await world.guard.before();
    // Files are met before folders.
    fillWith(inFolders(world.at("new")));
    world.git("init", "-q", "new");
    await world.guard.after(token);
    expect(world.reports).toEqual([]);
    await world.bash("echo y >lib/pkg/.vscode/tasks.json");
    expect(readFileSync(world.at("lib/pkg/.vscode/tasks.json"), "utf8")).toBe("good");
    // Its room is free again when it is gone.
    await world.bash("rm -r new");
    await world.bash("true");
    await world.bash("mkdir x; git init -q x/y; echo a >x/y/.npmrc");
    await world.bash("echo b >x/y/.npmrc");
    expect(readFileSync(world.at("x/y/.npmrc"), "utf8")).toBe("a\n");
  });
});
