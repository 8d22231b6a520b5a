/** What an entry had written when it was killed, before it could put it where it is read. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { MINUTE, makeIngester, reasonOf, spoolNames, writtenAt } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const WHOLE = record("s-whole");

function record(session: string): string {
  return `kedge 1 failure\nagent claude-code\npid 1\n\n${JSON.stringify(failureInput({ session_id: session }))}`;
}

/** A world in which it is a minute after an entry wrote into `tmp`. */
async function makeKilled(files: Readonly<Record<string, string>>) {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  for (const [name, text] of Object.entries(files)) leave(world, name, text, AT);
  world.now = AT + MINUTE;
  return { world, ledger, ingester };
}

function leave(world: RecoveryWorld, name: string, text: string, atMs: number): void {
  writeFileSync(join(world.stateDir, "spool/tmp", name), text, { mode: 0o600 });
  writtenAt(world, join("spool/tmp", name), atMs);
}

test("a whole record counts, as of when it was written", async () => {
  const { world, ledger, ingester } = await makeKilled({ "12-abc": WHOLE });
  expect(await ingester.drain()).toMatchObject({ files: 1, setAside: 0 });
  expect((await ledger.failures()).failures).toMatchObject([{ session_id: "s-whole", at_ms: AT }]);
  expect([...spoolNames(world, "tmp"), ...spoolNames(world, "new")]).toEqual([]);
});

test.each([
  ["in its input", WHOLE.slice(0, -20), /no JSON object, or half of one/],
  ["before its input", WHOLE.slice(0, 30), /no JSON object, or half of one/],
  ["in its first line", WHOLE.slice(0, 5), /does not begin with a line of Kedge's entry/],
  ["before it began", "", /does not begin with a line of Kedge's entry/],
])("one that was cut off %s is set aside with the reason", async (_, text, reason) => {
  const { world, ledger, ingester } = await makeKilled({ "12-abc": text, "13-abc": WHOLE });
  expect(await ingester.drain()).toMatchObject({ files: 1, setAside: 1 });
  expect(spoolNames(world, "tmp")).toEqual([]);
  expect(spoolNames(world, "bad")).toEqual(["12-abc.rescued", "12-abc.rescued.why"]);
  expect(reasonOf(world, "12-abc.rescued")).toMatch(reason);
  expect((await ledger.failures()).failures).toHaveLength(1);
});

test("an entry that may still be at work is left alone until it is a minute old", async () => {
  const { world, ledger, ingester } = await makeKilled({ "12-abc": WHOLE, "13-abc+": WHOLE });
  world.now = AT + MINUTE - 1;
  expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0 });
  expect(spoolNames(world, "tmp")).toEqual(["12-abc", "13-abc+"]);
  world.now = AT + MINUTE;
  expect(await ingester.drain()).toMatchObject({ files: 1 });
  expect((await ledger.failures()).failures).toHaveLength(1);
});

test("a second copy that was to be synced is removed, also without the first", async () => {
  const other = record("s-copy");
  const { world, ledger, ingester } = await makeKilled({
    "12-abc": WHOLE,
    "12-abc+": other,
    "13-abc+": other,
  });
  await ingester.drain();
  expect((await ledger.failures()).failures).toMatchObject([{ session_id: "s-whole" }]);
  for (const folder of ["tmp", "new", "bad"] as const) expect(spoolNames(world, folder)).toEqual([]);
});

test("what no entry makes stays where it is", async () => {
  const { world, ledger, ingester } = await makeKilled({ "-odd name": WHOLE, ".hidden": WHOLE });
  expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0 });
  expect(spoolNames(world, "tmp")).toEqual(["-odd name", ".hidden"]);
  expect((await ledger.failures()).failures).toEqual([]);
});
