/**
 * The hook protocol as a table and a few pure functions: what a hook event is, what a handler may answer, and what the
 * answers of several handlers mean together. Imports no module of the platform and starts nothing.
 *
 * @module
 */

export type { HookOrigin } from "./check-handler.ts";
export { compileHandlers } from "./compile-handlers.ts";
export {
  type BlockEffect,
  type Cadence,
  type DecisionForm,
  type EventDescriptor,
  HANDLER_TYPES,
  type HandlerType,
  type MatcherRule,
  type StopEffect,
} from "./descriptor.ts";
export { type EndingMeaning, explainEndings } from "./endings.ts";
export { describeEvent, EVENT_NAMES, EVENTS, type HookEventName, isHookEventName } from "./events/index.ts";
export { BUILT_IN_TOOLS } from "./events/matchers.ts";
export {
  type ApiAnswer,
  FAILURE_KINDS,
  FAILURE_MEANINGS,
  type Failure,
  type FailureKind,
  type KnownFailureKind,
  readFailure,
} from "./failure.ts";
export type * from "./generated/wire-types.ts";
export {
  type AgentHandler,
  type BrokenHook,
  type CommandHandler,
  type FunctionHandler,
  type Handler,
  type HookEntry,
  type HttpHandler,
  handlerKey,
  type McpToolHandler,
  type PromptHandler,
} from "./handler.ts";
export { handlerSchemas } from "./handler-config.ts";
export type { Effects, HandlerEnding, HandlerResult, ReadingOptions, ResultError } from "./handler-result.ts";
export { type HooksReading, MAX_HANDLERS_PER_EVENT, readHooks } from "./hooks-config.ts";
export { type AddressKind, addressKind, judgeTarget, type TargetJudgement } from "./http-target.ts";
export type { PathAnchors } from "./if-path.ts";
export {
  type CompiledIf,
  compileIf,
  type IfAnswer,
  type IfCompilation,
  parseRule,
  type Rule,
  type ToolCall,
} from "./if-rule.ts";
export { type HookInput, type InputReading, parseInput } from "./input.ts";
export { isJsonObject, type JsonObject, type JsonReading, MAX_DEPTH, ownValue, readJson } from "./json.ts";
export {
  type Marketplace,
  type MarketplaceEntry,
  type MarketplaceReading,
  type PluginSource,
  parseMarketplace,
} from "./marketplace.ts";
export { type CompiledMatcher, compileMatcher, type MatcherAnswer, matchedValue } from "./matcher.ts";
export {
  type McpServer,
  type McpServerEntry,
  mcpNamePart,
  type RemoteServer,
  readMcpServers,
  type StdioServer,
} from "./mcp-servers.ts";
export { blockMeaning, stopMeaning } from "./meaning.ts";
export { type AttributedText, type Decision, mergeResults } from "./merge.ts";
export { parseHandlerOutput } from "./parse-output.ts";
export { PATTERN_LIMIT_MS, type PatternRunner } from "./pattern.ts";
export { fillPrompt, fillToolInput } from "./placeholders.ts";
export {
  type ManifestReading,
  type PluginManifest,
  parseHooksFile,
  parsePluginManifest,
} from "./plugin-manifest.ts";
export {
  childPath,
  describeValue,
  formatProblem,
  type Problem,
  type ProblemCode,
  ProblemList,
} from "./problems.ts";
export { type PromptAnswer, parsePromptAnswer } from "./prompt-answer.ts";
export { readRetryAfterMs } from "./retry-after.ts";
export type { Field, Fields, JsonSchema } from "./schema.ts";
export {
  type Consideration,
  type HandlerIndex,
  keepOnce,
  type Selection,
  type SelectionInput,
} from "./select.ts";
export { parseSettings, readConfigObject, type Settings, type SettingsReading } from "./settings.ts";
export { PERMISSION_MODES, type PermissionMode } from "./shared-fields.ts";
export { fitsStars } from "./star-pattern.ts";
export {
  boundText,
  cleanForModel,
  cleanText,
  escapeInvisible,
  firstLine,
  isAllowedTerminalSequence,
  MAX_TEXT_LENGTH,
  type SafeText,
} from "./text.ts";
