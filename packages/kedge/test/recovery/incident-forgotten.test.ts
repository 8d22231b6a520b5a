/** Failures that are removed for good: no word of them stays, and no receiver is left with an alarm that nobody closes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type Ledger, openLedger } from "../../src/recovery/ledger/ledger.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { HOUR, type IncidentWorld, MINUTE, RULES } from "./incident-world.ts";
import { LOST, makeTelling } from "./telling-world.ts";

const BROKEN = { cause: "poisoned", project: "quarterly-figures" } as const;

async function withLedger(world: IncidentWorld, work: (ledger: Ledger) => Promise<unknown>): Promise<void> {
  await using ledger = await openLedger({
    ...{ stateDir: world.folder, redactor: createRedactor(), now: () => world.nowMs, zone: "UTC" },
    alertRules: async () => RULES,
  });
  await work(ledger);
}

/** All that is in the file of the ledger, in no order. */
function bytesOf({ folder }: IncidentWorld): string {
  const file = new DatabaseSync(join(folder, "ledger.sqlite"));
  file.exec("PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
  file.close();
  return readFileSync(join(folder, "ledger.sqlite"), "latin1");
}

test.each([
  ["was told", undefined],
  ["may have been told", LOST],
])(
  "an open incident that somebody %s is told to be closed, without a word of what was removed",
  async (_, answer) => {
    const { world, pass, got } = await makeTelling();
    await world.fail({ ...BROKEN, atMs: world.nowMs });
    expect(await pass(30_000, answer)).toEqual(["open 1"]);
    const dedupKeys = (await world.alerts()).map(
      ({ body }) => JSON.parse(body ?? "{}").incident.dedupKey as string,
    );
    await withLedger(world, (ledger) => ledger.purge({ project: BROKEN.project }));
    expect(bytesOf(world)).not.toContain("quarterly");
    expect(await pass(MINUTE)).toEqual(["resolve 1"]);
    expect(got.at(-1)).toMatchObject({
      title: "Broken history: closed after 1 min",
      incident: { dedupKey: dedupKeys[0], project: "", resolution: "gone", sessionIds: [] },
    });
    expect(JSON.stringify(got.at(-1))).not.toContain("quarterly");
    // Nothing is left to be told of it, so that nothing of it is kept.
    await withLedger(world, (ledger) => ledger.retain({ failuresMs: 90 * 24 * HOUR }));
    expect(await world.incidents()).toEqual([]);
    expect(await world.alerts()).toEqual([]);
  },
);

test("one that is over, and whose end is still to be told, stays until it was", async () => {
  const { world, pass } = await makeTelling();
  await world.fail({ ...BROKEN, atMs: world.nowMs });
  expect(await pass(MINUTE)).toEqual(["open 1"]);
  await world.prove({ sessionId: "s1" });
  await withLedger(world, (ledger) => ledger.purge({ project: BROKEN.project }));
  expect(bytesOf(world)).not.toContain("quarterly");
  expect(await pass(MINUTE)).toEqual(["resolve 2"]);
});

test("one that nobody was told of goes at once; what it explained speaks for itself", async () => {
  const { world, pass, got } = await makeTelling();
  await world.fail({ cause: "billing", project: BROKEN.project, session: "s2", atMs: world.nowMs });
  await world.fail({ cause: "stall", atMs: world.nowMs });
  await withLedger(world, (ledger) => ledger.purge({ project: BROKEN.project }));
  expect((await world.incidents()).map(({ cause }) => cause)).toEqual(["stall"]);
  await pass(2 * MINUTE);
  expect(got.map(({ kind, incident }) => [kind, incident?.cause])).toEqual([["open", "stall"]]);
});

test("one that somebody was told of, and that explained another, lets it speak as well", async () => {
  const { world, pass } = await makeTelling();
  await world.fail({ cause: "billing", project: BROKEN.project, session: "s2", atMs: world.nowMs });
  await world.fail({ cause: "stall", atMs: world.nowMs });
  expect(await pass(MINUTE)).toEqual(["open 1"]);
  await withLedger(world, (ledger) => ledger.purge({ project: BROKEN.project }));
  expect(await pass(2 * MINUTE)).toEqual(["resolve 2", "open 2"]);
});
