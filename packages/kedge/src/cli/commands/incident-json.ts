import type { Incident } from "../../recovery/index.ts";
import { timeJson } from "./failure-json.ts";

/** An incident as `--json` prints it. The names stay; new ones may come. What is not known is null. */
export function incidentJson(incident: Incident): Record<string, unknown> {
  const { id, cause, scope, account, project, model, window, severity, owner, isOpen } = incident;
  const { failures, sessions, recovered, acknowledgedBy, explainedBy, resolution, note } = incident;
  return {
    ...{ id, isOpen, severity, cause, scope, account, project, model, window },
    needsPerson: owner === "person",
    ...{ failures, sessions, recovered },
    ...timeJson("openedAt", incident.openedMs),
    ...timeJson("lastAt", incident.lastMs),
    ...timeJson("untilAt", incident.untilMs),
    untilFrom: incident.untilFrom,
    ...timeJson("acknowledgedAt", incident.acknowledgedMs),
    ...{ acknowledgedBy, explainedBy },
    ...timeJson("resolvedAt", incident.resolvedMs),
    ...{ resolution, note },
    lostMs: incident.lostMs,
    costUsd: incident.costUsd,
  };
}
