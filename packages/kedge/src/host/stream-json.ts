import { randomUUID } from "node:crypto";
import type { JsonObject } from "../protocol/index.ts";
import type { HostEvent } from "./events.ts";
import type { ModelFailure } from "./model/model-failure.ts";
import type { TurnResult } from "./result.ts";
import type { Session } from "./session.ts";
import { PRICES_AS_OF } from "./spending/prices.ts";

/** What the lines say of the session, and what is left out. */
export interface StreamJsonOptions {
  readonly includesHookEvents: boolean;
  readonly version: string;
}

/** Turns the events of a session into the lines of `--output-format stream-json`. */
export interface StreamJson {
  /** @param session what the event is of; its facts stand in the first line */
  lines(
    event: HostEvent,
    session: Pick<
      Session,
      "id" | "cwd" | "model" | "tools" | "agents" | "mcpServers" | "commands" | "skills" | "permissionMode"
    >,
  ): readonly JsonObject[];
}

/**
 * Makes the translator. The fields are those of the real agent where both have the fact; ours besides stand under `kedge`.
 *
 * @source recorded stream-json of Claude Code 2.1.329
 */
export function createStreamJson(options: StreamJsonOptions): StreamJson {
  return {
    lines(event, session) {
      // An answer is known by its entry in the transcript, as one can go on from there.
      const uuid = () => (event.type === "answer" ? event.entryId : randomUUID());
      return linesOf(event, session, options).map((line) => ({
        ...line,
        ...{ session_id: session.id, uuid: uuid() },
      }));
    },
  };
}

function linesOf(
  event: HostEvent,
  session: Parameters<StreamJson["lines"]>[1],
  { includesHookEvents, version }: StreamJsonOptions,
): readonly JsonObject[] {
  switch (event.type) {
    case "started":
      return [
        {
          ...{ type: "system", subtype: "init", cwd: session.cwd, tools: session.tools },
          mcp_servers: session.mcpServers.map(({ name, status }) => ({ name, status })),
          ...{ model: session.model, permissionMode: session.permissionMode, agents: session.agents },
          ...{ slash_commands: session.commands, skills: session.skills },
          kedge: {
            ...{ version, source: event.source },
            ...(event.sandbox === "off" ? {} : { sandbox: event.sandbox }),
          },
        },
      ];
    case "answer": {
      const { id, model, content, stopReason, usage } = event.message;
      return [
        {
          type: "assistant",
          message: {
            id,
            type: "message",
            role: "assistant",
            model,
            content,
            stop_reason: stopReason,
            stop_sequence: null,
            usage,
          },
          parent_tool_use_id: event.agent?.toolUseId ?? null,
          ...(event.failure ? { error: event.failure.kind } : {}),
        },
      ];
    }
    case "feedback":
      return [
        {
          type: "user",
          message: { role: "user", content: event.content },
          parent_tool_use_id: event.agent?.toolUseId ?? null,
        },
      ];
    case "retrying":
      return [
        {
          ...{ type: "system", subtype: "api_retry", attempt: event.attempt, max_retries: event.maxRetries },
          ...{
            retry_delay_ms: event.delayMs,
            error_status: event.failure.status ?? null,
            error: event.failure.kind,
          },
        },
      ];
    case "fallback":
      return [fallbackLine(event)];
    case "compacted":
      return event.agent ? [] : [compactLine(event)];
    case "hooks":
      return [...(includesHookEvents ? hookLines(event) : []), ...gateLines(event)];
    case "notice":
      return [
        {
          type: "system",
          subtype: "informational",
          level: event.level,
          content: event.text,
          ...(event.hook ? { hook: event.hook } : {}),
        },
      ];
    case "result":
      return [resultLine(event.result)];
    default: // pieces of answers and of tools: their whole comes by itself
      return [];
  }
}

function fallbackLine({ from, to, failure }: Extract<HostEvent, { type: "fallback" }>): JsonObject {
  return {
    ...{ type: "system", subtype: "informational", level: "warning", tag: "model_fallback" },
    content: `${from} cannot answer (${failure.kind}): ${to} is asked for the rest of the turn.`,
    kedge: { from, to, error: failure.kind, status: failure.status ?? null },
  };
}

