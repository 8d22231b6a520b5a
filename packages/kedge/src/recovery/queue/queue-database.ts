import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { ensureOwnFolder } from "../../platform/index.ts";
import { isRecoveryError, RecoveryError } from "../errors.ts";
import { migrate } from "../ledger/migrations.ts";
import { isInUse, openSqlite, sqliteWords } from "../ledger/sqlite.ts";
import { createStatements, type Statements } from "../ledger/statements.ts";

/**
 * The queue's own connection to the file of the ledger.
 *
 * The work of a transaction runs from beginning to end without giving way to anything else of this process. The ledger's transactions do give way:
 * one of them may be open whenever work of the queue is to begin, and it goes on only once the queue stops waiting for it. So a
 * database that is in use is tried again later, and never waited for.
 */
export interface QueueDatabase {
  /** Runs work that writes: all of it or nothing, and alone. */
  write<T>(work: (statements: Statements) => T): Promise<T>;
  /** Runs work that reads with one statement. */
  read<T>(work: (statements: Statements) => T): Promise<T>;
  close(): void;
}

/** How long a database that is in use is tried for, in ms. */
const BUSY_MS = 5_000;

/** How long to wait between two tries at most, in ms. Nobody queues for a database: who tries seldom beside busy writers gets it never. */
const MAX_WAIT_MS = 8;

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openQueueDatabase(stateDir: string): Promise<QueueDatabase> {
  const path = join(stateDir, "ledger.sqlite");
  const raw = await openFile(stateDir, path);
  const statements = createStatements(raw);
  const whenFree = async <T>(work: () => T): Promise<T> => {
    for (let waitedMs = 0, waitMs = 1; ; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
      if (!raw.isOpen)
        throw new RecoveryError("LEDGER_NOT_USABLE", "Expected an open queue, got a closed one");
      try {
        return work();
      } catch (error) {
        if (!isInUse(error) || waitedMs >= BUSY_MS) throw inWords(error, path);
      }
      await wait(waitMs);
      waitedMs += waitMs;
    }
  };
  return {
    read: (work) => whenFree(() => work(statements)),
    write: (work) => whenFree(() => transact(raw, () => work(statements))),
    close: () => {
      if (raw.isOpen) raw.close();
    },
  };
}

async function openFile(stateDir: string, path: string): Promise<DatabaseSync> {
  try {
    await ensureOwnFolder(stateDir);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new RecoveryError("LEDGER_NOT_USABLE", words, { cause });
  }
  const { raw } = openSqlite(path);
  try {
    migrate(raw);
    raw.exec("PRAGMA busy_timeout = 0");
    return raw;
  } catch (error) {
    raw.close();
    throw inWords(error, path);
  }
}

function transact<T>(raw: DatabaseSync, work: () => T): T {
  raw.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    raw.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk has ended it already.
    if (raw.isTransaction) raw.exec("ROLLBACK");
    throw error;
  }
}

function inWords(error: unknown, path: string): unknown {
  if (isRecoveryError(error)) return error;
  if ((error as { code?: unknown } | null)?.code !== "ERR_SQLITE_ERROR") return error;
  const message = `The ledger ${path} cannot be used: ${sqliteWords(error)}`;
  return new RecoveryError("LEDGER_NOT_USABLE", message, { cause: error });
}
