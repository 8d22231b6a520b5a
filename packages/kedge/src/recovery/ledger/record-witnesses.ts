import { type Kysely, sql, type Transaction } from "kysely";
import type { Redactor } from "../../redact/index.ts";
import { RecoveryError } from "../errors.ts";
import type { Evidence } from "../evidence.ts";
import { tellsOfFailure } from "../group.ts";
import type { AlertRules } from "../incidents/alert-rules.ts";
import { assignFailures, type FailureChange } from "../incidents/note-failures.ts";
import type { WitnessRecord } from "../witness.ts";
import { cleaner } from "./clean-witness.ts";
import { hourChanges } from "./hours.ts";
import { type JudgedSession, judgeSession } from "./judge-session.ts";
import type { Lease } from "./lease.ts";
import type { LedgerMemory, RowWriter } from "./row-writer.ts";
import type { FailureRow, HourRow, LedgerTables } from "./schema.ts";
import { sessionRows } from "./session-row.ts";
import type { Statements } from "./statements.ts";
import { VALUES_AT_ONCE } from "./values.ts";
import { fromWitnessRow, type StoredWitness, toWitnessRow } from "./witness-row.ts";

/** What came of taking witnesses in. */
export interface Recorded {
  /** Witnesses of failures that were new. */
  readonly taken: number;
  /** Failures that are new, or of which more is known now. */
  readonly failures: readonly FailureRow[];
}

interface RecordOptions {
  readonly redactor: Redactor;
  readonly now: () => number;
  readonly zone: string;
  readonly lease?: Lease;
  /** Both of the same connection. */
  readonly writer: RowWriter;
  readonly statements: Statements;
  /** What is told of failures. */
  readonly alertRules: () => Promise<AlertRules>;
}

interface JudgingOptions {
  readonly rules: AlertRules;
  readonly memory: LedgerMemory;
}

/** Takes witnesses in within one transaction: all that follows from them is written with them, or nothing is. */
export async function recordWitnesses(
  db: Kysely<LedgerTables>,
  witnesses: readonly WitnessRecord[],
  options: RecordOptions,
): Promise<Recorded> {
  const clean = witnesses.map(cleaner(options.redactor));
  const { writer } = options;
  // Read once, and not while everybody waits for the transaction.
  const rules = await options.alertRules();
  return db.transaction().execute(async (trx) => {
    if (options.lease) await mustHold(trx, options.lease, options.now());
    const told = clean.filter((each) => tellsOfFailure(each));
    const memory = writer.memory();
    const fresh = memory.newOf(withoutCopies(told));
    // What was purged brings its session back no more than itself.
    const isNew = new Set(fresh);
    writer.session.run(sessionRows(clean.filter((each) => isNew.has(each) || !tellsOfFailure(each))));
    if (fresh.length === 0) return { taken: 0, failures: [] };
    const failures = await judgeSessions(trx, fresh, { ...options, rules, memory });
    return { taken: fresh.length, failures };
  });
}

/**
 * Each once. A session that was forked has the entries of the one before in its own transcript, with its own id: they are of the session that
 * a hook says failed.
 */
function withoutCopies(witnesses: readonly WitnessRecord[]): readonly WitnessRecord[] {
  if (new Set(witnesses.map(({ id }) => id)).size === witnesses.length) return witnesses;
  const failed = new Set(
    witnesses.filter(({ evidence }) => evidence.witness === "stop_failure_hook").map(sessionKey),
  );
  const kept = new Map<string, WitnessRecord>();
  for (const each of witnesses) {
    const known = kept.get(each.id);
    if (!known || (!failed.has(sessionKey(known)) && failed.has(sessionKey(each)))) kept.set(each.id, each);
  }
  return [...kept.values()];
}

/** A holder that lost its lease finds out here, before it writes. */
async function mustHold(trx: Transaction<LedgerTables>, lease: Lease, nowMs: number): Promise<void> {
  const row = await trx.selectFrom("lease").selectAll().where("name", "=", lease.name).executeTakeFirst();
  const isHeld = row?.holder === lease.holder && row.token === lease.token && row.until_ms > nowMs;
  if (!isHeld)
    throw new RecoveryError(
      "LEASE_LOST",
      `Another process has taken over ${lease.name}; nothing was written`,
    );
}

/** Joins and judges all failures of the sessions that new witnesses are of, and writes what changed. */
async function judgeSessions(
  trx: Transaction<LedgerTables>,
  fresh: readonly WitnessRecord[],
  { now, zone, writer, statements, rules, memory }: RecordOptions & JudgingOptions,
): Promise<readonly FailureRow[]> {
  const known = readKnown(statements, [...new Set(fresh.map(({ evidence }) => evidence.sessionId))]);
  const nowMs = now();
  const changes = [...Map.groupBy(fresh, sessionKey)].flatMap(([key, own]) => {
    const judged = judgeSession({
      fresh: own,
      stored: known.witnesses.get(key) ?? [],
      before: known.failures.get(key) ?? [],
      ...{ nowMs, zone, isGone: memory.isForgotten },
    });
    // One session after the other: what all of them together say would stay in memory for as long as the batch takes.
    writer.witness.run(judged.inserted.map(toWitnessRow));
    writer.assign.run(judged.moved.map(({ id, failureId }) => ({ failureId, id })));
    return changesOf(judged);
  });
  await removeFailures(
    trx,
    changes.flatMap(({ before, after }) => (before && !after ? before.id : [])),
  );
  await addHours(trx, hourChanges(changes), writer);
  const noted = assignFailures(statements, changes, { nowMs, rules });
  writer.failure.run(noted.rows);
  noted.settle();
  return noted.rows;
}

function changesOf({ changed, gone }: JudgedSession): readonly FailureChange[] {
  return [...changed, ...gone.map((before) => ({ before }))];
}

interface Known {
  readonly witnesses: ReadonlyMap<string, readonly StoredWitness[]>;
  readonly failures: ReadonlyMap<string, readonly FailureRow[]>;
}

/** What the ledger has of sessions, by agent and session. */
function readKnown({ build, run }: Statements, sessionIds: readonly string[]): Known {
  // One value, however many sessions: a statement with a place for each is long, and another one every time.
  const ids = sql<string>`(SELECT value FROM json_each(${JSON.stringify(sessionIds)}))`;
  const witnesses = run(build.selectFrom("witness").selectAll().where("session_id", "in", ids));
  const failures = run(build.selectFrom("failure").selectAll().where("session_id", "in", ids));
  return {
    witnesses: Map.groupBy(witnesses.map(fromWitnessRow), sessionKey),
    failures: Map.groupBy(failures, (row) => `${row.agent}\n${row.session_id}`),
  };
}

function sessionKey({ evidence }: { readonly evidence: Evidence }): string {
  return `${evidence.agent}\n${evidence.sessionId}`;
}

async function removeFailures(trx: Transaction<LedgerTables>, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += VALUES_AT_ONCE)
    await trx
      .deleteFrom("failure")
      .where("id", "in", ids.slice(at, at + VALUES_AT_ONCE))
      .execute();
}

async function addHours(
  trx: Transaction<LedgerTables>,
  rows: readonly HourRow[],
  writer: RowWriter,
): Promise<void> {
  writer.hour.run(rows);
  const emptied = [...new Set(rows.filter(({ failures }) => failures < 0).map((row) => row.hour_ms))];
  for (let at = 0; at < emptied.length; at += VALUES_AT_ONCE)
    await trx
      .deleteFrom("failure_hour")
      .where("hour_ms", "in", emptied.slice(at, at + VALUES_AT_ONCE))
      .where("failures", "<=", 0)
      .execute();
}
