import type { Statements } from "../ledger/statements.ts";
import type { Verdict } from "../verdict.ts";
import { ALARM_ACCOUNT, type AlarmCause } from "./alarms.ts";
import { alertOf } from "./alert-rules.ts";
import { resolveIncident } from "./end-incidents.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { expiryMs } from "./incident-expiry.ts";
import { newIncidentId } from "./incident-id.ts";
import { planAlerts } from "./plan-alerts.ts";

/** Something that did not happen, or that nobody could tell of. */
export interface Alarm {
  readonly cause: AlarmCause;
  /** What it is about, such as the name of a schedule: one incident for each. Empty where there is only one. */
  readonly subject: string;
  /** One sentence for people. */
  readonly words: string;
  /** Epoch ms: since when. */
  readonly sinceMs: number;
}

/**
 * Opens the incident of an alarm, or says that it lasts.
 *
 * @returns the incident where it is new, null where it was open or is told to nobody
 */
export function raiseAlarm(
  statements: Statements,
  alarm: Alarm,
  context: IncidentContext,
): StoredIncident | null {
  const { build, run } = statements;
  const { nowMs, rules } = context;
  const { cause, subject } = alarm;
  const { severity } = alertOf(rules, cause);
  if (severity === "none") return null;
  const known = openAlarm(statements, alarm);
  const ends_ms = expiryMs({ until_ms: null, owner: "person" }, nowMs);
  if (known !== undefined) {
    // What it says may have been removed for good meanwhile.
    const verdict = JSON.stringify(verdictOf(alarm));
    const lasting = { last_ms: nowMs, ends_ms, verdict, project: null };
    run(build.updateTable("incident").set(lasting).where("seq", "=", known.seq));
    return null;
  }
  // Of files times come with fractions.
  const openedMs = Math.floor(Math.min(alarm.sinceMs, nowMs));
  const [added] = run(
    build
      .insertInto("incident")
      .values({
        ...{ id: newIncidentId(), key: keyOf(alarm), account: ALARM_ACCOUNT, cause, scope: "none", severity },
        ...{ model: null, window: subject === "" ? null : subject, project: null },
        ...{ owner: "person", opened_ms: openedMs, last_ms: nowMs, ends_ms },
        ...{ failures: 0, sessions: 0, recovered: 0, lost_ms: 0, cost_usd: 0 },
        verdict: JSON.stringify(verdictOf(alarm)),
      })
      .returningAll(),
  );
  if (added === undefined) throw new RangeError("Expected an incident to be added");
  planAlerts(statements, { before: added, after: added }, context);
  return added;
}

/** Ends the incident of an alarm. @returns null where none was open */
export function clearAlarm(
  statements: Statements,
  alarm: Pick<Alarm, "cause" | "subject">,
  context: IncidentContext,
): StoredIncident | null {
  const known = openAlarm(statements, alarm);
  return known === undefined ? null : resolveIncident(statements, known, { as: "proof" }, context);
}

function openAlarm(
  { build, run }: Statements,
  alarm: Pick<Alarm, "cause" | "subject">,
): StoredIncident | undefined {
  return run(
    build
      .selectFrom("incident")
      .selectAll()
      .where("key", "=", keyOf(alarm))
      .where("resolved_ms", "is", null)
      .limit(1),
  )[0];
}

/** Of the same form as those of failures, among which no account is called so. */
function keyOf({ cause, subject }: Pick<Alarm, "cause" | "subject">): string {
  return JSON.stringify(["alarm", cause, subject]);
}

function verdictOf({ cause, words, sinceMs }: Alarm): Verdict {
  return {
    ...{ cause, confidence: "certain", basis: { witness: "watcher", words }, kind: "unknown" },
    ...{ isTransient: false, scope: "none", isSubagent: false, isGreenExit: false, isRepeat: false },
    atMs: sinceMs,
  };
}
