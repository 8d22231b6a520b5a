import { basename } from "node:path";
import type { Evidence } from "../evidence.ts";
import type { SessionFacts, WitnessRecord } from "../witness.ts";
import type { SessionRow } from "./schema.ts";

/** What witnesses say of their sessions, one row each; in the order in which it happened, since of some things the first word holds. */
export function sessionRows(witnesses: readonly WitnessRecord[]): readonly SessionRow[] {
  const rows = new Map<string, SessionRow>();
  const inOrder = witnesses.toSorted((a, b) => a.evidence.atMs - b.evidence.atMs);
  for (const { evidence, session } of inOrder) {
    const key = `${evidence.agent}\n${evidence.sessionId}`;
    rows.set(key, mergeSession(rows.get(key), evidence, session));
  }
  return [...rows.values()];
}

function mergeSession(known: SessionRow | undefined, evidence: Evidence, session: SessionFacts): SessionRow {
  const projectDir = known?.project_dir || session.projectDir;
  return {
    agent: evidence.agent,
    session_id: evidence.sessionId,
    project: basename(projectDir),
    project_dir: projectDir,
    first_ms: Math.min(known?.first_ms ?? evidence.atMs, evidence.atMs),
    last_ms: Math.max(known?.last_ms ?? evidence.atMs, evidence.atMs),
    ...lifeOf(evidence, known),
    agent_version: known?.agent_version ?? evidence.agentVersion ?? null,
    permission_mode: session.permissionMode ?? known?.permission_mode ?? null,
    git_head: known?.git_head ?? session.gitHead ?? null,
    transcript_path: known?.transcript_path ?? session.transcriptPath ?? null,
    account: session.account ?? known?.account ?? null,
    pid: session.pid ?? known?.pid ?? null,
  };
}

/** When it last began and last ended: one that was resumed has ended before it began. */
function lifeOf(
  { witness, atMs, endReason }: Evidence,
  known: SessionRow | undefined,
): Pick<SessionRow, "started_ms" | "ended_ms" | "end_reason"> {
  const { started_ms = null, ended_ms = null, end_reason = null } = known ?? {};
  if (witness === "session_start_hook")
    return { started_ms: Math.max(started_ms ?? atMs, atMs), ended_ms, end_reason };
  if (witness !== "session_end_hook" || atMs < (ended_ms ?? 0)) return { started_ms, ended_ms, end_reason };
  return { started_ms, ended_ms: atMs, end_reason: endReason ?? null };
}
