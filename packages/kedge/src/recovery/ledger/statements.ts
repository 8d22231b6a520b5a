import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Compilable, Kysely, SqliteDialect } from "kysely";
import { rowStatement } from "./row-statement.ts";
import type { LedgerTables } from "./schema.ts";

/** Builds a statement and runs it at once: within a transaction, between two of its statements nothing else happens. */
export interface Statements {
  /** Only builds: nothing is executed through it. */
  readonly build: Kysely<LedgerTables>;
  /** @returns the rows of a `SELECT` or `RETURNING` */
  run<Row>(query: Compilable<Row>): readonly Row[];
  /**
   * Builds a statement of the first row and runs it for each; what a row must be is said at {@link rowStatement}.
   *
   * @returns the rows that changed something
   */
  runEach<Row extends object>(rows: readonly Row[], build: (row: Row) => Compilable): readonly Row[];
}

/** Statements that are kept prepared; the longest take some 100 KiB. */
const KEPT = 100;

/** Statements on a connection, within whatever transaction is open on it. */
export function createStatements(raw: DatabaseSync): Statements {
  const database = () => Promise.reject(new TypeError("Expected statements to be built, not executed"));
  const kept = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const prepared = raw.prepare(sql);
    // The oldest goes: what is used all the time is soon there again.
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(sql, prepared);
    return prepared;
  };
  return {
    build: new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database }) }),
    run<Row>(query: Compilable<Row>) {
      const { sql, parameters } = query.compile();
      return prepare(sql).all(...(parameters as (string | number | null)[])) as Row[];
    },
    runEach: (rows, build) => rowStatement({ prepare }, build).run(rows),
  };
}
