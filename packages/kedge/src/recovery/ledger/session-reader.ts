import { type Kysely, type SqlBool, sql } from "kysely";
import type { LedgerTables, SessionRow } from "./schema.ts";

/** An incident that is open. Times are epoch ms. */
export interface StandingIncident {
  readonly id: string;
  readonly cause: string;
  readonly scope: string;
  readonly account: string;
  /** Of its last failure. */
  readonly lastMs: number;
}

/** A session that an open incident has stopped, and that has not gone on since. */
export interface StandingSession {
  readonly incident: StandingIncident;
  /** Its last failure in the incident, epoch ms. */
  readonly lastMs: number;
  readonly session: SessionRow;
}

/** Reads what is known of sessions, for whoever watches them. */
export interface SessionReader {
  /** Sessions that began and have not ended since, the last heard of first, at most 1,000. */
  open(): Promise<readonly SessionRow[]>;
  /** Sessions of which something was heard after an instant, epoch ms; the last first, at most 1,000. */
  heardSince(sinceMs: number): Promise<readonly SessionRow[]>;
  incidents(): Promise<readonly StandingIncident[]>;
  /** At most 5,000, those first that failed last. */
  standing(): Promise<readonly StandingSession[]>;
  /** Whether the last start of a session was that of an attempt of a job. */
  isOfJob(session: Pick<SessionRow, "session_id" | "started_ms">): Promise<boolean>;
}

const MOST = 1_000;
const MOST_STANDING = 5_000;

/** An attempt begins before its session does; the file of a hook has its time from another clock. */
const SLACK_MS = 5_000;

/** As the index of open sessions has it: only so SQLite sees that it fits. */
const IS_OPEN = sql<SqlBool>`started_ms IS NOT NULL AND (ended_ms IS NULL OR ended_ms < started_ms)`;

/** Makes a reader. */
export function createSessionReader(db: Kysely<LedgerTables>): SessionReader {
  const sessions = db.selectFrom("session").selectAll().orderBy("last_ms", "desc").limit(MOST);
  return {
    open: () => sessions.where(IS_OPEN).execute(),
    heardSince: (sinceMs) => sessions.where("last_ms", ">", sinceMs).execute(),
    incidents: () =>
      db
        .selectFrom("incident")
        .select(["id", "cause", "scope", "account", "last_ms as lastMs"])
        .where("resolved_ms", "is", null)
        .execute(),
    async standing() {
      const rows = await db
        .selectFrom("incident as i")
        .innerJoin("incident_session as s", "s.incident_seq", "i.seq")
        .innerJoin("session", (join) =>
          join.onRef("session.agent", "=", "s.agent").onRef("session.session_id", "=", "s.session_id"),
        )
        .selectAll("session")
        .select(["i.id", "i.cause", "i.scope", "i.account as payer", "i.last_ms as incidentMs"])
        .select("s.last_ms as failedMs")
        .where("i.resolved_ms", "is", null)
        .where("s.recovered_ms", "is", null)
        .orderBy("s.last_ms", "desc")
        .limit(MOST_STANDING)
        .execute();
      return rows.map(({ id, cause, scope, payer, incidentMs, failedMs, ...session }) => ({
        incident: { id, cause, scope, account: payer, lastMs: incidentMs },
        ...{ lastMs: failedMs, session },
      }));
    },
    async isOfJob({ session_id: id, started_ms: startedMs }) {
      if (startedMs === null) return false;
      // The session of an attempt that was cut short is only known from what its job stored before it began.
      const own = sql<string>`json_extract(job.progress, '$.sessionId')`;
      const row = await db
        .selectFrom("job")
        .innerJoin("job_attempt as a", "a.job_seq", "job.seq")
        .select("job.seq")
        .where((eb) => eb.or([eb("a.session_id", "=", id), eb(own, "=", id)]))
        .where("a.started_ms", "<=", startedMs + SLACK_MS)
        .where((eb) => eb.or([eb("a.ended_ms", "is", null), eb("a.ended_ms", ">=", startedMs)]))
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
