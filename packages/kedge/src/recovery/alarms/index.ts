/**
 * Alarms: what should have happened and did not, so that no event tells of it.
 *
 * @module
 */
export { type AlarmWatch, openAlarmWatch } from "./alarm-watch.ts";
export { type PingKind, type PingOptions, ping } from "./ping.ts";
