/** Records that only prove that the way is clear. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CANARY_PREFIX } from "../../src/agents/index.ts";
import { failureInput, makeRecovery } from "../support/recovery-world.ts";
import {
  endInput,
  failedEntry,
  leaveAt,
  MINUTE,
  makeIngester,
  rowsOf,
  spoolNames,
  startInput,
  writeTranscript,
} from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const SESSION = `${CANARY_PREFIX}0123`;

test.each([
  ["a canary's entry", "canary", failureInput({ session_id: "any" })],
  ["an entry of StopFailure", "failure", failureInput({ session_id: SESSION })],
  ["an entry of SessionEnd", "end", endInput(SESSION)],
  ["an entry of SessionStart", "start", startInput(SESSION)],
])("%s waits for a minute, is removed then, and is never recorded", async (_, witness, input) => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  const transcript = writeTranscript(world, "s", [failedEntry(AT)]);
  leaveAt(world, AT, "1-a", witness, { ...input, transcript_path: transcript });

  for (const age of [0, MINUTE - 1]) {
    world.now = AT + age;
    expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0 });
    expect(spoolNames(world, "new")).toEqual([`1-a.${witness}`]);
  }
  world.now = AT + MINUTE;
  expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0, failures: [] });
  expect([...spoolNames(world, "new"), ...spoolNames(world, "bad")]).toEqual([]);
  expect((await ledger.failures()).failures).toEqual([]);
  expect(rowsOf(world, "SELECT * FROM session")).toEqual([]);
  expect(existsSync(join(world.stateDir, "manifests"))).toBe(false);
});

test("one that waits holds up nothing that came with it", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  world.now = AT + 1;
  leaveAt(world, AT, "1-a", "failure", failureInput({ session_id: SESSION }));
  leaveAt(world, AT, "2-b", "failure", failureInput({ session_id: "s-1" }));
  leaveAt(world, AT - MINUTE, "3-c", "failure", failureInput({ session_id: SESSION }));
  expect(await (await makeIngester(world, ledger)).drain()).toMatchObject({ files: 1 });
  expect((await ledger.failures()).failures).toMatchObject([{ session_id: "s-1" }]);
  expect(spoolNames(world, "new")).toEqual(["1-a.failure"]);
});

test("only what begins so is one", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  world.leave("1-a", "failure", failureInput({ session_id: `my-${SESSION}` }));
  await (await makeIngester(world, ledger)).drain();
  expect((await ledger.failures()).failures).toHaveLength(1);
});
