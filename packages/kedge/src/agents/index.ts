/**
 * One adapter an agent: where it keeps what, how its failures are taken in, and how its sessions are read.
 *
 * @module
 */
export { endMarked, type MarkedEnding } from "../platform/index.ts";
export {
  CANARY_PREFIX,
  type EntryCall,
  entryCommand,
  matchesAll,
  readEntryCall,
  WITNESSES,
  type WitnessedEvent,
} from "./claude-code/hook-entry.ts";
export {
  installedScripts,
  installedWake,
  planInstall,
  planUninstall,
  type SettingsPlan,
  type WakeWish,
} from "./claude-code/install-plan.ts";
export {
  entryPlaces,
  type IntakePlaces,
  intakePlaces,
  packagedEntry,
  packagedWaiter,
  SPOOL_FOLDERS,
  settingsFile,
} from "./claude-code/places.ts";
export { readRetryLayers } from "./claude-code/retry-layers.ts";
export { type Change, showChanges } from "./claude-code/text-edit.ts";
export {
  readWakeCall,
  type WakeEvent,
  type WakeHandlers,
  type WakeRule,
  type WakeTimer,
  wakeHandlers,
} from "./claude-code/wake-handlers.ts";
export type { AgentAdapter, TranscriptQuery } from "./sessions/adapter.ts";
export {
  type AgentCommand,
  type CommandProblem,
  type CommandProblemCode,
  type CommandReading,
  type Conversation,
  isSessionId,
  type OutputFormat,
  type WantedOutput,
} from "./sessions/command.ts";
export { type EndingFacts, type EndingOptions, readEnding } from "./sessions/ending.ts";
export type { Observed } from "./sessions/observed.ts";
export { createObserver, type Observer } from "./sessions/observer.ts";
export { createOutput, renderOutput, type SessionOutput } from "./sessions/output.ts";
export { adapterFor, adapterNamed, readCommand } from "./sessions/registry.ts";
export { runSession, type SessionRun, type SessionRunOptions } from "./sessions/run-session.ts";
export { ownSessionId, type ResumeOptions, resumeArgs, startArgs } from "./sessions/session-arguments.ts";
export type { SessionLine } from "./sessions/session-lines.ts";
export { type FailedTurn, readFailedTurns } from "./transcripts/failed-turns.ts";
export { transcriptAgent } from "./transcripts/places.ts";
export { readTail, textAt } from "./transcripts/read-tail.ts";
export {
  readSessionSigns,
  type SessionAnswer,
  type SessionSigns,
  type SessionTurn,
} from "./transcripts/session-signs.ts";
export { stampTranscript, subagentsWrittenMs, type TranscriptStamp } from "./transcripts/transcript-stamp.ts";
