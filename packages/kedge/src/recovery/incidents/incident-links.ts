import type { IncidentSessionRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { VALUES_AT_ONCE } from "../ledger/values.ts";
import type { CountedFailure } from "./counted-failure.ts";

/** The incident that a failure is counted in. */
export interface FailureLink {
  readonly failureId: string;
  readonly seq: number;
  readonly key: string;
  readonly agent: string;
  readonly sessionId: string;
}

/** The incidents of failures, by the ids of the failures. */
export function readLinks(
  { build, run }: Statements,
  failureIds: readonly string[],
): ReadonlyMap<string, FailureLink> {
  const links = new Map<string, FailureLink>();
  for (let at = 0; at < failureIds.length; at += VALUES_AT_ONCE) {
    const rows = run(
      build
        .selectFrom("incident_failure")
        .innerJoin("incident", "incident.seq", "incident_failure.incident_seq")
        .select([
          "incident_failure.failure_id as failureId",
          "incident_failure.agent as agent",
          "incident_failure.session_id as sessionId",
          "incident.seq as seq",
          "incident.key as key",
        ])
        .where("incident_failure.failure_id", "in", failureIds.slice(at, at + VALUES_AT_ONCE)),
    );
    for (const row of rows) links.set(row.failureId, row);
  }
  return links;
}

/** Counts failures into an incident, with their sessions: one that had recovered has not, when it failed after that. */
export function addFailures(
  { build, run }: Statements,
  seq: number,
  failures: readonly CountedFailure[],
): void {
  // Five values each.
  const atOnce = Math.floor(VALUES_AT_ONCE / 5);
  for (let at = 0; at < failures.length; at += atOnce)
    run(
      build
        .insertInto("incident_failure")
        .values(
          failures.slice(at, at + atOnce).map(({ row }) => ({
            ...{ failure_id: row.id, incident_seq: seq, agent: row.agent, session_id: row.session_id },
            cost_usd: row.cost_usd ?? 0,
          })),
        )
        .onConflict((conflict) => conflict.doNothing()),
    );
  const sessions = sessionRows(seq, failures);
  const rowsAtOnce = Math.floor(VALUES_AT_ONCE / 7);
  for (let at = 0; at < sessions.length; at += rowsAtOnce)
    run(
      build
        .insertInto("incident_session")
        .values(sessions.slice(at, at + rowsAtOnce))
        .onConflict((conflict) =>
          conflict.columns(["incident_seq", "agent", "session_id"]).doUpdateSet((eb) => ({
            first_ms: eb.fn<number>("min", ["incident_session.first_ms", "excluded.first_ms"]),
            last_ms: eb.fn<number>("max", ["incident_session.last_ms", "excluded.last_ms"]),
            recovered_ms: eb
              .case()
              .when("excluded.last_ms", ">", eb.ref("incident_session.recovered_ms"))
              .then(null)
              .else(eb.ref("incident_session.recovered_ms"))
              .end(),
          })),
        ),
    );
}

function sessionRows(seq: number, failures: readonly CountedFailure[]): readonly IncidentSessionRow[] {
  const rows = new Map<string, IncidentSessionRow>();
  for (const { row } of failures) {
    const key = `${row.agent}\n${row.session_id}`;
    const known = rows.get(key);
    rows.set(key, {
      ...{ incident_seq: seq, agent: row.agent, session_id: row.session_id, project: row.project },
      first_ms: Math.min(known?.first_ms ?? row.at_ms, row.at_ms),
      last_ms: Math.max(known?.last_ms ?? row.at_ms, row.at_ms),
      recovered_ms: null,
    });
  }
  return [...rows.values()];
}

/** Takes a failure out of its incident, and its session with the last one of it. */
export function removeFailures({ build, run }: Statements, link: FailureLink): void {
  run(build.deleteFrom("incident_failure").where("failure_id", "=", link.failureId));
  run(
    build
      .deleteFrom("incident_session")
      .where("incident_seq", "=", link.seq)
      .where("agent", "=", link.agent)
      .where("session_id", "=", link.sessionId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("incident_failure")
              .select("failure_id")
              .where("incident_seq", "=", link.seq)
              .where("agent", "=", link.agent)
              .where("session_id", "=", link.sessionId),
          ),
        ),
      ),
  );
}
