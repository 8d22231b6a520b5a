import type { Kysely, Transaction } from "kysely";
import { forgetFailures } from "../incidents/forget-failures.ts";
import { forgottenKeys } from "./forgotten.ts";
import { hourChanges } from "./hours.ts";
import { countLeftovers, countUntold, removeLeftovers, removeTold, removeUseless } from "./leftovers.ts";
import type { RowWriter } from "./row-writer.ts";
import type { FailureRow, LedgerTables } from "./schema.ts";
import type { Statements } from "./statements.ts";

/** How long things are kept. */
export interface Retention {
  /** Failures, their witnesses and sessions, in ms. */
  readonly failuresMs: number;
}

/** What is removed for good: exactly one of them. */
export interface PurgeFilter {
  readonly project?: string;
  readonly sessionId?: string;
  /** Epoch ms: everything that happened before. */
  readonly beforeMs?: number;
  readonly id?: string;
  /** Everything. */
  readonly all?: true;
}

/** What was removed. */
export interface Removed {
  readonly failures: number;
  /** Sessions of which nothing is left. */
  readonly sessionIds: readonly string[];
}

/** What a purge removed. */
export interface Purged extends Removed {
  /** Incidents of which nothing is left but that whoever was told of them hears that they are over. */
  readonly untold: number;
}

/** What a purge would remove besides failures. */
export interface PurgedBesides {
  /** Sessions in which nothing failed. */
  readonly quietSessions: number;
  /** Incidents that are over and have no failures, messages of none, and silences. */
  readonly leftovers: number;
}

/** What removing needs: all of the same connection. */
interface Removing {
  readonly db: Kysely<LedgerTables>;
  readonly writer: RowWriter;
  readonly statements: Statements;
}

/** Rows that one transaction removes, so that others may write between. */
const ROWS_AT_ONCE = 1_000;

/** Removes what is older than it is to be kept. */
export async function retain(removing: Removing, { failuresMs }: Retention, nowMs: number): Promise<Removed> {
  const beforeMs = nowMs - failuresMs;
  const { db, statements } = removing;
  const removed = await remove(removing, { beforeMs });
  await db.transaction().execute(async () => {
    removeLeftovers(statements, { beforeMs }, nowMs);
    removeUseless(statements, nowMs);
  });
  await db.deleteFrom("forgotten").where("at_ms", "<", beforeMs).execute();
  return removed;
}

/** Removes failures and their witnesses, and leaves one line that says what was asked and how many went. */
export async function purge(removing: Removing, filter: PurgeFilter, nowMs: number): Promise<Purged> {
  const { db, statements } = removing;
  const removed = await remove(removing, filter, { isForgotten: true });
  await db.transaction().execute(async () => {
    if (filter.all) removeTold(statements);
    else removeLeftovers(statements, filter, nowMs);
  });
  if (filter.all)
    for (const table of ["witness", "failure_hour", "session"] as const) await db.deleteFrom(table).execute();
  const what = Object.keys(filter).sort().join(", ");
  await db.insertInto("tombstone").values({ at_ms: nowMs, what, removed: removed.failures }).execute();
  return { ...removed, untold: countUntold(statements) };
}

/** Whether witnesses are to stay out when they come again: transcripts still have what they had. */
interface Forgetting {
  readonly isForgotten?: boolean;
}

async function remove(
  removing: Removing,
  filter: PurgeFilter,
  { isForgotten = false }: Forgetting = {},
): Promise<Removed> {
  const { db, writer, statements } = removing;
  const touched = new Set<string>();
  let failures = 0;
  for (let count = -1; count !== 0; failures += count) {
    const rows = await db
      .transaction()
      .execute((trx) => removeFailures(trx, filter, { writer, statements, isForgotten }));
    for (const row of rows) touched.add(row.session_id);
    count = rows.length;
  }
  for (const id of await sessionsOf(db, filter)) touched.add(id);
  const sessionIds: string[] = [];
  const all = [...touched];
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
    const part = all.slice(at, at + ROWS_AT_ONCE);
    sessionIds.push(...(await db.transaction().execute((trx) => removeSessions(trx, part))));
  }
  return { failures, sessionIds };
}