function compactLine({
  trigger,
  preTokens,
  postTokens,
}: Extract<HostEvent, { type: "compacted" }>): JsonObject {
  return {
    ...{ type: "system", subtype: "compact_boundary" },
    compact_metadata: { trigger, pre_tokens: preTokens, post_tokens: postTokens },
  };
}

type HooksEvent = Extract<HostEvent, { type: "hooks" }>;

/** A line for each handler as it began and as it ended. What it printed is not in them: it may be anything. */
function hookLines({ trace }: HooksEvent): readonly JsonObject[] {
  const name = trace.value === undefined ? trace.event : `${trace.event}:${trace.value}`;
  return trace.runs.flatMap((run) => {
    const about = { hook_id: randomUUID(), hook_name: name, hook_event: trace.event };
    const outcome =
      run.status === "ok" || run.status === "blocked"
        ? "success"
        : run.status === "cancelled"
          ? "cancelled"
          : "error";
    return [
      { type: "system", subtype: "hook_started", ...about },
      {
        ...{ type: "system", subtype: "hook_response", ...about, outcome, exit_code: run.exitCode },
        kedge: {
          ...{ handler: run.what, source: run.source, status: run.status, decision: run.decision },
          ...{ duration_ms: Math.round(run.durationMs), background: run.isBackground },
          ...(run.error === undefined ? {} : { error: run.error }),
        },
      },
    ];
  });
}

/** A gate that gave no verdict is always seen (D10). */
function gateLines({ trace, decision, toolUseId }: HooksEvent): readonly JsonObject[] {
  return decision.unanswered.flatMap((at) => {
    const run = trace.runs[at];
    if (!run) return [];
    const content = `${trace.event} hook "${run.what}" of ${run.source} gave no verdict: ${run.error ?? run.status}`;
    return [
      {
        ...{ type: "system", subtype: "informational", level: "warning", content, tag: "hook_no_verdict" },
        ...{ hook_event: trace.event, timed_out: run.status === "timed_out" },
        ...(toolUseId === undefined ? {} : { tool_use_id: toolUseId }),
      },
    ];
  });
}

/** The last line of a turn: also all of `--output-format json`. */
function resultLine(result: TurnResult): JsonObject {
  const { failure, deferredToolUse } = result;
  return {
    ...{ type: "result", subtype: result.subtype, is_error: result.isError, duration_ms: result.durationMs },
    ...{
      duration_api_ms: result.apiMs,
      num_turns: result.turns,
      result: result.text,
      stop_reason: result.stopReason,
    },
    ...{ terminal_reason: result.terminalReason, usage: result.usage },
    total_cost_usd: result.spending.totalUsd,
    modelUsage: modelUsage(result),
    permission_denials: result.permissionDenials.map(({ toolName, toolUseId, toolInput }) => ({
      ...{ tool_name: toolName, tool_use_id: toolUseId, tool_input: toolInput },
    })),
    api_error_status: failure?.status ?? null,
    ...(failure?.errorType === undefined ? {} : { api_error_type: failure.errorType }),
    ...(deferredToolUse ? { deferred_tool_use: deferredToolUse } : {}),
    ...(result.origin === "wake" ? { origin: { kind: "task-notification" } } : {}),
    kedge: {
      notices: result.notices,
      ...{ cost_is_estimate: true, prices_as_of: PRICES_AS_OF },
      ...(failure ? { failure: failureFacts(failure) } : {}),
    },
  };
}

/** By model, what the session has spent. A cost that nobody knows is null, never 0. */
function modelUsage({ spending }: TurnResult): JsonObject {
  const rows = spending.models.map(({ model, usage, costUsd, contextWindow }) => [
    model,
    {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cacheReadInputTokens: usage.cache_read_input_tokens,
      cacheCreationInputTokens: usage.cache_creation_input_tokens,
      ...{ costUSD: costUsd, contextWindow },
    },
  ]);
  return Object.fromEntries(rows);
}

function failureFacts(failure: ModelFailure): JsonObject {
  const { kind, status, requestId, attempts, retryable, retryAfterMs, resetAtMs, resetFrom, loss, model } =
    failure;
  const facts = {
    ...{ error: kind, status, request_id: requestId, attempts, retryable, model, connection: loss },
    instead_of: failure.insteadOf,
    ...{ retry_after_ms: retryAfterMs, resets_at_ms: resetAtMs, reset_from: resetFrom },
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
