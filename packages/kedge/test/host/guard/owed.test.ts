/** What cannot be put back at one look is put back at a later one, unless somebody else has changed it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { makeGuardWorld } from "./guard-world.ts";

/** A file in place of the working directory: nothing can be made in there. */
const HIDE = "rm -r project; touch project";

/** A project without a repository, and commands that are run beside it. */
function makeOwing(more = {}) {
  const world = makeGuardWorld(more, false);
  const run = async (command: string, more: object = {}): Promise<string> =>
    (await world.call("Bash", { command, ...more }, { cwd: world.folder })).text;
  return { world, run, before: world.fingerprint() };
}

it("it is told of once, and put back as soon as that can be done", async () => {
  const { world, run, before } = makeOwing();
  expect(await run(HIDE)).toMatch(/\.mcp\.json is not as it was, and could not be put back: EEXIST/);
  expect(await run("true")).toBe("(no output)");
  expect(await run("rm project; echo y >~/.npmrc")).toMatch(/\.mcp\.json was removed, and is put back/);
  expect(world.fingerprint()).toEqual(before);
  expect(await run("true")).toBe("(no output)");
});

it("so it is while another command runs", async () => {
  const { world, run, before } = makeOwing();
  await run("sleep 60", { run_in_background: true });
  expect(await run(HIDE)).toContain("could not be put back");
  const told = await run("echo y >~/.npmrc");
  expect(told).toContain(".npmrc was made");
  expect(told).not.toContain("could not be put back");
  rmSync(world.project);
  expect(await run("true")).toMatch(/\.mcp\.json was removed, and is put back/);
  expect(world.fingerprint()).toEqual(before);
});

it("what people change there stays", async () => {
  const { world, run } = makeOwing();
  await run(HIDE);
  rmSync(world.project);
  mkdirSync(world.project);
  writeFileSync(world.at(".mcp.json"), "mine");
  await run("true");
  expect(readFileSync(world.at(".mcp.json"), "utf8")).toBe("mine");
  expect(readFileSync(world.at(".vscode/tasks.json"), "utf8")).toBe("{}");
});

it("what can never be put back is told of once, and from then on it is what is looked after", async () => {
  const { world, run } = makeOwing({ "project/.idea/large": "x".repeat(1024 * 1024 + 1) });
  await run("sleep 60", { run_in_background: true });
  expect(await run("echo y >project/.idea/large")).toContain("too large to be kept");
  expect(await run("true")).toBe("(no output)");
  await run("echo z >project/.idea/large");
  expect(readFileSync(world.at(".idea/large"), "utf8")).toBe("y\n");
});
