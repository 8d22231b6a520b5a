import { addDays, createZone, type WallTime, type Zone } from "../reset-zone.ts";
import type { Verdict } from "../verdict.ts";
import { MAX_INSTANT_MS } from "../verdict-clean.ts";
import type { Backoff, Policy } from "./policy.ts";
import type { WakeHours } from "./wake-hours.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** The clocks skip an hour of a night at most, so that one of the next days has every window. */
const MAX_DAYS = 3;

/** A number from 0 up to 1, whatever the source of chance gives; one that gives no number has the longest pause. */
export function drawShare(random: () => number): number {
  const share = random();
  return share >= 0 && share <= 1 ? share : 1;
}

/** Full jitter: a random part of base · 2^tries, cap at most (AWS Builders' Library, "Timeouts, retries and backoff with jitter"). */
export function backoffMs({ baseMs, capMs }: Backoff, tries: number, share: number): number {
  // Beyond 2^30 any cap is reached; 0 · Infinity would be no number.
  const doubled = baseMs * 2 ** Math.min(Math.max(tries, 0), 30);
  return share * Math.min(capMs, doubled);
}

/** Windows of a plan, and times out of texts, are met to the minute only; and an agent that is still open goes on by itself first. */
export function afterReset({ cause, reset }: Verdict, share: number): number {
  const isRough = cause === "plan_window" || cause === "model_limit" || reset?.precision !== "exact";
  return isRough ? MINUTE_MS + share * MINUTE_MS : share * 2_000;
}

/** The zone of a policy; UTC where a policy that nobody checked names none. */
function zoneOf({ zone }: Policy): Zone {
  return createZone(zone) ?? (createZone("UTC") as Zone);
}

/** The beginning of the day of an instant in the policy's zone. */
export function startOfDay(policy: Policy, atMs: number): number {
  const zone = zoneOf(policy);
  const start = zone.instantsOf(atMinute(zone.wallAt(Math.min(atMs, MAX_INSTANT_MS)), 0));
  // A night in which the clocks skip midnight begins later; then it is what the clock says a day before the next.
  return start.findLast((instant) => instant <= atMs) ?? nextDay(policy, atMs) - DAY_MINUTES * MINUTE_MS;
}

/** The next beginning of a day in the policy's zone. */
export function nextDay(policy: Policy, atMs: number): number {
  const zone = zoneOf(policy);
  const next = addDays(atMinute(zone.wallAt(Math.min(atMs, MAX_INSTANT_MS)), 0), 1);
  return zone.instantsOf(next).find((instant) => instant > atMs) ?? atMs + DAY_MINUTES * MINUTE_MS;
}

/**
 * The first instant from `atMs` on at which the policy lets sessions be woken; null when there is none. Where it has to be put off, a
 * share of two minutes is added, so that not all wake in the same second.
 */
export function nextWake(policy: Policy, atMs: number, share: number): number | null {
  const { wakeHours } = policy;
  if (wakeHours === null) return atMs;
  const zone = zoneOf(policy);
  const isOpen = (instant: number): boolean => isWithin(wakeHours, zone.wallAt(instant));
  if (atMs > MAX_INSTANT_MS) return null;
  if (isOpen(atMs)) return atMs;
  const today = atMinute(zone.wallAt(atMs), wakeHours.fromMinute);
  for (let day = 0; day <= MAX_DAYS; day += 1) {
    const opens = zone
      .instantsOf(addDays(today, day))
      .filter((instant) => instant >= atMs && isOpen(instant));
    const [first] = opens;
    if (first === undefined) continue;
    const later = first + Math.floor(share * 2 * MINUTE_MS);
    return isOpen(later) ? later : first;
  }
  return null;
}

function isWithin({ fromMinute, toMinute }: WakeHours, { hour, minute }: WallTime): boolean {
  const now = hour * 60 + minute;
  return fromMinute <= toMinute ? now >= fromMinute && now < toMinute : now >= fromMinute || now < toMinute;
}

function atMinute(wall: WallTime, minuteOfDay: number): WallTime {
  return { ...wall, hour: Math.floor(minuteOfDay / 60), minute: minuteOfDay % 60, second: 0 };
}
