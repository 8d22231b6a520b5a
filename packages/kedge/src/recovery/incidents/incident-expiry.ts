import type { IncidentOwner } from "./incident.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * After the stated end, and after the last failure where none is stated: what nobody speaks of for so long is over, or nobody's. Where a person
 * has to act first, weekends and holidays pass.
 */
const SILENT_MS: Readonly<Record<IncidentOwner, number>> = { kedge: DAY_MS, person: 14 * DAY_MS };

/**
 * When an incident is ended as expired, if nothing more is heard of it.
 *
 * @param heardMs epoch ms: when something was heard of it the last time
 */
export function expiryMs(
  { until_ms, owner }: { readonly until_ms: number | null; readonly owner: IncidentOwner },
  heardMs: number,
): number {
  return Math.max(until_ms ?? 0, heardMs) + SILENT_MS[owner];
}

/** In the place of that instant: nothing is left of an incident, and who was told of it has to hear that at the next look. */
export const NOTHING_LEFT = 0;
