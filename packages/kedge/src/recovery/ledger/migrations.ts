import type { DatabaseSync } from "node:sqlite";
import { RecoveryError } from "../errors.ts";

/**
 * Each brings a ledger from the version of its place to the next. They are never changed once released: a ledger of any age takes the
 * same way.
 */
const MIGRATIONS: readonly string[] = [
  // Rows of witnesses and failures are long and come in the order of time: in a table with a rowid they are written one behind the other,
  // and only the indexes are written all over the file.
  `CREATE TABLE witness (
     id TEXT PRIMARY KEY, agent TEXT NOT NULL, session_id TEXT NOT NULL, failure_id TEXT,
     at_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, evidence TEXT NOT NULL
   ) STRICT;
   CREATE INDEX witness_session ON witness (session_id, agent);
   CREATE INDEX witness_seen ON witness (seen_ms);
   CREATE TABLE failure (
     id TEXT PRIMARY KEY, agent TEXT NOT NULL, agent_version TEXT, project TEXT NOT NULL, project_dir TEXT NOT NULL,
     session_id TEXT NOT NULL, prompt_id TEXT, subagent_id TEXT, subagent_type TEXT,
     at_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
     kind TEXT NOT NULL, agent_kind TEXT, cause TEXT NOT NULL, confidence TEXT NOT NULL, scope TEXT NOT NULL,
     is_transient INTEGER NOT NULL, status INTEGER, error_type TEXT, request_id TEXT, model TEXT, permission_mode TEXT,
     attempts INTEGER, last_tool TEXT, last_tool_digest TEXT, reset_at_ms INTEGER, reset_from TEXT, message TEXT,
     input_tokens INTEGER, output_tokens INTEGER, cost_usd REAL, time_lost_ms INTEGER NOT NULL,
     witnesses INTEGER NOT NULL, verdict TEXT NOT NULL
   ) STRICT;
   CREATE INDEX failure_at ON failure (at_ms DESC, id);
   CREATE INDEX failure_session ON failure (session_id);
   CREATE INDEX failure_project ON failure (project, at_ms DESC, id);
   CREATE INDEX failure_kind ON failure (kind, at_ms DESC, id);
   CREATE INDEX failure_cause ON failure (cause, at_ms DESC, id);
   CREATE TABLE failure_hour (
     hour_ms INTEGER NOT NULL, project TEXT NOT NULL, cause TEXT NOT NULL, kind TEXT NOT NULL, agent TEXT NOT NULL,
     agent_version TEXT NOT NULL, last_tool TEXT NOT NULL,
     failures INTEGER NOT NULL, cost_usd REAL NOT NULL, time_lost_ms INTEGER NOT NULL,
     PRIMARY KEY (hour_ms, project, cause, kind, agent, agent_version, last_tool)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE session (
     agent TEXT NOT NULL, session_id TEXT NOT NULL, project TEXT NOT NULL, project_dir TEXT NOT NULL,
     first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, started_ms INTEGER, ended_ms INTEGER, end_reason TEXT,
     agent_version TEXT, permission_mode TEXT, git_head TEXT, transcript_path TEXT,
     PRIMARY KEY (agent, session_id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX session_last ON session (last_ms);
   CREATE TABLE lease (
     name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, until_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tombstone (
     id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, what TEXT NOT NULL, removed INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE forgotten (id TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (id, at_ms)) STRICT, WITHOUT ROWID;`,
  // What the queue promises of its states holds in the file as well, whoever writes: a job runs with a holder, waits with a time or an owner,
  // or has ended; and of a session one job runs. A place is never given twice: readers go on from the last one that they saw. What may be long
  // comes last, so that the rest of a row is read without it.
  `CREATE TABLE job (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, batch TEXT, account TEXT NOT NULL,
     session_key TEXT NOT NULL, priority INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'parked', 'done', 'degraded', 'failed', 'cancelled')),
     due_ms INTEGER, due_queue_ms INTEGER, why TEXT, owner TEXT, cancel_why TEXT,
     attempts INTEGER NOT NULL, claims INTEGER NOT NULL, deaths INTEGER NOT NULL,
     token INTEGER NOT NULL, holder TEXT, lease_queue_ms INTEGER,
     added_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, ended_ms INTEGER,
     payload TEXT NOT NULL, progress TEXT,
     CHECK ((state = 'running') = (holder IS NOT NULL)),
     CHECK ((state = 'running') = (lease_queue_ms IS NOT NULL)),
     CHECK ((state IN ('done', 'degraded', 'failed', 'cancelled')) = (ended_ms IS NOT NULL)),
     CHECK ((due_ms IS NULL) = (due_queue_ms IS NULL)),
     CHECK (state <> 'queued' OR due_ms IS NOT NULL),
     CHECK (state <> 'parked' OR due_ms IS NOT NULL OR owner IS NOT NULL)
   ) STRICT;
   CREATE UNIQUE INDEX job_running ON job (session_key) WHERE state = 'running';
   CREATE INDEX job_waiting ON job (priority DESC, due_ms, seq) WHERE state IN ('queued', 'parked');
   CREATE INDEX job_waiting_batch ON job (batch, priority DESC, due_ms, seq)
     WHERE batch IS NOT NULL AND state IN ('queued', 'parked');
   CREATE INDEX job_owner ON job (owner, batch) WHERE owner IS NOT NULL;
   CREATE INDEX job_ended ON job (ended_ms, seq) WHERE ended_ms IS NOT NULL;
   CREATE INDEX job_counts ON job (account, batch, state, due_ms);
   CREATE INDEX job_batch ON job (batch, seq);
   CREATE INDEX job_session ON job (session_key, seq);
   CREATE TABLE job_attempt (
     job_seq INTEGER NOT NULL REFERENCES job (seq) ON DELETE CASCADE, number INTEGER NOT NULL,
     holder TEXT NOT NULL, token INTEGER NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER, outcome TEXT, why TEXT,
     is_charged INTEGER NOT NULL, failure_id TEXT, session_id TEXT, cost_usd REAL, cause TEXT, action TEXT,
     PRIMARY KEY (job_seq, number)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX job_attempt_cost ON job_attempt (started_ms, cost_usd) WHERE cost_usd IS NOT NULL;
   CREATE TABLE queue_clock (
     id INTEGER PRIMARY KEY CHECK (id = 1), queue_ms INTEGER NOT NULL, seen_ms INTEGER, forgotten_token INTEGER NOT NULL
   ) STRICT;
   INSERT INTO queue_clock (id, queue_ms, forgotten_token) VALUES (1, 0, 0);
   CREATE TABLE governor (
     account TEXT PRIMARY KEY, state TEXT NOT NULL, changed_ms INTEGER NOT NULL
   ) STRICT;`,
  // Of one key one incident is open. A failure is of one incident at most, and counts there once, however often it is judged anew. Services that
  // many machines tell of incidents tell those of one ledger apart by its id.
  `ALTER TABLE failure ADD COLUMN account TEXT;
   ALTER TABLE failure ADD COLUMN incident_seq INTEGER;
   ALTER TABLE session ADD COLUMN account TEXT;
   ALTER TABLE session ADD COLUMN pid INTEGER;
   CREATE INDEX session_open ON session (last_ms) WHERE started_ms IS NOT NULL AND (ended_ms IS NULL OR ended_ms < started_ms);
   CREATE INDEX failure_incident ON failure (incident_seq) WHERE incident_seq IS NOT NULL;
   CREATE TABLE incident (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, account TEXT NOT NULL,
     cause TEXT NOT NULL, scope TEXT NOT NULL, model TEXT, window TEXT, project TEXT,
     severity TEXT NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
     owner TEXT NOT NULL CHECK (owner IN ('kedge', 'person')),
     opened_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, until_ms INTEGER, until_from TEXT, ends_ms INTEGER NOT NULL,
     failures INTEGER NOT NULL, sessions INTEGER NOT NULL, recovered INTEGER NOT NULL,
     acknowledged_ms INTEGER, acknowledged_by TEXT, explained_by TEXT,
     resolved_ms INTEGER, over_ms INTEGER, resolution TEXT, note TEXT, lost_ms INTEGER NOT NULL, cost_usd REAL NOT NULL, verdict TEXT NOT NULL,
     CHECK ((resolved_ms IS NULL) = (resolution IS NULL))
   ) STRICT;
   CREATE UNIQUE INDEX incident_open ON incident (key) WHERE resolved_ms IS NULL;
   CREATE INDEX incident_key ON incident (key, seq);
   CREATE INDEX incident_opened ON incident (opened_ms);
   CREATE TABLE incident_session (
     incident_seq INTEGER NOT NULL REFERENCES incident (seq) ON DELETE CASCADE, agent TEXT NOT NULL, session_id TEXT NOT NULL,
     project TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, recovered_ms INTEGER,
     PRIMARY KEY (incident_seq, agent, session_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE alert (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
     incident_seq INTEGER REFERENCES incident (seq) ON DELETE CASCADE, channel TEXT NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('open', 'update', 'reminder', 'acknowledge', 'resolve', 'digest', 'test')),
     state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'dropped')),
     created_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, token INTEGER NOT NULL,
     holder TEXT, lease_ms INTEGER, ended_ms INTEGER, error TEXT, body TEXT,
     CHECK ((state = 'sending') = (holder IS NOT NULL)),
     CHECK ((state IN ('sent', 'dead', 'dropped')) = (ended_ms IS NOT NULL))
   ) STRICT;
   CREATE INDEX alert_due ON alert (channel, due_ms) WHERE state IN ('waiting', 'sending');
   CREATE INDEX alert_incident ON alert (incident_seq, channel, seq);
   CREATE TABLE channel_state (
     channel TEXT PRIMARY KEY, rule TEXT NOT NULL, failures INTEGER NOT NULL, next_ms INTEGER NOT NULL, written_ms INTEGER NOT NULL,
     told_ms INTEGER, gone_ms INTEGER, error TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE silence (
     id TEXT PRIMARY KEY, incident TEXT, account TEXT, cause TEXT, project TEXT,
     made_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, why TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE ledger_id (id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
   INSERT INTO ledger_id (id) VALUES (lower(hex(randomblob(12))));`,
  // What a receiver refused it certainly does not have; of what it has, and of what nobody knows, it hears the end.
  "ALTER TABLE alert ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0",
];

/** The version that this Kedge writes. */
export const LEDGER_VERSION = MIGRATIONS.length;

/**
 * Brings a ledger to the version of this Kedge, each step whole or not at all.
 *
 * @param to for tests of old ledgers: stop there
 * @throws {RecoveryError} `LEDGER_NEWER`: nothing was touched
 */
export function migrate(database: DatabaseSync, to = LEDGER_VERSION): void {
  const from = versionOf(database);
  if (from > LEDGER_VERSION)
    throw new RecoveryError(
      "LEDGER_NEWER",
      `The ledger has version ${from}, and this Kedge knows ${LEDGER_VERSION}. Use the newer Kedge, or set another KEDGE_STATE_DIR`,
    );
  for (let version = from; version < to; version++) step(database, version);
}

function step(database: DatabaseSync, version: number): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have taken the step while this one waited.
    if (versionOf(database) === version)
      database.exec(`${MIGRATIONS[version]}; PRAGMA user_version = ${version + 1}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.user_version ?? 0);
}
