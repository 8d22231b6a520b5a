import { type ExpressionBuilder, sql } from "kysely";
import type { StoredIncident } from "../incidents/incident-context.ts";
import type { Outlook } from "../incidents/outlook-words.ts";
import type { LedgerTables } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";

const NAMED = 5;

/** Ids of sessions of an incident that stand still, those first that failed first. */
export function readSessionIds({ build, run }: Statements, seq: number): readonly string[] {
  return run(
    build
      .selectFrom("incident_session")
      .select("session_id")
      .where("incident_seq", "=", seq)
      .orderBy(sql`recovered_ms IS NOT NULL`)
      .orderBy("first_ms")
      .limit(NAMED),
  ).map(({ session_id }) => session_id);
}

/** What goes on with the work that an incident stopped: all work of its account, or the very pieces that have failed. */
export function readOutlook({ build, run }: Statements, { seq, account, scope }: StoredIncident): Outlook {
  const isOfAccount = scope === "account" || scope === "model";
  const failed = ({ exists, selectFrom }: ExpressionBuilder<LedgerTables, "job">) =>
    exists(
      selectFrom("job_attempt")
        .innerJoin("failure", "failure.id", "job_attempt.failure_id")
        .select("job_attempt.job_seq")
        .whereRef("job_attempt.job_seq", "=", "job.seq")
        .where("failure.incident_seq", "=", seq),
    );
  const [row] = run(
    build
      .selectFrom("job")
      .select([
        sql<number>`count(due_ms)`.as("waiting"),
        sql<number | null>`min(due_ms)`.as("nextMs"),
        sql<number>`count(*) - count(due_ms)`.as("held"),
      ])
      .where(sql<boolean>`state IN ('queued', 'parked')`)
      .where((eb) => (isOfAccount ? eb("account", "=", account) : failed(eb))),
  );
  return row ?? { waiting: 0, nextMs: null, held: 0 };
}
