import type { ShownFailure } from "./failure-shown.ts";
import { failureWords } from "./failure-words.ts";

/** A failure as `--json` prints it. The names stay; new ones may come. What is not known is null. */
export function failureJson(failure: ShownFailure): Record<string, unknown> {
  const { row, verdict, advice } = failure;
  return {
    id: row.id,
    ...timeJson("at", row.at_ms),
    ...timeJson("seenAt", row.seen_ms),
    project: row.project,
    projectDir: row.project_dir,
    agent: row.agent,
    agentVersion: row.agent_version,
    sessionId: row.session_id,
    promptId: row.prompt_id,
    subagent: row.subagent_id === null ? null : { id: row.subagent_id, type: row.subagent_type },
    what: failureWords(failure),
    kind: row.kind,
    agentKind: row.agent_kind,
    cause: row.cause,
    confidence: row.confidence,
    scope: row.scope,
    isTransient: row.is_transient === 1,
    window: verdict.window ?? null,
    status: row.status,
    errorType: row.error_type,
    requestId: row.request_id,
    model: row.model,
    permissionMode: row.permission_mode,
    attempts: row.attempts,
    ...timeJson("resetAt", row.reset_at_ms),
    resetFrom: row.reset_from,
    isResetPlausible: verdict.reset?.isPlausible ?? null,
    lastTool: row.last_tool,
    lastToolDigest: row.last_tool_digest,
    message: row.message,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd,
    timeLostMs: row.time_lost_ms,
    witnesses: row.witnesses,
    action: advice.action,
    needsPerson: advice.needsPerson,
  };
}

/** An instant under a name, as text in ISO 8601 and as epoch ms under the name with `Ms`. */
export function timeJson(name: string, atMs: number | null): Record<string, unknown> {
  return { [name]: isoTime(atMs), [`${name}Ms`]: atMs };
}

/** Instants come from files; one that no calendar holds has no text. */
function isoTime(atMs: number | null): string | null {
  if (atMs === null) return null;
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
