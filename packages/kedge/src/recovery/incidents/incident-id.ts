import { randomBytes } from "node:crypto";

/** A new id of an incident: short enough to be typed. */
export function newIncidentId(): string {
  return `inc-${BigInt(`0x${randomBytes(8).toString("hex")}`)
    .toString(36)
    .slice(-8)
    .padStart(8, "0")}`;
}
