import type { QuietHours } from "../incidents/alert-rules.ts";
import { addDays, createZone, type WallTime } from "../reset-zone.ts";

const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 1_440;

/**
 * When quiet hours end in which an instant lies; null when it lies in none.
 *
 * @param atMs epoch ms
 */
export function quietUntil(quiet: QuietHours | null, atMs: number): number | null {
  const zone = quiet === null ? undefined : createZone(quiet.zone);
  if (quiet === null || zone === undefined || !isQuiet(quiet, zone.wallAt(atMs))) return null;
  const { toMinute } = quiet;
  const wall = zone.wallAt(atMs);
  // Through midnight they end on the next day.
  const end = minuteOf(wall) < toMinute ? atMinute(wall, toMinute) : addDays(atMinute(wall, toMinute), 1);
  let until = zone.instantsOf(end).find((instant) => instant > atMs) ?? null;
  // Clocks that skip the end do so at an earlier moment than that which stands for it.
  while (until !== null && until - MINUTE_MS > atMs && !isQuiet(quiet, zone.wallAt(until - MINUTE_MS)))
    until -= MINUTE_MS;
  return until;
}

function isQuiet({ fromMinute, toMinute }: QuietHours, wall: WallTime): boolean {
  const sinceFrom = (minuteOf(wall) - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  return sinceFrom < (toMinute - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
}

function minuteOf({ hour, minute }: WallTime): number {
  return hour * 60 + minute;
}

function atMinute(wall: WallTime, minute: number): WallTime {
  return { ...wall, hour: Math.floor(minute / 60), minute: minute % 60, second: 0 };
}
