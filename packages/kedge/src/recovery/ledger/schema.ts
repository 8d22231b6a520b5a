import type { Generated } from "kysely";

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

export interface LedgerTables {
  witness: WitnessRow;
  failure: FailureRow;
  failure_hour: HourRow;
  session: SessionRow;
  lease: LeaseRow;
  tombstone: TombstoneRow;
  forgotten: ForgottenRow;
}
