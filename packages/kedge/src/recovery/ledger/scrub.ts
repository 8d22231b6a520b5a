import { DatabaseSync } from "node:sqlite";
import { isInUse } from "./sqlite.ts";

/** How long to wait for others who read or write, in ms. */
const BUSY_MS = 10_000;

/**
 * Makes the file of a ledger anew from what it still holds, and empties the log beside it: rows that were removed leave their bytes behind in
 * both until somebody writes over them. Call it with the ledger closed.
 *
 * @returns whether it is done; false while another process reads the old state
 */
export function scrubLedger(path: string): boolean {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    // Pages that are free must not come along, wherever they come from.
    database.exec("PRAGMA secure_delete = ON");
    database.exec("VACUUM");
    const checkpoint = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    return checkpoint?.busy === 0;
  } catch (error) {
    if (isInUse(error)) return false;
    throw error;
  } finally {
    database.close();
  }
}
