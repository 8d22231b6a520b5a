/**
 * One adapter an agent: where it keeps what, how its failures are taken in, and how its sessions are read.
 *
 * @module
 */
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
  planInstall,
  planUninstall,
  type SettingsPlan,
} from "./claude-code/install-plan.ts";
export {
  entryPlaces,
  type IntakePlaces,
  intakePlaces,
  packagedEntry,
  SPOOL_FOLDERS,
  settingsFile,
} from "./claude-code/places.ts";
export { readRetryLayers } from "./claude-code/retry-layers.ts";
export { type Change, showChanges } from "./claude-code/text-edit.ts";
export { type FailedTurn, readFailedTurns } from "./transcripts/failed-turns.ts";
export { transcriptAgent } from "./transcripts/places.ts";
