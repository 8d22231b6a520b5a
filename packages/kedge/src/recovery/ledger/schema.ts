import type { Generated } from "kysely";
import type { IncidentOwner, Resolution, Severity } from "../incidents/incident.ts";
import type { AttemptOutcome, JobState } from "../queue/job.ts";

/** One witness, as it was taken in. */
export interface WitnessRow {
  /** Of the spool file, or a digest of what it says. */
  readonly id: string;
  readonly agent: string;
  readonly session_id: string;
  /** The failure that it speaks of; null for none. */
  readonly failure_id: string | null;
  /** Epoch ms: when it happened, and when it was taken in. */
  readonly at_ms: number;
  readonly seen_ms: number;
  /** The evidence as JSON, redacted. */
  readonly evidence: string;
}

/** One failure, joined from its witnesses and judged. */
export interface FailureRow {
  /** Of what it is, so that every reading of the same witnesses gives the same. */
  readonly id: string;
  readonly agent: string;
  readonly agent_version: string | null;
  /** Last part of the working directory. */
  readonly project: string;
  readonly project_dir: string;
  readonly session_id: string;
  readonly prompt_id: string | null;
  readonly subagent_id: string | null;
  readonly subagent_type: string | null;
  readonly at_ms: number;
  readonly seen_ms: number;
  /** What happened: the truthful kind, and what the agent called it. */
  readonly kind: string;
  readonly agent_kind: string | null;
  readonly cause: string;
  readonly confidence: string;
  readonly scope: string;
  /** 0 or 1. */
  readonly is_transient: number;
  readonly status: number | null;
  readonly error_type: string | null;
  readonly request_id: string | null;
  readonly model: string | null;
  readonly permission_mode: string | null;
  readonly attempts: number | null;
  readonly last_tool: string | null;
  readonly last_tool_digest: string | null;
  readonly reset_at_ms: number | null;
  readonly reset_from: string | null;
  readonly message: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_usd: number | null;
  /** Time that the failure cost so far: retries, and until a limit ended. */
  readonly time_lost_ms: number;
  readonly witnesses: number;
  /** The verdict as JSON. */
  readonly verdict: string;
  /** Key of the account that pays; null where nobody knows. */
  readonly account: string | null;
  /** The incident that it is counted in; null for one that concerns nobody. */
  readonly incident_seq: number | null;
}

/** Failures of one hour that are alike, counted: what `stats` reads. */
export interface HourRow {
  /** Start of the hour, epoch ms. */
  readonly hour_ms: number;
  readonly project: string;
  readonly cause: string;
  readonly kind: string;
  readonly agent: string;
  readonly agent_version: string;
  readonly last_tool: string;
  readonly failures: number;
  readonly cost_usd: number;
  readonly time_lost_ms: number;
}

/** A session that was seen. */
export interface SessionRow {
  readonly agent: string;
  readonly session_id: string;
  /** Last part of the working directory. */
  readonly project: string;
  readonly project_dir: string;
  readonly first_ms: number;
  readonly last_ms: number;
  /** When it last began or was resumed, and when it last ended; null while nobody said. */
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly end_reason: string | null;
  readonly agent_version: string | null;
  readonly permission_mode: string | null;
  readonly git_head: string | null;
  readonly transcript_path: string | null;
  /** Key of the account that pays; null where nobody knows. */
  readonly account: string | null;
  /** Number of the agent's process, by the last record that gives it; null while none does. */
  readonly pid: number | null;
}

/** Who may write: one process at a time. */
interface LeaseRow {
  readonly name: string;
  readonly holder: string;
  /** Grows with every holder: an older one writes nothing any more. */
  readonly token: number;
  readonly until_ms: number;
}

/** A purge, which is all that is left of what it removed. */
interface TombstoneRow {
  readonly id: Generated<number>;
  readonly at_ms: number;
  readonly what: string;
  readonly removed: number;
}

/** What was purged: should it come again, it stays out. */
interface ForgottenRow {
  /** Of a witness, or a digest of which failure it was. */
  readonly id: string;
  readonly at_ms: number;
}

/** One job of the queue; what its fields mean is said in `queue/job.ts`. */
export interface JobRow {
  readonly seq: Generated<number>;
  readonly key: string;
  readonly batch: string | null;
  readonly account: string;
  readonly session_key: string;
  readonly priority: number;
  readonly state: JobState;
  /** When it may start: epoch ms, and in the queue's own time, whichever comes first. */
  readonly due_ms: number | null;
  readonly due_queue_ms: number | null;
  readonly why: string | null;
  readonly owner: string | null;
  readonly cancel_why: string | null;
  readonly attempts: number;
  readonly claims: number;
  readonly deaths: number;
  readonly token: number;
  readonly holder: string | null;
  /** When the lease runs out, in the queue's own time. */
  readonly lease_queue_ms: number | null;
  readonly added_ms: number;
  readonly changed_ms: number;
  readonly ended_ms: number | null;
  /** JSON. */
  readonly payload: string;
  readonly progress: string | null;
}

/** One start of a job. */
export interface JobAttemptRow {
  readonly job_seq: number;
  readonly number: number;
  readonly holder: string;
  readonly token: number;
  readonly started_ms: number;
  readonly ended_ms: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly why: string | null;
  /** 0 or 1. */
  readonly is_charged: number;
  readonly failure_id: string | null;
  readonly session_id: string | null;
  readonly cost_usd: number | null;
  readonly cause: string | null;
  readonly action: string | null;
}

