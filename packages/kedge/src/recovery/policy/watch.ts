import type { Cause } from "../verdict.ts";
import type { AddressRule } from "./channel.ts";
import type { WakeHours } from "./wake-hours.ts";

/** Work that has to begin every so often. */
export interface ScheduleRule {
  readonly everyMs: number;
  readonly graceMs: number;
  /** Sessions of a project, or a batch by its name. */
  readonly of: { readonly project: string } | { readonly batch: string };
}

/** What `kedge up` looks after that nobody would tell of. */
export interface WatchRules {
  /** A session whose hooks say nothing for so long after it began raises an alarm, ms. Null: never. */
  readonly hooksAfterMs: number | null;
  /** By name. */
  readonly schedules: Readonly<Record<string, ScheduleRule>>;
  /** Who is told that it lives; null for nobody. */
  readonly ping: { readonly url: AddressRule; readonly everyMs: number } | null;
}

/** Within what bounds sessions are resumed that Kedge did not start. */
export interface ResumeRules {
  /** Names of folders; `*` for all. */
  readonly projects: readonly string[];
  readonly causes: readonly Cause[];
  /** Null: at any hour. */
  readonly hours: WakeHours | null;
  readonly attempts: number;
  readonly jobUsd: number;
}
