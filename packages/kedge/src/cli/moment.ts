import { createZone, type Moment } from "../recovery/index.ts";

export type { Moment };

/** The clock of the system, in the zone that `TZ` or the system says. */
export function systemMoment(): Moment {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = createZone(name) ?? createZone("UTC");
  if (zone === undefined) throw new Error("Expected the platform to know the zone UTC");
  return { now: Date.now, zone };
}
