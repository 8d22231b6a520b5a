/** People write ids of failures down, so an id stands for the same failure whatever becomes known later. */
import { expect, test } from "vitest";
import type { Evidence } from "../../src/recovery/evidence.ts";
import { nameGroups } from "../../src/recovery/group.ts";
import type { WitnessRecord } from "../../src/recovery/witness.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { HOUR, MINUTE } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);

function witness(id: string, said: Partial<Evidence> = {}): WitnessRecord {
  const who = { witness: "stop_failure_hook", agent: "claude-code", sessionId: "s-1" } as const;
  const evidence = { ...who, atMs: AT, seenAtMs: AT + HOUR, kind: "server_error", ...said };
  return { id, evidence, session: { projectDir: "/work/shop" } };
}

/** Ids by the instants of their failures, once all of them are taken in, one by one. */
async function taken(...records: readonly WitnessRecord[]): Promise<ReadonlyMap<number, string>[]> {
  const ledger = await makeRecovery().ledger();
  const seen: Map<number, string>[] = [];
  for (const record of records) {
    await ledger.record([record]);
    const { failures } = await ledger.failures();
    seen.push(new Map(failures.map(({ at_ms, id }) => [at_ms, id])));
  }
  return seen;
}

test.each<[string, Partial<Evidence>, Partial<Evidence>]>([
  ["is the first of its kind", { promptId: "p-1" }, { witness: "transcript", promptId: "p-1" }],
  ["names the prompt, which nobody had", {}, { witness: "transcript", promptId: "p-1" }],
  ["names no prompt", { promptId: "p-1" }, { witness: "transcript" }],
  ["says the same again", { promptId: "p-1" }, { promptId: "p-1", atMs: AT - 1_000 }],
])("an earlier witness that comes late and %s changes no id", async (_, first, late) => {
  const [before, after] = await taken(
    witness("w-1", first),
    witness("w-0", { atMs: AT - 30_000, ...late, status: 500 }),
  );
  expect(before?.size).toBe(1);
  expect([...(after?.values() ?? [])]).toEqual([...(before?.values() ?? [])]);
});

test("an earlier failure of the same prompt that is learnt of late has an id of its own", async () => {
  const [later, earlier] = [AT + 10 * MINUTE, AT];
  const said = { promptId: "p-1" };
  const [before, after, end] = await taken(
    witness("w-1", { ...said, atMs: later }),
    witness("w-2", { ...said, atMs: earlier }),
    witness("w-3", { ...said, atMs: earlier - 5_000, witness: "transcript" }),
  );
  expect(after?.get(later)).toBe(before?.get(later));
  expect(after?.get(earlier)).not.toBe(before?.get(later));
  expect([...(end ?? [])].toSorted()).toEqual([
    [earlier - 5_000, after?.get(earlier)],
    [later, before?.get(later)],
  ]);
});

test("of one failure that turns out to be two, one has its id and the other a new one", async () => {
  const [before, after] = await taken(
    witness("w-2", { atMs: AT + 40_000, witness: "transcript" }),
    witness("w-1", { atMs: AT + 80_000 }),
    witness("w-0", { atMs: AT }),
  ).then((all) => all.slice(1));
  const id = before?.get(AT + 40_000);
  expect(before?.size).toBe(1);
  expect(after?.get(AT)).toBe(id);
  expect(after?.get(AT + 80_000)).toMatch(/^f_[0-9a-f]{20}$/);
  expect(after?.get(AT + 80_000)).not.toBe(id);
});

test("the same prompt in two sessions, and in a subagent, are failures with ids of their own", async () => {
  const [end] = (
    await taken(
      witness("w-1", { promptId: "p-1" }),
      witness("w-2", { promptId: "p-1", sessionId: "s-2", atMs: AT + 1 }),
      witness("w-3", { promptId: "p-1", subagent: { id: "a-1" }, atMs: AT + 2 }),
    )
  ).slice(-1);
  expect(new Set(end?.values()).size).toBe(3);
});

test("an id that went, since two failures turned out to be one, is never that of another", () => {
  const group = (...witnesses: readonly WitnessRecord[]) => ({ witnesses, duplicates: [] });
  const [one, two, three] = [witness("w-1"), witness("w-2"), witness("w-3")];
  const [first = "", second = ""] = nameGroups([group(one), group(two)]).map(({ id }) => id);
  const known = new Map([
    [one.id, first],
    [two.id, second],
  ]);
  const [both, other] = nameGroups([group(one, two), group(three)], known);
  expect(both?.id).toBe(first);
  expect([first, second]).not.toContain(other?.id);
});
