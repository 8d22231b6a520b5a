/** How sessions were launched: the last start holds, and what cannot be kept keeps nothing else waiting. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { forgetManifests } from "../../src/recovery/manifest.ts";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { HOUR, leaveAt, makeIngester, reasonOf, startInput, writtenAt } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

test.each([
  ["1-a", "2-b"],
  ["2-b", "1-a"],
])("of two starts the later one is kept, named %s and %s", async (early, late) => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ingester = await makeIngester(world, await world.ledger());
  leaveAt(world, AT, early, "start", startInput("s-1", { cwd: "/old" }));
  leaveAt(world, AT + 1_000, late, "start", startInput("s-1", { cwd: "/new", source: "resume" }));
  await ingester.drain();
  const kept: unknown = JSON.parse(readFileSync(join(world.stateDir, "manifests/s-1.json"), "utf8"));
  expect(kept).toMatchObject({ cwd: "/new", source: "resume", atMs: AT + 1_000 });
});

test("one that cannot be written is set aside, and failures are recorded all the same", async () => {
  const world = makeRecovery();
  world.now = AT + HOUR;
  const ledger = await world.ledger();
  mkdirSync(join(world.stateDir, "manifests/s-1.json"), { recursive: true, mode: 0o700 });
  leaveAt(world, AT, "1-a", "start", startInput("s-1"));
  leaveAt(world, AT, "2-b", "failure", failureInput({ session_id: "s-2" }));
  const ingester = await makeIngester(world, ledger);
  expect(await ingester.drain()).toMatchObject({ setAside: 1, isElsewhere: false });
  expect((await ledger.failures()).failures).toHaveLength(1);
  expect(reasonOf(world, "1-a.start")).toMatch(/^how its session was launched cannot be kept: /);
  expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0 });
});

test("of those that are old, what somebody else removes meanwhile is in nobody's way", async () => {
  const world = makeRecovery();
  const dir = join(world.stateDir, "manifests");
  mkdirSync(dir, { mode: 0o700 });
  const names = Array.from({ length: 500 }, (_, at) => `s-${at}.json`);
  for (const name of [...names, "new.json"]) writeFileSync(join(dir, name), "{}");
  for (const name of names) writtenAt(world, `manifests/${name}`, AT);
  const left = () => readdirSync(dir).filter((name) => name !== "new.json");
  const isDone = forgetManifests(world.stateDir, AT + 1);
  // The first is gone: the names of all others were read.
  while (left().length === names.length) await turn();
  const others = left();
  expect(others.length).toBeGreaterThan(10);
  for (const name of others) rmSync(join(dir, name), { force: true });
  await isDone;
  expect(readdirSync(dir)).toEqual(["new.json"]);
});

test("what is no file is removed like one", async () => {
  const world = makeRecovery();
  mkdirSync(join(world.stateDir, "manifests/s-1.json"), { recursive: true, mode: 0o700 });
  writtenAt(world, "manifests/s-1.json", AT);
  await forgetManifests(world.stateDir, AT + 1);
  expect(readdirSync(join(world.stateDir, "manifests"))).toEqual([]);
});
