/**
 * A session host: an agent on the Messages API in which hooks hold.
 *
 * @module
 */

export type { AgentDefinition } from "./agents/definition.ts";
export { agentFromFlag } from "./agents/from-file.ts";
export type { CompactionRules } from "./compaction/threshold.ts";
export type { DirectorySource } from "./directories.ts";
export { HostError, type HostErrorCode, isHostError } from "./errors.ts";
export type { AgentPlace, EventSink, HostEvent } from "./events.ts";
export { failureText } from "./failure-text.ts";
export type {
  ElicitationAnswer,
  ElicitationQuestion,
  Elicitor,
  FieldValue,
  FormField,
  McpOptions,
  McpServerState,
  McpStatus,
} from "./mcp/ports.ts";
export type {
  AnswerBlock,
  Message,
  ModelMessage,
  PromptBlock,
  TextBlock,
  ToolDefinition,
  ToolResultBlock,
  ToolUseBlock,
  Usage,
} from "./model/messages.ts";
export type {
  MessagesClient,
  ModelAnswer,
  ModelRequest,
  RequestLimits,
  RequestWatch,
} from "./model/messages-client.ts";
export type { ModelFailure } from "./model/model-failure.ts";
export type { RetryPolicy } from "./model/retry-policy.ts";
export { createSdkClient, type SdkClientOptions } from "./model/sdk-client.ts";
export type { SessionOptions } from "./options.ts";
export type { PermissionAnswer, PermissionAsker, PermissionQuestion } from "./permissions/asker.ts";
export type { PermissionDenial, TerminalReason, TurnResult } from "./result.ts";
export { createSession, type Session, type SessionEndReason } from "./session.ts";
export type { SetupTrigger } from "./setup.ts";
export type { ModelPrice, PriceTable } from "./spending/prices.ts";
export type { ModelSpending } from "./spending/spending.ts";
export { createStreamJson, type StreamJson, type StreamJsonOptions } from "./stream-json.ts";
export { isSessionId, latestSession, sessionsDir } from "./transcript/session-files.ts";
