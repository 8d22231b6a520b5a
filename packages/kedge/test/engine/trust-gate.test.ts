import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTrustGate, type TrustGate } from "../../src/engine/trust-gate.ts";
import type { TrustJudgement } from "../../src/engine/trust-judge.ts";
import type { TrustStore } from "../../src/engine/trust-store.ts";
import { makeWorld, subjectOf, type World } from "./trust-world.ts";

interface Loaded {
  readonly gate: TrustGate;
  readonly judgement: TrustJudgement;
  /** How often handlers were hashed anew. */
  readonly count: { judged: number };
}

async function load(world: World, command: string): Promise<Loaded> {
  const subject = subjectOf(command);
  await world.trust([subject]);
  const { judgements } = await world.store.judge([subject], world.context);
  const [judgement] = judgements;
  if (judgement?.state !== "trusted") throw new Error(`Expected a trusted handler, got ${judgement?.state}`);
  const count = { judged: 0 };
  const store: TrustStore = {
    ...world.store,
    judge(...args) {
      count.judged++;
      return world.store.judge(...args);
    },
  };
  return { gate: createTrustGate({ store, context: world.context }), judgement, count };
}

it("lets a trusted handler pass without reading its files again", async () => {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  const { gate, judgement, count } = await load(world, "./a.sh");
  for (let round = 0; round < 5; round++)
    expect(await gate.check(judgement)).toEqual({ state: "trusted", changes: [] });
  expect(count.judged).toBe(0);
});

it("stops a handler whose script changed by one byte, and says which file", async () => {
  const world = makeWorld();
  const path = world.write(".claude/hooks/a.sh", "exit 0\n");
  const { gate, judgement } = await load(world, "./.claude/hooks/a.sh");
  const { mtimeNs } = statSync(path, { bigint: true });
  writeFileSync(path, "exit 1\n");
  const seconds = Number(mtimeNs) / 1e9;
  utimesSync(path, seconds, seconds); // the time of the last change of content can be forged
  const changes = [{ part: "content", path: ".claude/hooks/a.sh", what: "changed" }];
  expect(await gate.check(judgement)).toEqual({ state: "modified", changes });
  writeFileSync(path, "exit 0\n");
  expect(await gate.check(judgement)).toEqual({ state: "trusted", changes: [] });
});

it("stops a handler whose script became a link, went, or appeared", async () => {
  const world = makeWorld();
  const path = world.write("a.sh", "true\n");
  const { gate, judgement } = await load(world, "./a.sh; sh b.sh");
  renameSync(path, `${path}.real`);
  symlinkSync("a.sh.real", path);
  expect(await gate.check(judgement)).toMatchObject({ state: "modified", changes: [{ what: "changed" }] });
  rmSync(path);
  expect(await gate.check(judgement)).toMatchObject({ state: "modified", changes: [{ what: "vanished" }] });
  renameSync(`${path}.real`, path);
  expect(await gate.check(judgement)).toMatchObject({ state: "trusted" });
  world.write("b.sh", "true\n");
  expect(await gate.check(judgement)).toMatchObject({
    state: "modified",
    changes: [{ path: "b.sh", what: "appeared" }],
  });
});

it("lets a script pass that was only touched, and reads it once for that", async () => {
  const world = makeWorld();
  const path = world.write("a.sh", "true\n");
  const { gate, judgement, count } = await load(world, "./a.sh");
  utimesSync(path, 1, 1);
  for (let round = 0; round < 3; round++)
    expect(await gate.check(judgement)).toMatchObject({ state: "trusted" });
  expect(count.judged).toBe(1);
});

it("reads a file anew as long as a change of it might not show in its times", async () => {
  const world = makeWorld();
  world.clock.time = Date.now();
  world.write("a.sh", "true\n");
  const { gate, judgement, count } = await load(world, "./a.sh");
  await gate.check(judgement);
  expect(count.judged).toBe(1);
  world.clock.time += 10_000;
  for (let round = 0; round < 3; round++) await gate.check(judgement);
  expect(count.judged).toBe(2);
});

it("stops a handler when trust is taken back, and lets it run when it is given", async () => {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  const { gate, judgement } = await load(world, "./a.sh");
  await world.store.untrust(world.project);
  expect(await gate.check(judgement)).toEqual({ state: "untrusted", changes: [] });
  await world.trust([judgement.subject]);
  expect(await gate.check(judgement)).toEqual({ state: "trusted", changes: [] });
});

it("stops a handler when the project sets other variables, or became another one", async () => {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  const { judgement } = await load(world, "./a.sh");
  const context = { ...world.context, env: { BASH_ENV: "./b.sh" } };
  const other = createTrustGate({ store: world.store, context });
  expect(await other.check(judgement)).toMatchObject({
    state: "modified",
    changes: [{ part: "environment" }],
  });
  const moved = join(world.folder, "moved");
  renameSync(world.project, moved);
  symlinkSync(moved, world.project);
  const gate = createTrustGate({ store: world.store, context: world.context });
  expect(await gate.check(judgement)).toEqual({ state: "untrusted", changes: [] });
});

it("stops a handler whose relative words name other files where it would run", async () => {
  const world = makeWorld();
  world.write("a.sh", "true\n");
  const { gate, judgement } = await load(world, "./a.sh");
  const sub = join(world.project, "sub");
  mkdirSync(sub);
  expect(await gate.check(judgement, sub)).toMatchObject({ state: "trusted" });
  world.write("sub/a.sh", "true\n");
  expect(await gate.check(judgement, sub)).toMatchObject({ state: "trusted" });
  const other = world.write("sub/a.sh", "echo other\n");
  const changes = [{ part: "content", path: other, what: "unbound" }];
  expect(await gate.check(judgement, sub)).toEqual({ state: "modified", changes });
  expect(await gate.check(judgement, world.project)).toMatchObject({ state: "trusted" });
});

it("asks no files about handlers that need no decision", async () => {
  const world = makeWorld();
  const managed = subjectOf("./a.sh", { source: "managed", isFromProject: false });
  const user = subjectOf("./a.sh", { source: "user", isFromProject: false });
  const { judgements } = await world.store.judge([managed, user], world.context);
  const gate = createTrustGate({ store: world.store, context: world.context });
  const states = await Promise.all(judgements.map(async (each) => (await gate.check(each)).state));
  expect(states).toEqual(["managed", "trusted"]);
});
