import type { IncidentSessionRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { VALUES_AT_ONCE } from "../ledger/values.ts";
import type { CountedFailure } from "./counted-failure.ts";

/** What became of the sessions of an incident. */
export interface SessionChange {
  /** Sessions that are new in it. */
  readonly sessionsAdded: number;
  /** Sessions that had recovered, and have failed again. */
  readonly fellBack: number;
}

/** Six values each. */
const ROWS_AT_ONCE = Math.floor(VALUES_AT_ONCE / 6);

/** Adds the sessions of failures to their incident; one that had recovered has not, when it failed after that. */
export function addSessions(
  { build, run }: Statements,
  seq: number,
  failures: readonly CountedFailure[],
): SessionChange {
  const rows = sessionRows(seq, failures);
  let [sessionsAdded, fellBack] = [0, 0];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const part = rows.slice(at, at + ROWS_AT_ONCE);
    const added = run(
      build
        .insertInto("incident_session")
        .values(part)
        .onConflict((conflict) => conflict.doNothing())
        .returning(["agent", "session_id"]),
    );
    sessionsAdded += added.length;
    if (added.length === part.length) continue;
    const isNew = new Set(added.map(keyOf));
    for (const row of part) if (!isNew.has(keyOf(row))) fellBack += updateSession({ build, run }, row);
  }
  return { sessionsAdded, fellBack };
}

/** @returns 1 for a session that had recovered */
function updateSession(
  { build, run }: Statements,
  { incident_seq: seq, agent, session_id: id, first_ms, last_ms }: IncidentSessionRow,
): number {
  const own = build
    .updateTable("incident_session")
    .where("incident_seq", "=", seq)
    .where("agent", "=", agent)
    .where("session_id", "=", id);
  run(
    own.set((eb) => ({
      first_ms: eb.fn<number>("min", ["first_ms", eb.val(first_ms)]),
      last_ms: eb.fn<number>("max", ["last_ms", eb.val(last_ms)]),
    })),
  );
  return run(own.set({ recovered_ms: null }).where("recovered_ms", "<", last_ms).returning("agent")).length;
}

function sessionRows(seq: number, failures: readonly CountedFailure[]): readonly IncidentSessionRow[] {
  const rows = new Map<string, IncidentSessionRow>();
  for (const { row } of failures) {
    const known = rows.get(keyOf(row));
    rows.set(keyOf(row), {
      ...{ incident_seq: seq, agent: row.agent, session_id: row.session_id, project: row.project },
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
