import { createZone, type Zone } from "../recovery/index.ts";

/** The clock on this user's wall: the only place where commands have times from. */
export interface Moment {
  /** Epoch ms. */
  readonly now: () => number;
  readonly zone: Zone;
}

/** The clock of the system, in the zone that `TZ` or the system says. */
export function systemMoment(): Moment {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = createZone(name) ?? createZone("UTC");
  if (zone === undefined) throw new Error("Expected the platform to know the zone UTC");
  return { now: Date.now, zone };
}
