import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { makeWorld, subjectOf, type World } from "./trust-world.ts";

describe("writers at once", () => {
  it("lose nothing: 20 in one process", async () => {
    const world = makeWorld();
    const subjects = Array.from({ length: 20 }, (_, at) => subjectOf(`echo ${at}`));
    await Promise.all(subjects.map((each) => world.trust([each])));
    const { judgements, problems } = await world.store.judge(subjects, world.context);
    expect(judgements.filter((each) => each.state === "trusted")).toHaveLength(20);
    expect(problems).toEqual([]);
  });

  it("lose nothing: 4 processes with 5 handlers each", async () => {
    const world = makeWorld();
    const commands = Array.from({ length: 20 }, (_, at) => `echo ${at}`);
    await Promise.all([0, 5, 10, 15].map((at) => trustElsewhere(world, commands.slice(at, at + 5))));
    const { judgements, problems } = await world.store.judge(
      commands.map((each) => subjectOf(each)),
      world.context,
    );
    expect(judgements.filter((each) => each.state === "trusted")).toHaveLength(20);
    expect(problems).toEqual([]);
  });
});

/** Trusts commands in a process of its own. */
async function trustElsewhere(world: World, commands: readonly string[]): Promise<void> {
  const store = pathToFileURL(join(import.meta.dirname, "../../src/engine/trust-store.ts")).href;
  const subjects = commands.map((command) => subjectOf(command));
  const script = `
    const { createTrustStore } = await import(${JSON.stringify(store)});
    const { stateDir, context, subjects } = ${JSON.stringify({ stateDir: world.stateDir, context: world.context, subjects })};
    const store = createTrustStore({ stateDir, clock: { now: () => 1 }, version: "1" });
    const { judgements } = await store.judge(subjects, context);
    for (const review of await store.review(judgements, context)) await store.trust([review]);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
  const code = await new Promise((done) => child.once("close", done));
  expect(code).toBe(0);
}
