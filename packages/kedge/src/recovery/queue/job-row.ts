import type { Selectable } from "kysely";
import type { JobAttemptRow, JobRow } from "../ledger/schema.ts";
import { type Attempt, ENDED_STATES, type Job, type JobState, type JsonValue } from "./job.ts";

export type StoredJob = Selectable<JobRow>;

/** Whether a job of this state never changes again. */
export function isEnded(state: JobState): boolean {
  return ENDED_STATES.some((each) => each === state);
}

export function toJob(row: StoredJob): Job {
  return {
    position: row.seq,
    key: row.key,
    batch: row.batch,
    account: row.account,
    sessionKey: row.session_key,
    payload: JSON.parse(row.payload) as JsonValue,
    progress: row.progress === null ? null : (JSON.parse(row.progress) as JsonValue),
    priority: row.priority,
    state: row.state,
    dueMs: row.due_ms,
    why: row.why,
    owner: row.owner,
    cancelWhy: row.cancel_why,
    attempts: row.attempts,
    claims: row.claims,
    deaths: row.deaths,
    token: row.token,
    holder: row.holder,
    addedMs: row.added_ms,
    changedMs: row.changed_ms,
    endedMs: row.ended_ms,
  };
}

export function toAttempt(row: JobAttemptRow): Attempt {
  return {
    number: row.number,
    holder: row.holder,
    token: row.token,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    outcome: row.outcome,
    why: row.why,
    isCharged: row.is_charged === 1,
    failureId: row.failure_id,
    sessionId: row.session_id,
    costUsd: row.cost_usd,
    cause: row.cause,
    action: row.action,
  };
}
