import type { DatabaseSync } from "node:sqlite";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { WitnessRecord } from "../witness.ts";
import { purgedAs } from "./forgotten.ts";
import { type RowStatement, rowStatement } from "./row-statement.ts";
import type { FailureRow, HourRow, LedgerTables, SessionRow, WitnessRow } from "./schema.ts";

/** Writes the rows that come by the thousand. Everything here only within a transaction. */
export interface RowWriter {
  /** What is known now. To be asked for once in a transaction that forgets nothing. */
  memory(): LedgerMemory;
  readonly witness: RowStatement<WitnessRow>;
  /** Says of which failure a known witness speaks. */
  readonly assign: RowStatement<{ readonly failureId: string | null; readonly id: string }>;
  /** What is known is kept, and completed. */
  readonly session: RowStatement<SessionRow>;
  /** A failure of which more is known now takes the place of the older one. */
  readonly failure: RowStatement<FailureRow>;
  readonly forgotten: RowStatement<LedgerTables["forgotten"]>;
  /** Counts are added to those that are there. */
  readonly hour: RowStatement<HourRow>;
}

/** What a ledger has, or had. */
export interface LedgerMemory {
  /** Those that were not taken in before, nor purged, nor tell of what was. */
  newOf(witnesses: readonly WitnessRecord[]): readonly WitnessRecord[];
  /** Whether a witness or a failure of that id was purged. */
  isForgotten(id: string): boolean;
}

/** What is known of a session, or what comes where that is empty. */
function orExcluded(column: "project" | "project_dir"): RawBuilder<string> {
  return sql<string>`coalesce(nullif(${sql.ref(`session.${column}`)}, ''), ${sql.ref(`excluded.${column}`)})`;
}

/** The later of what is known and what comes; null says nothing. */
function later(column: "started_ms" | "ended_ms"): RawBuilder<number | null> {
  const [known, own] = [sql.ref(`session.${column}`), sql.ref(`excluded.${column}`)];
  return sql`max(coalesce(${known}, ${own}), coalesce(${own}, ${known}))`;
}

/**
 * What may change with every start of a session, as it was said last: one that was resumed has another process, and may have another account.
 * What comes late, and is of an earlier start, only fills what nobody has said.
 */
function ofLastStart<Column extends "account" | "pid">(column: Column): RawBuilder<SessionRow[Column]> {
  const [known, own] = [sql.ref(`session.${column}`), sql.ref(`excluded.${column}`)];
  const isLast = sql`coalesce(excluded.started_ms, excluded.last_ms) >= coalesce(${later("started_ms")}, 0)`;
  return sql`CASE WHEN ${isLast} THEN coalesce(${own}, ${known}) ELSE coalesce(${known}, ${own}) END`;
}

export function createRowWriter(db: Kysely<LedgerTables>, database: DatabaseSync): RowWriter {
  const known = database.prepare("SELECT id FROM witness WHERE id IN (SELECT value FROM json_each(?))");
  const anyGone = database.prepare("SELECT 1 FROM forgotten LIMIT 1");
  const gone = database.prepare("SELECT 1 FROM forgotten WHERE id = ?");
  const purged = database.prepare("SELECT 1 FROM forgotten WHERE id = ?1 AND at_ms BETWEEN ?2 AND ?3");
  const isForgotten = (id: string): boolean => gone.get(id) !== undefined;
  const isPurged = (witness: WitnessRecord): boolean => {
    if (isForgotten(witness.id)) return true;
    const as = purgedAs(witness);
    return as?.keys.some((key) => purged.get(key, as.fromMs, as.toMs) !== undefined) ?? false;
  };
  return {
    memory() {
      // Where nothing was ever purged, nobody has to look for it thousands of times.
      const isEver = anyGone.get() !== undefined;
      return {
        newOf(witnesses) {
          const rows = known.all(JSON.stringify(witnesses.map(({ id }) => id)));
          const ids = new Set(rows.map(({ id }) => id));
          return witnesses.filter((each) => !ids.has(each.id) && !(isEver && isPurged(each)));
        },
        isForgotten: isEver ? isForgotten : () => false,
      };
    },
    forgotten: rowStatement(database, (row: LedgerTables["forgotten"]) =>
      db
        .insertInto("forgotten")
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    ),
    witness: rowStatement(database, (row: WitnessRow) => db.insertInto("witness").values(row)),
    assign: rowStatement(database, ({ failureId, id }: { failureId: string | null; id: string }) =>
      db.updateTable("witness").set({ failure_id: failureId }).where("id", "=", id),
    ),
    session: rowStatement(database, (row: SessionRow) =>
      db
        .insertInto("session")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["agent", "session_id"]).doUpdateSet((eb) => ({
            project: orExcluded("project"),
            project_dir: orExcluded("project_dir"),
            first_ms: eb.fn<number>("min", ["session.first_ms", "excluded.first_ms"]),
            last_ms: eb.fn<number>("max", ["session.last_ms", "excluded.last_ms"]),
            started_ms: later("started_ms"),
            end_reason: sql<
              string | null
            >`CASE WHEN excluded.ended_ms >= coalesce(session.ended_ms, 0) THEN excluded.end_reason ELSE session.end_reason END`,
            ended_ms: later("ended_ms"),
            agent_version: eb.fn.coalesce("session.agent_version", "excluded.agent_version"),
            permission_mode: eb.fn.coalesce("excluded.permission_mode", "session.permission_mode"),
            git_head: eb.fn.coalesce("session.git_head", "excluded.git_head"),
            transcript_path: eb.fn.coalesce("session.transcript_path", "excluded.transcript_path"),
            account: ofLastStart("account"),
            pid: ofLastStart("pid"),
          })),
        ),
    ),
    failure: rowStatement(database, (row: FailureRow) => db.replaceInto("failure").values(row)),
    hour: rowStatement(database, (row: HourRow) =>
      db
        .insertInto("failure_hour")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(["hour_ms", "project", "cause", "kind", "agent", "agent_version", "last_tool"])
            .doUpdateSet((eb) => ({
              failures: eb("failure_hour.failures", "+", eb.ref("excluded.failures")),
              cost_usd: eb("failure_hour.cost_usd", "+", eb.ref("excluded.cost_usd")),
              time_lost_ms: eb("failure_hour.time_lost_ms", "+", eb.ref("excluded.time_lost_ms")),
            })),
        ),
    ),
  };
}
