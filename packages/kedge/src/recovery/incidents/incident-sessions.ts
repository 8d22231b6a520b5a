import { sql } from "kysely";
import type { IncidentSessionRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import type { CountedFailure } from "./counted-failure.ts";

/** By what a session of an incident is known. */
type KeyColumn = "incident_seq" | "agent" | "session_id";

/** What became of the sessions of an incident. */
export interface SessionChange {
  /** Sessions that are new in it. */
  readonly sessionsAdded: number;
  /** Sessions that had recovered, and have failed again. */
  readonly fellBack: number;
}

/** Adds the sessions of failures to their incident; one that had recovered has not, when it failed after that. */
export function addSessions(
  statements: Statements,
  seq: number,
  failures: readonly CountedFailure[],
): SessionChange {
  const { build, runEach } = statements;
  const rows = sessionRows(seq, failures);
  const added = runEach(rows, (row) =>
    build
      .insertInto("incident_session")
      .values(row)
      .onConflict((conflict) => conflict.doNothing()),
  );
  if (added.length === rows.length) return { sessionsAdded: added.length, fellBack: 0 };
  const isNew = new Set(added);
  const known = rows.filter((row) => !isNew.has(row));
  return { sessionsAdded: added.length, fellBack: updateSessions(statements, known) };
}

/** @returns how many of them had recovered */
function updateSessions({ build, runEach }: Statements, rows: readonly IncidentSessionRow[]): number {
  const own = ({ incident_seq: seq, agent, session_id: id }: Pick<IncidentSessionRow, KeyColumn>) =>
    build
      .updateTable("incident_session")
      .where("incident_seq", "=", seq)
      .where("agent", "=", agent)
      .where("session_id", "=", id);
  runEach(
    rows.map(({ first_ms, last_ms, incident_seq, agent, session_id }) => ({
      ...{ first_ms, last_ms, incident_seq, agent, session_id },
    })),
    (row) =>
      own(row).set((eb) => ({
        first_ms: eb.fn<number>("min", ["first_ms", eb.val(row.first_ms)]),
        last_ms: eb.fn<number>("max", ["last_ms", eb.val(row.last_ms)]),
      })),
  );
  return runEach(
    rows.map(({ incident_seq, agent, session_id, last_ms }) => ({
      ...{ incident_seq, agent, session_id, last_ms },
    })),
    (row) => own(row).set({ recovered_ms: sql`NULL` }).where("recovered_ms", "<", row.last_ms),
  ).length;
}

function sessionRows(seq: number, failures: readonly CountedFailure[]): readonly IncidentSessionRow[] {
  const rows = new Map<string, IncidentSessionRow>();
  for (const { row } of failures) {
    const key = keyOf(row);
    const known = rows.get(key);
    rows.set(key, {
      incident_seq: seq,
      agent: row.agent,
      session_id: row.session_id,
      project: row.project,
      first_ms: Math.min(known?.first_ms ?? row.at_ms, row.at_ms),
      last_ms: Math.max(known?.last_ms ?? row.at_ms, row.at_ms),
      recovered_ms: null,
    });
  }
  return [...rows.values()];
}

function keyOf({ agent, session_id }: { readonly agent: string; readonly session_id: string }): string {
  return `${agent}\n${session_id}`;
}

/** Takes sessions out of an incident of which no failure is in it any more. */
export function dropSessions({ build, run }: Statements, seq: number): void {
  run(
    build
      .deleteFrom("incident_session")
      .where("incident_seq", "=", seq)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("failure")
              .select("failure.id")
              .whereRef("failure.session_id", "=", "incident_session.session_id")
              .whereRef("failure.agent", "=", "incident_session.agent")
              .where("failure.incident_seq", "=", seq),
          ),
        ),
      ),
  );
}
