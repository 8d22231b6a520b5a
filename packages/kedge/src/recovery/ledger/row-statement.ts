import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Compilable } from "kysely";

/**
 * A statement that takes one row, and runs for thousands of them within one transaction. The query builder writes it, once; building it
 * anew for every row, or for hundreds of rows at once, costs several times what the database does with them.
 */
export interface RowStatement<Row> {
  /**
   * Runs it for each row. Only within a transaction of the same connection: it does not wait for one.
   *
   * @returns the rows that changed something
   */
  run<Own extends Row>(rows: readonly Own[]): readonly Own[];
}

/**
 * Makes such a statement. The values of a row are its only parameters, in the order of its fields, and all rows have the same fields in the same
 * order.
 */
export function rowStatement<Row extends object>(
  database: Pick<DatabaseSync, "prepare">,
  build: (row: Row) => Compilable,
): RowStatement<Row> {
  let prepared: StatementSync | undefined;
  const prepare = (row: Row): StatementSync => {
    const { sql, parameters } = build(row).compile();
    if (parameters.length !== Object.keys(row).length)
      throw new RangeError(
        `Expected ${Object.keys(row).length} parameters, got ${parameters.length}: ${sql}`,
      );
    return database.prepare(sql);
  };
  return {
    run(rows) {
      const changed: (typeof rows)[number][] = [];
      for (const row of rows) {
        prepared ??= prepare(row);
        if (prepared.run(...Object.values(row)).changes !== 0) changed.push(row);
      }
      return changed;
    },
  };
}
