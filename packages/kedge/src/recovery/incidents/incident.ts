import type { Cause, Scope } from "../verdict.ts";

/**
 * How urgent an incident is.
 *
 * - `critical`: nothing goes on until a person acts
 * - `warning`: it may go on by itself, and somebody should know
 * - `info`: for whoever looks
 */
export const SEVERITIES = ["critical", "warning", "info"] as const;

/** One from {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/**
 * How an incident ended.
 *
 * - `proof`: a request that began after its last failure was answered, or what had not happened did
 * - `work_over`: the work that it stopped is over for good, whatever became of it
 * - `person`: somebody said so
 * - `expired`: nothing more was heard of it, neither good nor bad
 * - `other_cause`: what was known later says that its failures were something else
 * - `gone`: what it was about is not there any more: its failures were removed, or what it is about is not in the policy
 */
export type Resolution = "proof" | "work_over" | "person" | "expired" | "other_cause" | "gone";

/** Who ends it: Kedge, as soon as work goes on; or a person, who has to act first. */
export type IncidentOwner = "kedge" | "person";

/** One cause on one account, from the first failure to proven progress. All times are epoch ms. */
export interface Incident {
  /** `inc-` and eight letters and digits. */
  readonly id: string;
  /** What makes two failures the same incident; of it, a hash is the dedup key of alerts. */
  readonly key: string;
  /** Key of the account that pays; `provider` or `machine` where the cause reaches beyond one account. */
  readonly account: string;
  readonly cause: Cause;
  readonly scope: Scope;
  readonly model: string | null;
  /** The limit that refused, such as `five_hour`. */
  readonly window: string | null;
  /** The project of all its sessions; null where there are several. */
  readonly project: string | null;
  readonly severity: Severity;
  readonly isOpen: boolean;
  readonly owner: IncidentOwner;
  readonly openedMs: number;
  /** Of the last failure that is counted in. */
  readonly lastMs: number;
  /** When it is said to end; null where nobody says so. */
  readonly untilMs: number | null;
  /** Who says so: see `Reset.from`. */
  readonly untilFrom: string | null;
  /** Without a word until then it is ended as `expired`. */
  readonly endsMs: number;
  readonly failures: number;
  readonly sessions: number;
  /** Sessions whose progress was proven since. */
  readonly recovered: number;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: string | null;
  /** Id of the incident that explains it: as long as that is open, this one alerts nobody. */
  readonly explainedBy: string | null;
  readonly resolvedMs: number | null;
  readonly resolution: Resolution | null;
  /** Words of the person who resolved it. */
  readonly note: string | null;
  /** Time that its sessions stood still, summed up, in ms. */
  readonly lostMs: number;
  readonly costUsd: number;
  /** The last verdict that was counted in, as JSON. */
  readonly verdict: string;
}
