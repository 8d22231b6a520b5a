import type { Statements } from "../ledger/statements.ts";
import { isPlausible } from "../reset-window.ts";
import type { StoredIncident } from "./incident-context.ts";
import { expiryMs } from "./incident-expiry.ts";

/** What of an incident is by a clock. */
type IncidentTimes = Pick<
  StoredIncident,
  "seq" | "owner" | "window" | "last_ms" | "opened_ms" | "until_ms" | "until_from" | "ends_ms"
>;

/**
 * What happened later than now was written by a clock that was put back since: it happened now. Otherwise an incident would be open, or its next
 * one part of it, until that clock's time comes.
 */
export function followClock(statements: Statements, nowMs: number): void {
  const { build, run } = statements;
  const open = run(
    build
      .selectFrom("incident")
      .select(["seq", "owner", "window", "last_ms", "opened_ms", "until_ms", "until_from", "ends_ms"])
      .where("resolved_ms", "is", null),
  );
  for (const incident of open) followClockOf(statements, incident, nowMs);
  run(
    build
      .updateTable("incident")
      .set((eb) => ({ resolved_ms: nowMs, over_ms: eb.fn<number>("min", ["over_ms", eb.val(nowMs)]) }))
      .where("resolved_ms", ">", nowMs),
  );
}

/** The same of one incident that is open. */
export function followClockOf(statements: Statements, incident: IncidentTimes, nowMs: number): void {
  const { build, run } = statements;
  const until_ms = untilMs(incident, nowMs);
  const ends_ms = Math.min(incident.ends_ms, expiryMs({ until_ms, owner: incident.owner }, nowMs));
  if (incident.last_ms > nowMs) {
    const opened_ms = Math.min(incident.opened_ms, nowMs);
    const change = { opened_ms, last_ms: nowMs, until_ms, ends_ms };
    run(build.updateTable("incident").set(change).where("seq", "=", incident.seq));
    bringBack(statements, incident.seq, nowMs);
  } else if (ends_ms < incident.ends_ms)
    run(build.updateTable("incident").set({ until_ms, ends_ms }).where("seq", "=", incident.seq));
}

/** No other limit lasts as long. */
const LONGEST = "monthly";

/** Of a delay, what counts is how long it was; an instant that somebody stated is one by any clock, if a limit can last until then. */
function untilMs(
  {
    last_ms,
    until_ms,
    until_from,
    window,
  }: Pick<StoredIncident, "last_ms" | "until_ms" | "until_from" | "window">,
  nowMs: number,
): number | null {
  const aheadMs = last_ms - nowMs;
  if (until_ms === null) return null;
  // What stated it by another clock may be no part of the incident any more.
  if (aheadMs <= 0) return isPlausible(LONGEST, Math.max(0, until_ms - nowMs)) ? until_ms : null;
  const isDelay = until_from?.startsWith("retry_after") === true;
  const isStill = !isDelay && isPlausible(window ?? undefined, Math.max(0, until_ms - nowMs));
  return isStill ? until_ms : until_ms - aheadMs;
}

/** Sessions and messages of an incident that happened later than now. */
function bringBack({ build, run }: Statements, seq: number, nowMs: number): void {
  run(
    build
      .updateTable("incident_session")
      .set((eb) => ({
        first_ms: eb.fn<number>("min", ["first_ms", eb.val(nowMs)]),
        last_ms: nowMs,
      }))
      .where("incident_seq", "=", seq)
      .where("last_ms", ">", nowMs),
  );
  run(
    build
      .updateTable("alert")
      .set({ ended_ms: nowMs })
      .where("incident_seq", "=", seq)
      .where("ended_ms", ">", nowMs),
  );
}
