import type { Statements } from "../ledger/statements.ts";
import type { KnownCause } from "../verdict.ts";
import { isAlarm } from "./alarms.ts";
import { resolveIncident } from "./end-incidents.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";

/**
 * What a proof is:
 *
 * - `answered`: a model answered. It may speak for the account, the provider, or the session
 * - `alive`: the session gave a sign of life, which may be no answer. It was not dead, and does not stand still: nothing else follows
 * - `ended`: a person ended the session. Nobody waits for it any more, and of its account nothing follows
 */
export type ProofKind = "answered" | "alive" | "ended";

/** That a session goes on, or that nobody waits for it. */
export interface Proof {
  /** Default `answered`. */
  readonly kind?: ProofKind;
  readonly agent: string;
  readonly sessionId: string;
  /** Key of the account that pays; null where nobody knows. */
  readonly account: string | null;
  /** The model that answered, where that is known. */
  readonly model?: string;
  /** Epoch ms: not later than the beginning of the request that was answered. What failed after that is not over by it. */
  readonly sinceMs: number;
  readonly atMs: number;
}

/**
 * Ends the incidents that a proof is one of, with an all-clear: those of its account, its model, its provider, or its session alone, as far as
 * their cause reaches.
 *
 * A request that was under way when the limit closed may be answered after it: only one that began later proves anything.
 *
 * @returns those that it ended
 */
export function noteProof(
  statements: Statements,
  proof: Proof,
  context: IncidentContext,
): readonly StoredIncident[] {
  const { kind = "answered" } = proof;
  markRecovered(statements, proof, proof.sinceMs, REACH[kind]);
  const isProved = (incident: StoredIncident): boolean =>
    kind === "answered" ? isOver(incident, proof) : isOwn(incident);
  return readOpen(statements, proof)
    .filter(isProved)
    .map((incident) => {
      const { atMs, sinceMs: overMs } = proof;
      return resolveIncident(statements, incident, { as: "proof", atMs, overMs }, context);
    });
}

/** What only says that a session gives no sign of life. */
const SILENCES: readonly KnownCause[] = ["stall", "dead_process"];

/** In which of its incidents a session recovers: in all; in those that an answer says something of; or in those of sessions alone, of any cause or of these. */
type Reach = "all" | "answered" | { readonly causes: readonly KnownCause[] | "any" };

/** A cut answer is an answer as well: that one came says nothing of whether the next is whole. */
const CUT: KnownCause = "cut_answer";

const REACH: Readonly<Record<ProofKind, Reach>> = {
  answered: "answered",
  alive: { causes: SILENCES },
  ended: { causes: "any" },
};

/** Whether an incident is of sessions alone, and none of them stands still any more. */
function isOwn({ scope, sessions, recovered }: StoredIncident): boolean {
  return scope === "session" && sessions > 0 && recovered === sessions;
}

/** A session of a piece of work. */
type WorkSession = Pick<Proof, "agent" | "sessionId">;

/**
 * A piece of work is over for good, whatever became of it: none of the sessions that it was in stands still any more, those that it left
 * behind neither.
 *
 * @param over.key of the job
 */
export function noteWorkOver(
  statements: Statements,
  over: { readonly key: string; readonly atMs: number },
  context: IncidentContext,
): readonly StoredIncident[] {
  const { build, run } = statements;
  const sessions: readonly WorkSession[] = run(
    build
      .selectFrom("job")
      .innerJoin("job_attempt", "job_attempt.job_seq", "job.seq")
      .innerJoin("failure", "failure.id", "job_attempt.failure_id")
      .select(["failure.agent as agent", "failure.session_id as sessionId"])
      .distinct()
      .where("job.key", "=", over.key),
  );
  return sessions.flatMap((session) => {
    markRecovered(statements, { ...session, atMs: over.atMs }, over.atMs + 1);
    return readOpen(statements, session)
      .filter(isOwn)
      .map((incident) =>
        resolveIncident(statements, incident, { as: "work_over", atMs: over.atMs }, context),
      );
  });
}

function markRecovered(
  { build, run }: Statements,
  { agent, sessionId, atMs }: Pick<Proof, "agent" | "sessionId" | "atMs">,
  sinceMs: number,
  reach: Reach = "all",
): void {
  const isOfSessions = typeof reach === "object";
  const causes = isOfSessions ? reach.causes : "any";
  const marked = run(
    build
      .updateTable("incident_session")
      .set({ recovered_ms: atMs })
      .where("session_id", "=", sessionId)
      .where("agent", "=", agent)
      .where("recovered_ms", "is", null)
      .where("last_ms", "<", sinceMs)
      // Of the few that are open, by the key of the table: an index of sessions would cost every failure.
      .where(
        "incident_seq",
        "in",
        build
          .selectFrom("incident")
          .select("seq")
          .where("resolved_ms", "is", null)
          .$if(isOfSessions, (query) => query.where("scope", "=", "session"))
          .$if(reach === "answered", (query) => query.where("cause", "<>", CUT))
          .$if(causes !== "any", (query) => query.where("cause", "in", causes === "any" ? [] : causes)),
      )
      .returning("incident_seq"),
  );
  for (const { incident_seq: seq } of marked)
    run(
      build
        .updateTable("incident")
        .set((eb) => ({ recovered: eb("recovered", "+", 1) }))
        .where("seq", "=", seq),
    );
}

/** Open incidents of the session, of its account, and those that reach beyond accounts. */
function readOpen(
  { build, run }: Statements,
  { agent, sessionId, account = null }: Pick<Proof, "agent" | "sessionId"> & Partial<Pick<Proof, "account">>,
): readonly StoredIncident[] {
  return run(
    build
      .selectFrom("incident")
      .selectAll()
      .where("resolved_ms", "is", null)
      .where((eb) =>
        eb.or([
          eb("scope", "in", ["provider", "machine"]),
          eb("account", "=", account ?? ""),
          eb.exists(
            eb
              .selectFrom("incident_session")
              .select("session_id")
              .whereRef("incident_session.incident_seq", "=", "incident.seq")
              .where("incident_session.agent", "=", agent)
              .where("incident_session.session_id", "=", sessionId),
          ),
        ]),
      ),
  );
}

function isOver(incident: StoredIncident, { account, model, sinceMs }: Proof): boolean {
  const { scope, cause } = incident;
  // No session speaks of what did not happen.
  if (isAlarm(cause)) return false;
  // That the API answers says nothing of the disk.
  const isOfSessions = scope === "session" || cause === "lost_writes";
  if (isOfSessions) return incident.recovered === incident.sessions;
  if (incident.last_ms >= sinceMs) return false;
  if (scope === "account" || scope === "model") {
    if (incident.account !== account) return false;
    return scope === "account" || incident.model === null || incident.model === model;
  }
  return cause !== "overload" || incident.model === null || incident.model === model;
}
