/** Nothing is kept longer than somebody wanted it to be. */
import { writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFailures } from "../../src/cli/commands/failures.ts";
import { ingestSpool } from "../../src/cli/commands/ingest.ts";
import { makeLedger, NOW, stopFailure, witness } from "../support/ledger-world.ts";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import {
  DAY,
  endInput,
  failedEntry,
  HOUR,
  leaveAt,
  makeIngester,
  rowsOf,
  spoolNames,
  startInput,
  writeTranscript,
  writtenAt,
} from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const KEPT = 30 * DAY;

/** A world at the time of AT in which everything that is kept has been kept since an instant, epoch ms. */
async function makeOld(sinceMs: number) {
  const world = makeRecovery();
  world.now = sinceMs;
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  leaveAt(world, sinceMs, "1-a", "start", startInput("s-old"));
  leaveAt(world, sinceMs, "1-b", "failure", failureInput({ session_id: "s-old" }));
  leaveAt(world, sinceMs, "1-c", "failure", {});
  await ingester.drain();
  await ingester.close();
  for (const file of ["manifests/s-old.json", "spool/bad/1-c.failure", "spool/bad/1-c.failure.why"])
    writtenAt(world, file, sinceMs);
  world.now = AT;
  return { world, ledger };
}

/** A failure that happens now: what is old goes with the next that comes. */
function failNow(world: RecoveryWorld, name: string): void {
  leaveAt(world, world.now, name, "failure", failureInput({ session_id: `s-${name}` }));
}

/** What is left, of each kind. */
async function leftOf(world: RecoveryWorld) {
  return {
    failures: rowsOf(world, "SELECT session_id FROM failure ORDER BY 1").map((row) => row.session_id),
    witnesses: rowsOf(world, "SELECT session_id FROM witness ORDER BY 1").map((row) => row.session_id),
    sessions: rowsOf(world, "SELECT session_id FROM session ORDER BY 1").map((row) => row.session_id),
    counted: rowsOf(world, "SELECT sum(failures) AS n FROM failure_hour")[0]?.n,
    manifests: await readdir(join(world.stateDir, "manifests")),
    aside: spoolNames(world, "bad"),
  };
}

test("what is older than it is kept goes with the next failure that comes: rows, manifests and what was set aside", async () => {
  const { world, ledger } = await makeOld(AT - KEPT - 1);
  failNow(world, "new");
  await (await makeIngester(world, ledger, { keepMs: KEPT })).drain();
  expect(await leftOf(world)).toEqual({
    ...{ failures: ["s-new"], witnesses: ["s-new"], sessions: ["s-new"] },
    ...{ counted: 1, manifests: [], aside: [] },
  });
});

test.each([
  ["is as old as it may be", KEPT],
  ["is kept for good", undefined],
])("what %s stays", async (_, keepMs) => {
  const { world, ledger } = await makeOld(AT - KEPT);
  failNow(world, "new");
  await (await makeIngester(world, ledger, keepMs === undefined ? {} : { keepMs })).drain();
  expect(await leftOf(world)).toEqual({
    ...{ failures: ["s-new", "s-old"], witnesses: ["s-new", "s-old"], sessions: ["s-new", "s-old"] },
    ...{ counted: 2, manifests: ["s-old.json"], aside: ["1-c.failure", "1-c.failure.why"] },
  });
});

test("one that keeps on looks once a day", async () => {
  const { world, ledger } = await makeOld(AT - KEPT + HOUR);
  const ingester = await makeIngester(world, ledger, { keepMs: KEPT });
  const olds = async (afterMs: number) => {
    world.now = AT + afterMs;
    failNow(world, `n${afterMs}`);
    await ingester.drain();
    return (await ledger.failures({ sessionId: "s-old" })).failures.length;
  };
  expect(await olds(0)).toBe(1);
  expect(await olds(DAY - 1)).toBe(1);
  expect(await olds(DAY)).toBe(0);
});

test("one that keeps on and has nothing to take in looks once a day as well", async () => {
  const { world, ledger } = await makeOld(AT - KEPT + HOUR);
  const ingester = await makeIngester(world, ledger, { keepMs: KEPT });
  const olds = async (afterMs: number) => {
    world.now = AT + afterMs;
    await ingester.drain();
    return (await ledger.failures({ sessionId: "s-old" })).failures.length;
  };
  expect([await olds(0), await olds(DAY - 1), await olds(DAY)]).toEqual([1, 1, 0]);
});

test("what is too old is not brought back by a transcript that still has it", async () => {
  const world = makeRecovery();
  const ledger = await world.ledger();
  world.now = AT;
  const path = writeTranscript(world, "s", [
    failedEntry(AT - KEPT - 1, { uuid: "u-old" }),
    failedEntry(AT - KEPT, { uuid: "u-new" }),
  ]);
  const ingester = await makeIngester(world, ledger, { keepMs: KEPT });
  // What is too old goes with this one, and not again before tomorrow.
  failNow(world, "new");
  await ingester.drain();
  leaveAt(world, AT, "1-a", "end", endInput("s-1", { transcript_path: path }));
  await ingester.drain();
  expect((await ledger.failures({ sessionId: "s-1" })).failures).toMatchObject([{ at_ms: AT - KEPT }]);
});

test("that something was purged is known for as long as a transcript could bring it back", async () => {
  const { world, ledger } = await makeOld(AT - KEPT);
  await ledger.purge({ sessionId: "s-old" });
  const ingester = await makeIngester(world, ledger, { keepMs: KEPT });
  failNow(world, "1");
  await ingester.drain();
  // The witness, the failure, and two digests of which one it was.
  const forgotten = rowsOf(world, "SELECT id FROM forgotten").map(({ id }) => String(id));
  expect(forgotten.map((id) => id.replace(/[0-9a-f]{20,}/, (hex) => `${hex.length}`)).sort()).toEqual([
    "1-b.failure",
    "f_20",
    "f_32",
    "f_32",
  ]);
  world.now += DAY;
  failNow(world, "2");
  await ingester.drain();
  expect(rowsOf(world, "SELECT id FROM forgotten")).toEqual([]);
});

test.each([
  ["", 90],
  ["1", 1],
  ["400", 400],
])("KEDGE_RETENTION_DAYS=%j keeps %d days", async (text, days) => {
  const world = makeLedger();
  const [kept, old] = [NOW - days * DAY, NOW - days * DAY - 1];
  await world.record(
    witness({ atMs: kept, sessionId: "s-kept" }),
    witness({ atMs: old, sessionId: "s-old" }),
  );
  const env = { KEDGE_RETENTION_DAYS: text };
  const file = world.spool("1-a.failure", stopFailure({ session_id: "s-new" }));
  await world.run((context, moment) => ingestSpool({}, context, moment), { env });
  const { stdout } = await world.run(
    (context, moment) => listFailures({ json: true, limit: "9" }, context, moment),
    { env },
  );
  expect(stdout).toContain("s-kept");
  expect(stdout).not.toContain("s-old");
  expect(() => writeFileSync(file, "", { flag: "r+" })).toThrow("ENOENT");
});
