import type { FailureRow } from "../ledger/schema.ts";
import type { Verdict } from "../verdict.ts";
import { alertOf } from "./alert-rules.ts";
import type { Severity } from "./incident.ts";
import type { IncidentContext } from "./incident-context.ts";
import { incidentKey } from "./incident-key.ts";

/** A failure that counts, with what it says of its incident. */
export interface CountedFailure {
  readonly row: FailureRow;
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly key: string;
  readonly account: string;
}

/**
 * A failure that the rules count; undefined for one that concerns nobody. A subagent's failure is its main loop's to deal with.
 *
 * @param judged the verdict of that row, where it is at hand: to read it in the row costs more than all the rest
 */
export function countFailure(
  row: FailureRow,
  { rules }: IncidentContext,
  judged?: Verdict,
): CountedFailure | undefined {
  if (row.subagent_id !== null) return undefined;
  const { severity } = alertOf(rules, row.cause);
  if (severity === "none") return undefined;
  const verdict = judged ?? (JSON.parse(row.verdict) as Verdict);
  const { account, project, agent_version: agentVersion, agent_kind: agentKind } = row;
  return { row, verdict, severity, ...incidentKey(verdict, { account, project, agentVersion, agentKind }) };
}
