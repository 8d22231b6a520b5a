/** Whoever hears of what the guard does keeps it from nothing, though they fail. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { makeGuardWorld } from "./guard-world.ts";

const fail = (): never => {
  throw new Error("nobody listens");
};

it("what is put back is put back, the command has its outcome, and what it was permitted ends with it", async () => {
  const world = makeGuardWorld();
  Object.assign(world.reports, { push: fail });
  const text = await world.bash("echo out; echo y >.mcp.json; echo y >.npmrc", [world.at(".npmrc")]);
  expect(text).toMatch(/^out\n(.*\n)*.*\.mcp\.json was changed, and is put back/);
  expect(await world.bash("echo z >.npmrc")).toMatch(/\.npmrc was changed, and is put back/);
  expect(["mcp.json", "npmrc"].map((name) => readFileSync(world.at(`.${name}`), "utf8"))).toEqual([
    "{}",
    "y\n",
  ]);
});

it("so it is where there is more than is looked at", async () => {
  const world = makeGuardWorld();
  Object.assign(world.told, { push: fail });
  expect(await world.bash("mkdir .idea; touch .idea/{1..5001}; echo y >.mcp.json", [".idea"])).toMatch(
    /\.mcp\.json was changed, and is put back/,
  );
});
