import { chmodSync, closeSync, constants, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { RecoveryError } from "../errors.ts";

/** A value as SQLite takes it. */
type SqlValue = string | number | bigint | null | Uint8Array;

/** How long a statement waits for a writer in another process, in ms. */
const BUSY_MS = 5_000;

/**
 * Of a file that is made; one that is there keeps its own. Each page that changed goes into the log and from there into the file, with a call of
 * the system for each step: of pages twice as large as SQLite's own a batch of failures changes half as many.
 */
const PAGE_BYTES = 8_192;

/** Pages in the log before they go into the file, 32 MiB: with SQLite's own 1,000 every batch of failures waits for it. */
const CHECKPOINT_PAGES = 4_000;

/** Pages kept in memory: indexes of random ids are written all over. */
const CACHE_KIB = 16_384;

/**
 * A transaction that reads first and writes then fails at once when another process has written between; one that takes the right to write
 * first waits for it.
 */
const BEGINS: Readonly<Record<string, string>> = { begin: "begin immediate" };

/**
 * Opens a database of SQLite for Kysely. Written with a log ahead (WAL) and synced with every transaction: what was acknowledged survives
 * a power cut. The file is readable by nobody else.
 *
 * @throws {RecoveryError} `LEDGER_NOT_USABLE`
 */
export function openSqlite(path: string): SqliteDatabase & { readonly raw: DatabaseSync } {
  let raw: DatabaseSync;
  try {
    makePrivate(path);
    raw = new DatabaseSync(path);
    for (const pragma of [
      `busy_timeout = ${BUSY_MS}`,
      `page_size = ${PAGE_BYTES}`,
      "journal_mode = WAL",
      "synchronous = FULL",
      "foreign_keys = ON",
      "trusted_schema = OFF",
      `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
      `cache_size = -${CACHE_KIB}`,
    ])
      patiently(raw, `PRAGMA ${pragma}`);
  } catch (cause) {
    throw new RecoveryError(
      "LEDGER_NOT_USABLE",
      `The ledger ${path} cannot be opened: ${sqliteWords(cause)}`,
      {
        cause,
      },
    );
  }
  return { raw, close: () => raw.close(), prepare: (sql) => statement(raw.prepare(BEGINS[sql] ?? sql)) };
}

/**
 * Runs a statement, again where another process is in the way: to change the journal's mode SQLite needs the file alone, and does not wait
 * for that.
 */
function patiently(raw: DatabaseSync, sql: string): void {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      raw.exec(sql);
      return;
    } catch (error) {
      if (!isInUse(error) || waitedMs >= BUSY_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** Whether an error says that somebody else is using the database. */
export function isInUse(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === "number" && IN_USE.includes(errcode & 0xff);
}

/** SQLite's own codes for that. */
const IN_USE: readonly unknown[] = [5, 6];
const PAUSE_MS = 20;

/** The file is made with its mode before SQLite opens it, and its journals get the same. */
function makePrivate(path: string): void {
  closeSync(openSync(path, constants.O_CREAT | constants.O_RDWR | (constants.O_NOFOLLOW ?? 0), 0o600));
  chmodSync(path, 0o600);
}

/** Kysely speaks to another driver of the same shape; this is the difference. */
function statement(prepared: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]): SqlValue[] => parameters as SqlValue[];
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...values(parameters)),
    run(parameters) {
      const { changes, lastInsertRowid } = prepared.run(...values(parameters));
      return { changes, lastInsertRowid };
    },
    iterate: (parameters) => prepared.iterate(...values(parameters)) as IterableIterator<unknown>,
  };
}

/** What stands in the way, by SQLite's own codes, and what to do about it. */
const WORDS: Readonly<Record<number, string>> = {
  5: "another process uses it. Run this again when that has ended",
  10: "its disk fails or is full. Make room, or see to the disk",
  11: "it is damaged. Move it aside, with the files -wal and -shm beside it: a new one is made, and what waits in the spool is kept",
  13: "its disk is full. Make room",
  26: "it is no ledger. Move it aside: a new one is made, and what waits in the spool is kept",
};

/** An error of SQLite or of the file in words. */
export function sqliteWords(error: unknown): string {
  const { errcode, code } = (error ?? {}) as { errcode?: unknown; code?: unknown };
  if (code === "ELOOP")
    return "it is a link. Remove it, or set KEDGE_STATE_DIR to the folder that it leads to";
  const known = typeof errcode === "number" ? WORDS[errcode & 0xff] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}

/** SQLite's own codes for values that it can never store: too long, out of range, of a wrong type, missing. */
const POISON: readonly unknown[] = [18, 20, 25, 1299, 3091];

/** Whether an error is the fault of what was to be stored; another one may be gone the next time. */
export function isPoison(error: unknown): boolean {
  const { errcode, cause } = (error ?? {}) as { errcode?: unknown; cause?: unknown };
  return typeof errcode === "number" ? POISON.includes(errcode) : cause !== undefined && isPoison(cause);
}
