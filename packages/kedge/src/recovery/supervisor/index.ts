/**
 * Runs the sessions of jobs to their true end: through limits, overloads, dropped streams, and its own death.
 *
 * @module
 */
export type { AccountWait, WorkScope } from "./admit.ts";
export type { Drift } from "./drift.ts";
export type { SupervisorEvent } from "./events.ts";
export { type GitFacts, type GitOptions, readGitFacts } from "./git-facts.ts";
export { createJobFiles, type JobFiles, type LaunchContract, type LaunchReading } from "./launch.ts";
export type { SupervisorPorts } from "./ports.ts";
export { accountOwner, PERSON } from "./settle.ts";
export { spentToday } from "./spent-today.ts";
export type { Standing } from "./standing.ts";
export { type SuperviseEnd, type SuperviseOptions, supervise } from "./supervisor.ts";
