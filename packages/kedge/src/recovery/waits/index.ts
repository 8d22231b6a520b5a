/**
 * Sessions that are open at a terminal and have failed: what their waiters do by themselves, and what a supervisor decides for them.
 *
 * @module
 */
export { liveTimer } from "./live-timer.ts";
export type { WaitFinding } from "./wait-finding.ts";
export type { WaitingSessionsOptions } from "./wait-ports.ts";
export { createWaitingSessions, type WaitingSessions } from "./waiting-sessions.ts";
