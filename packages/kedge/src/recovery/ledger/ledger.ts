import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { ensureOwnFolder } from "../../platform/index.ts";
import type { Redactor } from "../../redact/index.ts";
import { RecoveryError } from "../errors.ts";
import { type AlertRules, UNTOLD } from "../incidents/alert-rules.ts";
import type { WitnessRecord } from "../witness.ts";
import { type FailureFilter, type FailurePage, findFailures } from "./find-failures.ts";
import { type FailureCase, findAlike, findOne } from "./find-one.ts";
import { type Lease, takeLease } from "./lease.ts";
import { migrate } from "./migrations.ts";
import { type Overview, overview } from "./overview.ts";
import { type Recorded, recordWitnesses } from "./record-witnesses.ts";
import {
  countBesides,
  type Purged,
  type PurgedBesides,
  type PurgeFilter,
  purge,
  type Removed,
  type Retention,
  retain,
} from "./retention.ts";
import { createRowWriter } from "./row-writer.ts";
import type { FailureRow, LedgerTables } from "./schema.ts";
import { createSessionReader, type SessionReader } from "./session-reader.ts";
import { openSqlite, sqliteWords } from "./sqlite.ts";
import { createStatements } from "./statements.ts";
import { readStats, type Stats, type StatsFilter } from "./stats.ts";

/** Everything that is known of failures, kept. */
export interface Ledger {
  readonly path: string;
  /** What is known of sessions, for whoever watches them. */
  readonly sessions: SessionReader;
  /**
   * Takes witnesses in, joins them with those of their sessions, and judges. All of it or nothing; what is known already changes nothing.
   *
   * @param lease checked within the transaction: a holder that lost it writes nothing
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`, `LEASE_LOST`
   */
  record(witnesses: readonly WitnessRecord[], lease?: Lease): Promise<Recorded>;
  failures(filter?: FailureFilter): Promise<FailurePage>;
  /** One failure by its id or the beginning of it; null for none, or for several. */
  failure(id: string): Promise<FailureCase | null>;
  /** Failures whose ids begin so, in the order of their ids, at most so many. */
  alike(prefix: string, limit: number): Promise<readonly FailureRow[]>;
  /** Counts failures; a kind in the filter is not looked at. */
  overview(filter: FailureFilter): Promise<Overview>;
  /** Counts what {@link purge} would remove besides failures. */
  purgedBesides(filter: PurgeFilter): Promise<PurgedBesides>;
  stats(filter: StatsFilter): Promise<Stats>;
  /** Removes what is older than it is to be kept. */
  retain(retention: Retention): Promise<Removed>;
  /** Removes failures and what their witnesses said, and leaves a line that says how many. Their bytes go with {@link scrubLedger}. */
  purge(filter: PurgeFilter): Promise<Purged>;
  /**
   * Takes the right to write under a name, for a time. One process has it; another gets it when it has run out.
   *
   * @returns null while somebody else has it
   */
  lease(name: string, holder: string, forMs: number): Promise<Lease | null>;
  release(lease: Lease): Promise<void>;
  /** Who has a right now; null for nobody. */
  holder(name: string): Promise<Lease | null>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a ledger is opened. */
export interface LedgerOptions {
  /** Folder of Kedge's state; the file is `ledger.sqlite` in it. */
  readonly stateDir: string;
  /** Everything passes it before it is stored. */
  readonly redactor: Redactor;
  /** Epoch ms. */
  readonly now: () => number;
  /** Zone of this machine, for times in texts that name none. */
  readonly zone: string;
  /** What is told of failures, asked for when one is recorded. Default: incidents are kept, and nobody is told. */
  readonly alertRules?: () => Promise<AlertRules>;
}

/**
 * Opens the ledger, and makes it when there is none.
 *
 * @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE`
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { stateDir, now } = options;
  await makeFolder(stateDir);
  const path = join(stateDir, "ledger.sqlite");
  const database = openSqlite(path);
  try {
    migrate(database.raw);
  } catch (error) {
    database.close();
    throw inWords(error, path);
  }
  const db = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database }) });
  const writer = createRowWriter(db, database.raw);
  const statements = createStatements(database.raw);
  const { alertRules = async () => UNTOLD } = options;
  const close = (): Promise<void> => db.destroy();
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw inWords(error, path);
    }
  };
  return {
    path,
    sessions: createSessionReader(db),
    record: (witnesses, lease) =>
      guarded(
        recordWitnesses(db, witnesses, {
          ...options,
          writer,
          statements,
          alertRules,
          ...(lease ? { lease } : {}),
        }),
      ),
    failures: (filter = {}) => guarded(findFailures(db, filter)),
    failure: (id) => guarded(findOne(db, id)),
    alike: (prefix, limit) => guarded(findAlike(db, prefix, limit)),
    overview: (filter) => guarded(overview(db, filter)),
    purgedBesides: (filter) => guarded(countBesides({ db, statements }, filter, now())),
    stats: (filter) => guarded(readStats(db, filter)),
    retain: (retention) => guarded(retain({ db, writer, statements }, retention, now())),
    purge: (filter) => guarded(purge({ db, writer, statements }, filter, now())),
    lease: (name, holder, forMs) => guarded(takeLease(db, { name, holder, forMs, now: now() })),
    release: async ({ name, holder, token }) => {
      await guarded(
        db
          .updateTable("lease")
          .set({ until_ms: 0 })
          .where("name", "=", name)
          .where("holder", "=", holder)
          .where("token", "=", token)
          .execute(),
      );
    },
    holder: async (name) => {
      const own = db.selectFrom("lease").select(["name", "holder", "token"]).where("name", "=", name);
      return (await guarded(own.where("until_ms", ">", now()).executeTakeFirst())) ?? null;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function makeFolder(stateDir: string): Promise<void> {
  try {
    await ensureOwnFolder(stateDir);
  } catch (cause) {
    throw new RecoveryError("LEDGER_NOT_USABLE", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function inWords(error: unknown, path: string): unknown {
  if (error instanceof RecoveryError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (code !== "ERR_SQLITE_ERROR") return error;
  return new RecoveryError("LEDGER_NOT_USABLE", `The ledger ${path} cannot be used: ${sqliteWords(error)}`, {
    cause: error,
  });
}
