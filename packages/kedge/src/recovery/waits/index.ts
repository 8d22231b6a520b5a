/**
 * Sessions that are open at a terminal and have failed: what their waiters do by themselves, and what a supervisor decides for them.
 *
 * @module
 */
export { liveTimer } from "./live-timer.ts";
export {
  createWaitingSessions,
  type WaitFinding,
  type WaitingSessions,
  type WaitingSessionsOptions,
} from "./waiting-sessions.ts";
