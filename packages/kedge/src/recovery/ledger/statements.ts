import type { DatabaseSync } from "node:sqlite";
import { type Compilable, Kysely, SqliteDialect } from "kysely";
import type { LedgerTables } from "./schema.ts";

/** Builds a statement and runs it at once: within a transaction, between two of its statements nothing else happens. */
export interface Statements {
  /** Only builds: nothing is executed through it. */
  readonly build: Kysely<LedgerTables>;
  /** @returns the rows of a `SELECT` or `RETURNING` */
  run<Row>(query: Compilable<Row>): readonly Row[];
}

/** Statements on a connection, within whatever transaction is open on it. */
export function createStatements(raw: DatabaseSync): Statements {
  const database = () => Promise.reject(new TypeError("Expected statements to be built, not executed"));
  return {
    build: new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database }) }),
    run<Row>(query: Compilable<Row>) {
      const { sql, parameters } = query.compile();
      return raw.prepare(sql).all(...(parameters as (string | number | null)[])) as Row[];
    },
  };
}