/** The queue's own time, and what else is known of it as a whole; one row. */
interface QueueClockRow {
  readonly id: number;
  /** Ms that went by while somebody swept. */
  readonly queue_ms: number;
  /** Epoch ms: what the clock said at the last sweep; null before the first. */
  readonly seen_ms: number | null;
  /** The greatest token of a job that was forgotten: another of its key begins there. */
  readonly forgotten_token: number;
}

/** What is known of one account by all who start sessions on it. */
interface GovernorRow {
  readonly account: string;
  /** A governor's snapshot of this account, as JSON. */
  readonly state: string;
  readonly changed_ms: number;
}

/** One incident; what its fields mean is said in `incidents/incident.ts`. */
export interface IncidentRow {
  readonly seq: Generated<number>;
  readonly id: string;
  readonly key: string;
  readonly account: string;
  readonly cause: string;
  readonly scope: string;
  readonly model: string | null;
  readonly window: string | null;
  readonly project: string | null;
  readonly severity: Severity;
  readonly owner: IncidentOwner;
  readonly opened_ms: number;
  readonly last_ms: number;
  readonly until_ms: number | null;
  readonly until_from: string | null;
  readonly ends_ms: number;
  readonly failures: number;
  readonly sessions: number;
  readonly recovered: number;
  readonly acknowledged_ms: number | null;
  readonly acknowledged_by: string | null;
  readonly explained_by: string | null;
  readonly resolved_ms: number | null;
  /** What failed until then is of it, however late it is heard of: a request that began then was answered. Null while it is open. */
  readonly over_ms: number | null;
  readonly resolution: Resolution | null;
  readonly note: string | null;
  readonly lost_ms: number;
  readonly cost_usd: number;
  readonly verdict: string;
}

/** A session that an incident has stopped. */
export interface IncidentSessionRow {
  readonly incident_seq: number;
  readonly agent: string;
  readonly session_id: string;
  readonly project: string;
  /** Epoch ms of its first and last failure in the incident. */
  readonly first_ms: number;
  readonly last_ms: number;
  /** When its progress was proven after the last of them, or when it ended for good; null while it stands still. */
  readonly recovered_ms: number | null;
}

/** One message to one channel, until it is delivered or given up; see `alerts/alert.ts`. */
export interface AlertRow {
  readonly seq: Generated<number>;
  /** The same for every try, so that a receiver knows a message that it has. */
  readonly id: string;
  readonly incident_seq: number | null;
  /** Name of the channel. What it takes to reach it is never stored. */
  readonly channel: string;
  readonly kind: "open" | "update" | "reminder" | "acknowledge" | "resolve" | "digest" | "test";
  readonly state: "waiting" | "sending" | "sent" | "dead" | "dropped";
  readonly created_ms: number;
  readonly due_ms: number;
  readonly attempts: number;
  /** Those of its tries of which the receiver said that it does not take the message: it certainly does not have it. */
  readonly refusals: Generated<number>;
  /** Grows with every holder: an older one settles nothing any more. */
  readonly token: number;
  readonly holder: string | null;
  readonly lease_ms: number | null;
  readonly ended_ms: number | null;
  /** Why it was not delivered the last time, or not at all. */
  readonly error: string | null;
  /** What is told, as JSON, from the first try on: every further one says the same. */
  readonly body: string | null;
}

/** How a channel stands, for all processes that send through it. */
export interface ChannelStateRow {
  readonly channel: string;
  /** Digest of how it is configured: what was learnt of it holds for as long as that is the same. */
  readonly rule: string;
  /** Tries in a row that failed. */
  readonly failures: number;
  /** Epoch ms: nothing is sent before. */
  readonly next_ms: number;
  /** Epoch ms, by the clock of then: when this was noted. */
  readonly written_ms: number;
  /** When something was delivered the last time. */
  readonly told_ms: number | null;
  /** When it said that it wants nothing any more; null while it does. */
  readonly gone_ms: number | null;
  /** Why the last try failed; null after one that did not. */
  readonly error: string | null;
}

/** A time in which somebody wants to hear nothing of some incidents. */
export interface SilenceRow {
  readonly id: string;
  /** What an incident must be to be silenced; null does not matter. */
  readonly incident: string | null;
  readonly account: string | null;
  readonly cause: string | null;
  readonly project: string | null;
  readonly made_ms: number;
  readonly until_ms: number;
  readonly why: string | null;
}

/** By what this ledger is told apart from those of other machines; one row, made with the file. */
interface LedgerIdRow {
  readonly id: string;
}

export interface LedgerTables {
  witness: WitnessRow;
  failure: FailureRow;
  failure_hour: HourRow;
  session: SessionRow;
  lease: LeaseRow;
  tombstone: TombstoneRow;
  forgotten: ForgottenRow;
  job: JobRow;
  job_attempt: JobAttemptRow;
  queue_clock: QueueClockRow;
  governor: GovernorRow;
  incident: IncidentRow;
  incident_session: IncidentSessionRow;
  alert: AlertRow;
  channel_state: ChannelStateRow;
  silence: SilenceRow;
  ledger_id: LedgerIdRow;
}
