/** Working directories come and go while a command runs. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type GuardWorld, makeGuardWorld } from "./guard-world.ts";

let world: GuardWorld;
let added: string;
beforeEach(async () => {
  world = makeGuardWorld({
    ...{ "added/.mcp.json": "{}", "added/sub/.vscode/tasks.json": "{}" },
    ...{ "project/sub/.mcp.json": "{}", "project/sub/lib/.npmrc": "a=b" },
  });
  added = join(world.folder, "added");
  await world.call("Bash", { command: "sleep 60", run_in_background: true });
});

/** Commands from now on work in the project and in these. */
const work = (...more: readonly string[]): void => {
  world.context = { ...world.context, workingDirs: [world.project, ...more] };
};

/** What was put back of what a command changes, which is all that it is told of. */
const change = async (path: string): Promise<readonly string[]> => {
  world.reports.splice(0);
  await world.bash(`echo y >'${path}'`);
  expect(world.reports.flatMap(({ notRestored }) => notRestored)).toEqual([]);
  return world.undone();
};

describe("while a command runs,", () => {
  it("one that is taken away keeps nobody from anything, and is looked after until nothing runs", async () => {
    work(added);
    expect(await world.bash("true")).toBe("(no output)");
    work();
    expect(await world.bash("true")).toBe("(no output)");
    expect(await change(join(added, "sub/.vscode/tasks.json"))).toEqual(["added/sub/.vscode/tasks.json"]);
    // What is permitted stays, at later looks, too.
    await world.bash("echo mine >.mcp.json", [world.at(".mcp.json")]);
    expect(await world.bash("true")).toBe("(no output)");
    expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("mine\n");
    await world.context.shells.close();
    // The look at the end of what ran in the background may be yet to come.
    for (let tries = 0; (await change(join(added, ".mcp.json"))).length > 0; tries++)
      expect(tries).toBeLessThan(50);
  });

  it("a folder of one may become another one", async () => {
    work(world.at("sub"));
    writeFileSync(world.at("sub/.mcp.json"), "changed");
    expect(await world.bash("true")).toContain("sub/.mcp.json was changed");
    expect(await change("sub/.mcp.json")).toEqual(["project/sub/.mcp.json"]);
    expect(await change("sub/lib/.npmrc")).toEqual(["project/sub/lib/.npmrc"]);
    expect(await change("sub/.npmrc")).toEqual(["project/sub/.npmrc"]);
    work();
    expect(await change("sub/.mcp.json")).toEqual(["project/sub/.mcp.json"]);
    expect(await world.bash("true")).toBe("(no output)");
  });
});
