import { basename } from "node:path";
import type { Evidence } from "../evidence.ts";
import { everyWitness, type NamedGroup } from "../group.ts";
import type { Verdict } from "../verdict.ts";
import { rankOf } from "../verdict-join.ts";
import type { SessionFacts } from "../witness.ts";
import type { FailureRow } from "./schema.ts";

/** Causes that are the end of a quota. */
export const QUOTA_CAUSES: readonly string[] = ["plan_window", "model_limit", "spend"];

/**
 * A failure as a row: what its witnesses say, most trusted first, and the verdict.
 *
 * @param waitedUntilMs epoch ms: how long an earlier failure of the session waits already
 */
export function toFailureRow(group: NamedGroup, verdict: Verdict, waitedUntilMs = 0): FailureRow {
  const { id, witnesses } = group;
  const evidence = witnesses.map((each) => each.evidence).toSorted((a, b) => rankOf(a) - rankOf(b));
  const sessions = witnesses.map((each) => each.session);
  const first = evidence[0];
  const projectDir = sessions.find((each) => each.projectDir !== "")?.projectDir ?? "";
  const subagent = pick(evidence, "subagent");
  const lastTool = pick(evidence, "lastTool");
  const atMs = Math.min(...evidence.map((each) => each.atMs));
  return {
    id,
    agent: first?.agent ?? "",
    agent_version: pick(evidence, "agentVersion") ?? null,
    project: basename(projectDir),
    project_dir: projectDir,
    session_id: first?.sessionId ?? "",
    prompt_id: pick(evidence, "promptId") ?? null,
    subagent_id: subagent?.id ?? null,
    subagent_type: subagent?.type ?? null,
    at_ms: atMs,
    seen_ms: Math.min(...evidence.map((each) => each.seenAtMs)),
    kind: verdict.kind,
    agent_kind: pick(evidence, "kind") ?? null,
    cause: verdict.cause,
    confidence: verdict.confidence,
    scope: verdict.scope,
    is_transient: verdict.isTransient ? 1 : 0,
    status: verdict.status ?? null,
    error_type: pick(evidence, "errorType") ?? null,
    request_id: pick(evidence, "requestId") ?? null,
    model: pick(evidence, "model") ?? null,
    permission_mode: pickSession(sessions, "permissionMode") ?? null,
    attempts: integer(pick(evidence, "attempts")),
    last_tool: lastTool?.name ?? null,
    last_tool_digest: lastTool?.inputDigest ?? null,
    reset_at_ms: integer(verdict.reset?.atMs),
    reset_from: verdict.reset?.from ?? null,
    message: pick(evidence, "message") ?? null,
    input_tokens: integer(pickSession(sessions, "inputTokens")),
    output_tokens: integer(pickSession(sessions, "outputTokens")),
    cost_usd: amount(pickSession(sessions, "costUsd")),
    time_lost_ms: timeLost(evidence, verdict, Math.max(atMs, waitedUntilMs)),
    witnesses: everyWitness(group).length,
    verdict: JSON.stringify(verdict),
    account: accountOf(witnesses) ?? null,
    incident_seq: null,
  };
}

/** Who started the run knows it; hooks can only tell where a credential may have come from. */
function accountOf(witnesses: NamedGroup["witnesses"]): string | undefined {
  const known = witnesses.filter(({ session }) => session.account !== undefined);
  return (known.find(({ evidence }) => evidence.runId !== undefined) ?? known[0])?.session.account;
}

/** What the turn took until it failed, and the wait for a limit that is stated and plausible, from an instant on. */
function timeLost(evidence: readonly Evidence[], { reset, cause }: Verdict, fromMs: number): number {
  const turnMs = Math.max(0, pick(evidence, "durationMs") ?? 0);
  const waits = reset?.isPlausible === true && QUOTA_CAUSES.includes(cause);
  return integer(turnMs + (waits ? Math.max(0, reset.atMs - fromMs) : 0)) ?? 0;
}

/** A column of whole numbers takes nothing else, and what agents say is anything. */
function integer(value: number | undefined): number | null {
  const whole = Math.round(value ?? Number.NaN);
  return Number.isSafeInteger(whole) && whole >= 0 ? whole : null;
}

function amount(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : null;
}

function pick<Key extends keyof Evidence>(
  evidence: readonly Evidence[],
  key: Key,
): Evidence[Key] | undefined {
  for (const each of evidence) if (each[key] !== undefined) return each[key];
  return undefined;
}

function pickSession<Key extends keyof SessionFacts>(
  sessions: readonly SessionFacts[],
  key: Key,
): SessionFacts[Key] | undefined {
  for (const each of sessions) if (each[key] !== undefined) return each[key];
  return undefined;
}
