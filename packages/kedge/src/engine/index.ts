/**
 * Delivers hook events: reads handlers from every source through one code path, decides which may run, runs them at once, and
 * merges what they answer into one decision with a trace of how it came about.
 *
 * @module
 */
export type { BackgroundOutcome, WakeBound } from "./background.ts";
export type { ChangeJudge, ChangeVerdict, ConfigChange, FormerDispatch } from "./config-changes.ts";
export type { DefinitionFile, DefinitionScope, Definitions } from "./definition-files.ts";
export { describeHandler } from "./describe.ts";
export type { DisabledHandlers } from "./disabled.ts";
export { createEngine, type Dispatch, type Engine } from "./engine.ts";
export type { EngineState } from "./engine-state.ts";
export { HookError, type HookErrorCode, isHookError } from "./errors.ts";
export {
  type FrontmatterFile,
  type FrontmatterPlace,
  readFrontmatterSource,
  readHookSource,
  type YamlParser,
} from "./frontmatter.ts";
export type { ListedHandler } from "./list.ts";
export type { ListedServer, ServerListing } from "./list-servers.ts";
export type { DispatchOptions, EngineOptions, FunctionHook } from "./options.ts";
export type { AgentRunner, Clock, McpCaller, ModelClient } from "./ports.ts";
export { isSecretVariable } from "./secret-variable.ts";
export type { SettingSource } from "./settings-sources.ts";
export { type Finding, type PluginPlace, SOURCE_KINDS, type Source, type SourceKind } from "./source.ts";
export { splitText, type TextPiece } from "./text-commands.ts";
export type { DispatchTrace, TraceConsideration, TracePlace, TraceRun, TraceSink } from "./trace.ts";
export type { TrustEntry } from "./trust-hash.ts";
export type { TrustKeeper, TrustVerdict } from "./trust-keeper.ts";
export type { TrustReview } from "./trust-store.ts";
