/** Anything that JSON can say. What it cannot say is stored as `JSON.stringify` writes it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** States of a job that may still run. */
const OPEN_STATES = ["queued", "running", "parked"] as const;

/** States in which a job has ended. They never change again. */
export const ENDED_STATES = ["done", "degraded", "failed", "cancelled"] as const;

/** Every state of a job. */
export const JOB_STATES = [...OPEN_STATES, ...ENDED_STATES] as const;

/**
 * Where a job stands.
 * - `queued`: to be started from its due time on
 * - `running`: somebody has a lease on it
 * - `parked`: put aside until its due time, or until its owner wakes it
 * - `done`: the work is done
 * - `degraded`: it is done in part, and `why` says which part is not
 * - `failed`: it is given up, and `why` says for what
 * - `cancelled`: somebody wanted it no more
 */
export type JobState = (typeof JOB_STATES)[number];

/** The work of one session that is to be done. */
export interface NewJob {
  /** The same key twice is one job, for as long as the queue remembers it. */
  readonly key: string;
  /** What it belongs to, for counts and lists. */
  readonly batch?: string;
  /** The account that pays. */
  readonly account: string;
  /** No two jobs of one session ever run at once. */
  readonly sessionKey: string;
  /** What whoever runs it has to know; at most {@link MAX_PAYLOAD_CHARS} as JSON. It is stored as it is, so it holds no secret. */
  readonly payload: JsonValue;
  /** Epoch ms: not to be started earlier; 0 for at once. */
  readonly notBeforeMs: number;
  /** The greater the earlier, from -1,000 to 1,000; default 0. */
  readonly priority?: number;
}

/** Characters of a payload as JSON. */
export const MAX_PAYLOAD_CHARS = 1_048_576;

/** Characters of progress as JSON. */
export const MAX_PROGRESS_CHARS = 65_536;

/** A job as it stands. */
export interface Job {
  /** Grows with every job that is added: a place to go on reading from. */
  readonly position: number;
  readonly key: string;
  readonly batch: string | null;
  readonly account: string;
  readonly sessionKey: string;
  readonly payload: JsonValue;
  /** What the last holder knew, for the next one; no secrets. Null at first. */
  readonly progress: JsonValue;
  readonly priority: number;
  readonly state: JobState;
  /** Epoch ms: when it may start; null while it runs, when it has ended, and while only its owner can wake it. */
  readonly dueMs: number | null;
  /** Why it is in this state; null where that says everything. */
  readonly why: string | null;
  /** Who wakes a parked job that has no due time, as the name of an incident; null for nobody. */
  readonly owner: string | null;
  /** Why it is to be cancelled, while the one who runs it has still to hear of it. */
  readonly cancelWhy: string | null;
  /** Attempts that count: those that ended it, and those that were put back with a charge. Never parks, never deaths. */
  readonly attempts: number;
  /** How often it was started. */
  readonly claims: number;
  /** How many of those who ran it last, one after the other, ended without a word. */
  readonly deaths: number;
  /** Grows whenever the right to run it changes hands or is taken away. */
  readonly token: number;
  /** Who runs it; null for nobody. */
  readonly holder: string | null;
  /** Epoch ms. They are what the clock said, which may have been set in between. */
  readonly addedMs: number;
  readonly changedMs: number;
  readonly endedMs: number | null;
}

/**
 * How an attempt ended. `died`: its holder said nothing for longer than its lease. The others are what the holder did: `requeued` and
 * `parked` gave the job back.
 */
export type AttemptOutcome = "done" | "degraded" | "failed" | "cancelled" | "parked" | "requeued" | "died";

/** One start of a job. */
export interface Attempt {
  /** From 1; the `claims` of the job at that time. */
  readonly number: number;
  readonly holder: string;
  /** Of the lease. */
  readonly token: number;
  /** Epoch ms, as the clock said. */
  readonly startedMs: number;
  /** Null while it runs. */
  readonly endedMs: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly why: string | null;
  /** Whether it counts in the `attempts` of the job. */
  readonly isCharged: boolean;
  /** The failure in the ledger that ended it. */
  readonly failureId: string | null;
  /** The agent's session that it ran in. */
  readonly sessionId: string | null;
  /** US dollars that it cost, as far as its holder has said; null while nobody knows. */
  readonly costUsd: number | null;
  /** Cause of the verdict that ended it. */
  readonly cause: string | null;
  /** What was decided then. */
  readonly action: string | null;
}

/** The right to run a job. Everything its holder writes is refused from the moment somebody else got it. */
export interface JobLease {
  readonly key: string;
  readonly holder: string;
  /** Of one job, a later lease has a greater one. */
  readonly token: number;
}
