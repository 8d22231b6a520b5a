const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How a duration is written: a whole number and its unit. */
export const DURATION = /^(\d{1,7})([smhd])$/;

/** Reads `90s`, `15m`, `2h` or `3d` to ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** Writes whole seconds in the greatest unit that leaves no rest, as {@link parseDuration} reads it. */
export function formatDuration(ms: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ["s", 1_000];
  return `${Math.round(ms / size)}${unit}`;
}

/** The minute of the day that a clock shows. */
export function minuteOf(clockText: string): number {
  const [hour = 0, minute = 0] = clockText.split(":").map(Number);
  return hour * 60 + minute;
}