/** Removes some failures with what witnesses said of them and their part of the counts, and returns them. */
async function removeFailures(
  trx: Transaction<LedgerTables>,
  { project, sessionId, beforeMs, id }: PurgeFilter,
  {
    writer,
    statements,
    isForgotten,
  }: Pick<Removing, "writer" | "statements"> & { readonly isForgotten: boolean },
): Promise<readonly FailureRow[]> {
  const rows = await trx
    .selectFrom("failure")
    .selectAll()
    .$if(project !== undefined, (query) => query.where("project", "=", project ?? ""))
    .$if(sessionId !== undefined, (query) => query.where("session_id", "=", sessionId ?? ""))
    .$if(beforeMs !== undefined, (query) => query.where("at_ms", "<", beforeMs ?? 0))
    .$if(id !== undefined, (query) => query.where("id", "=", id ?? ""))
    .limit(ROWS_AT_ONCE)
    .execute();
  if (rows.length === 0) return rows;
  const ids = rows.map((row) => row.id);
  const sessionIds = [...new Set(rows.map((row) => row.session_id))];
  await trx.deleteFrom("failure").where("id", "in", ids).execute();
  if (isForgotten)
    await trx
      .insertInto("forgotten")
      .columns(["id", "at_ms"])
      .expression((eb) =>
        eb
          .selectFrom("witness")
          .select(["id", "at_ms"])
          .where("session_id", "in", sessionIds)
          .where("failure_id", "in", ids),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  if (isForgotten)
    writer.forgotten.run(rows.flatMap((row) => forgottenKeys(row).map((id) => ({ id, at_ms: row.at_ms }))));
  await trx
    .deleteFrom("witness")
    .where("session_id", "in", sessionIds)
    .where("failure_id", "in", ids)
    .execute();
  writer.hour.run(hourChanges(rows.map((before) => ({ before }))));
  forgetFailures(statements, rows);
  await trx.deleteFrom("failure_hour").where("failures", "<=", 0).execute();
  return rows;
}

/** Sessions that are to go as such, whether anything of them failed or not. */
async function sessionsOf(db: Kysely<LedgerTables>, filter: PurgeFilter): Promise<readonly string[]> {
  const rows = (await matchingSessions(db, filter)?.select("session_id").execute()) ?? [];
  return rows.map((row) => row.session_id);
}

/** Null where the filter is about no sessions. */
function matchingSessions(db: Kysely<LedgerTables>, { project, sessionId, beforeMs }: PurgeFilter) {
  if (project === undefined && sessionId === undefined && beforeMs === undefined) return null;
  return db
    .selectFrom("session")
    .$if(project !== undefined, (query) => query.where("project", "=", project ?? ""))
    .$if(sessionId !== undefined, (query) => query.where("session_id", "=", sessionId ?? ""))
    .$if(beforeMs !== undefined, (query) => query.where("last_ms", "<", beforeMs ?? 0));
}

/** Counts what {@link purge} would remove besides failures; of everything nothing is counted. */
export async function countBesides(
  { db, statements }: Pick<Removing, "db" | "statements">,
  filter: PurgeFilter,
  nowMs: number,
): Promise<PurgedBesides> {
  return {
    quietSessions: await countQuiet(db, filter),
    leftovers: filter.all ? 0 : countLeftovers(statements, filter, nowMs),
  };
}

/** Sessions in which nothing failed. */
async function countQuiet(db: Kysely<LedgerTables>, filter: PurgeFilter): Promise<number> {
  const matched = matchingSessions(db, filter);
  if (matched === null) return 0;
  const { count } = await matched
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("session_id", "not in", db.selectFrom("failure").select("session_id"))
    .executeTakeFirstOrThrow();
  return count;
}

/** Removes those of the sessions of which no failure is left, with all that witnesses said of them. */
async function removeSessions(
  trx: Transaction<LedgerTables>,
  sessionIds: readonly string[],
): Promise<readonly string[]> {
  const kept = await trx
    .selectFrom("failure")
    .select("session_id")
    .distinct()
    .where("session_id", "in", sessionIds)
    .execute();
  const stays = new Set(kept.map((row) => row.session_id));
  const gone = sessionIds.filter((each) => !stays.has(each));
  if (gone.length === 0) return gone;
  await trx.deleteFrom("witness").where("session_id", "in", gone).execute();
  await trx.deleteFrom("session").where("session_id", "in", gone).execute();
  return gone;
}
