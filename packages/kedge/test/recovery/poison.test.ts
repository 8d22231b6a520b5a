/** What the ledger can never hold stops nothing else; what it cannot hold now waits. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { RecoveryError } from "../../src/recovery/errors.ts";
import { isPoison } from "../../src/recovery/ledger/sqlite.ts";
import { failureInput, makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { makeIngester, reasonOf, spoolNames } from "./spool-world.ts";

/** What SQLite throws at a statement, with a table that takes whole numbers only. */
function refusal(sql: string, ...values: readonly (string | number | null)[]): unknown {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE strict (id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE) STRICT");
  database.exec("CREATE TABLE loose (id INTEGER PRIMARY KEY)");
  database.exec("INSERT INTO strict VALUES (1, 1); PRAGMA max_page_count = 6");
  try {
    database.prepare(sql).run(...values);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
}

describe("whether a value is the fault of what was to be stored", () => {
  test.each([
    ["a word for a number", refusal("INSERT INTO strict VALUES (2, ?)", "x")],
    ["half a number", refusal("INSERT INTO strict VALUES (2, ?)", 1.5)],
    ["nothing where something has to be", refusal("INSERT INTO strict VALUES (2, ?)", null)],
    ["a word for a key", refusal("INSERT INTO loose VALUES (?)", "x")],
    ["more than a value may have", refusal("SELECT zeroblob(?)", 2_000_000_000)],
    ["one value too many", refusal("SELECT ?", 1, 2)],
  ])("%s: yes, by itself and as a cause", (_, error) => {
    expect(error).toBeInstanceOf(Error);
    expect(isPoison(error)).toBe(true);
    expect(isPoison(new RecoveryError("LEDGER_NOT_USABLE", "x", { cause: error }))).toBe(true);
  });

  test.each([
    ["a key that is taken", refusal("INSERT INTO strict VALUES (2, ?)", 1)],
    ["a disk that is full", refusal("CREATE TABLE more AS SELECT randomblob(?)", 1_000_000)],
    ["a statement that is none", refusal("INSERT INTO nothing VALUES (?)", 1)],
    ["a lease that was lost", new RecoveryError("LEASE_LOST", "x")],
    ["an error of ours", new TypeError("x")],
    ["nothing", undefined],
    ["a word", "x"],
  ])("%s: no", (_, error) => {
    expect(isPoison(error)).toBe(false);
    expect(isPoison(new RecoveryError("LEDGER_NOT_USABLE", "x", { cause: error }))).toBe(false);
  });
});

/** Makes the ledger refuse what witnesses of one session say, by a statement that runs before they are stored. */
async function refuse(world: RecoveryWorld, session: string, statement: string): Promise<() => void> {
  await (await world.ledger()).close();
  const run = (sql: string): void => {
    const database = new DatabaseSync(join(world.stateDir, "ledger.sqlite"));
    database.exec(sql);
    database.close();
  };
  run("CREATE TABLE narrow (n INTEGER NOT NULL) STRICT");
  run(
    `CREATE TRIGGER refuse BEFORE INSERT ON witness WHEN NEW.session_id = '${session}' BEGIN ${statement}; END`,
  );
  return () => run("DROP TRIGGER refuse");
}

function leaveBatch(world: RecoveryWorld): void {
  for (const at of [1, 2, 3, 4, 5])
    world.leave(`${at}-x`, "failure", failureInput({ session_id: `s-${at}`, prompt_id: `p-${at}` }));
}

test("of a batch the one that can never be stored is set aside with the reason, and the others are recorded", async () => {
  const world = makeRecovery();
  await refuse(world, "s-3", "INSERT INTO narrow VALUES ('no number')");
  leaveBatch(world);
  const ledger = await world.ledger();
  const done = await (await makeIngester(world, ledger)).drain();
  expect(done).toMatchObject({ setAside: 1, isElsewhere: false });
  const recorded = ["s-1", "s-2", "s-4", "s-5"];
  expect(done.failures.map((row) => row.session_id).toSorted()).toEqual(recorded);
  const { failures } = await ledger.failures();
  expect(failures.map((row) => row.session_id).toSorted()).toEqual(recorded);
  expect(spoolNames(world, "new")).toEqual([]);
  expect(spoolNames(world, "bad")).toEqual(["3-x.failure", "3-x.failure.why"]);
  expect(reasonOf(world, "3-x.failure")).toMatch(/^the ledger cannot hold what it says: .*narrow\.n/);
});

test("one that is set aside is not tried again", async () => {
  const world = makeRecovery();
  await refuse(world, "s-3", "INSERT INTO narrow VALUES (NULL)");
  leaveBatch(world);
  const ingester = await makeIngester(world, await world.ledger());
  await ingester.drain();
  expect(await ingester.drain()).toMatchObject({ files: 0, setAside: 0, failures: [] });
});

test("what may go the next time sets nothing aside: every file waits, and is taken in then", async () => {
  const world = makeRecovery();
  const allow = await refuse(world, "s-3", "SELECT RAISE(ABORT, 'not now')");
  leaveBatch(world);
  const ledger = await world.ledger();
  const ingester = await makeIngester(world, ledger);
  await expect(ingester.drain()).rejects.toMatchObject({ code: "LEDGER_NOT_USABLE" });
  expect(spoolNames(world, "new")).toHaveLength(5);
  expect(spoolNames(world, "bad")).toEqual([]);
  allow();
  expect(await ingester.drain()).toMatchObject({ files: 5, setAside: 0 });
  expect((await ledger.failures()).failures).toHaveLength(5);
});
