import type { QuietHours } from "../incidents/alert-rules.ts";
import { addDays, createZone, type WallTime } from "../reset-zone.ts";

const MINUTES_OF_DAY = 1_440;

/**
 * When quiet hours end in which an instant lies; null when it lies in none.
 *
 * @param atMs epoch ms
 */
export function quietUntil(quiet: QuietHours | null, atMs: number): number | null {
  const zone = quiet === null ? undefined : createZone(quiet.zone);
  if (quiet === null || zone === undefined) return null;
  const { fromMinute, toMinute } = quiet;
  const wall = zone.wallAt(atMs);
  const passed = wall.hour * 60 + wall.minute;
  const sinceFrom = (passed - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  const length = (toMinute - fromMinute + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  if (sinceFrom >= length) return null;
  // Through midnight they end on the next day; a clock that skips the end has it a little later.
  const end = passed < toMinute ? atMinute(wall, toMinute) : addDays(atMinute(wall, toMinute), 1);
  return zone.instantsOf(end).find((instant) => instant > atMs) ?? null;
}

function atMinute(wall: WallTime, minute: number): WallTime {
  return { ...wall, hour: Math.floor(minute / 60), minute: minute % 60, second: 0 };
}
