import type { Statements } from "../ledger/statements.ts";
import type { AlertRules } from "./alert-rules.ts";
import { resolveIncident } from "./end-incidents.ts";
import { reviewReasons } from "./explain-incidents.ts";
import { followClock } from "./follow-clock.ts";
import type { Resolution } from "./incident.ts";
import type { IncidentContext, StoredIncident } from "./incident-context.ts";
import { NOTHING_LEFT } from "./incident-expiry.ts";
import { planReminder } from "./plan-alerts.ts";
import { planUntold } from "./plan-untold.ts";

/**
 * Looks after incidents that last: whoever was told nothing is, whoever was to be reminded is too, and one of which nothing was heard for too
 * long is ended as expired, so that none stays for good.
 */
export function sweepIncidents(statements: Statements, context: IncidentContext): void {
  const { build, run } = statements;
  followClock(statements, context.nowMs);
  reviewReasons(statements, context);
  for (const incident of run(build.selectFrom("incident").selectAll().where("resolved_ms", "is", null))) {
    const as = endingOf(incident, context);
    if (as !== null) {
      resolveIncident(statements, incident, { as }, context);
      continue;
    }
    planUntold(statements, incident, context);
    planReminder(statements, incident, context);
  }
}

/** How an incident ends now by itself; null while it lasts. */
function endingOf(incident: StoredIncident, { nowMs, rules }: IncidentContext): Resolution | null {
  if (incident.ends_ms === NOTHING_LEFT || isOfNoChannel(incident, rules)) return "gone";
  return incident.ends_ms <= nowMs ? "expired" : null;
}

/** Whether it is about a channel through which nothing is told any more. Rules without any channel are those of a policy that cannot be read. */
function isOfNoChannel({ cause, window }: StoredIncident, { routes }: AlertRules): boolean {
  const channels = routes.flatMap((route) => route.channels);
  return cause === "gone_channel" && channels.length > 0 && !channels.includes(window ?? "");
}
