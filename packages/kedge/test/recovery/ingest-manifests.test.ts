/** How sessions were launched: the last start holds, and what cannot be kept keeps nothing else waiting. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import { HOUR, leaveAt, makeIngester, reasonOf, startInput } from "./spool-world.ts";

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
