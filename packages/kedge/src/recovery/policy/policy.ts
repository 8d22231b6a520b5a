import type { AlertRules } from "../incidents/alert-rules.ts";
import type { KnownCause } from "../verdict.ts";
import type { ChannelRule } from "./channel.ts";
import type { WakeHours } from "./wake-hours.ts";
import type { ResumeRules, WatchRules } from "./watch.ts";

/**
 * What a policy may have done about a failure.
 *
 * - `resume`: resume the same session in a new process
 * - `restart`: start a new session from the launch contract
 * - `smaller_steps`: go on with the same session, and ask for smaller steps
 * - `fallback_model`: go on with the model that `models` names
 * - `fork`: go on in a copy of the session, from before the damage; the session itself stops
 * - `wait`: park to the reset that was stated, without charging an attempt
 * - `hold`: park until a person acts
 * - `give_up`: end the job as failed
 */
export const POLICY_ACTIONS = [
  "resume",
  "restart",
  "smaller_steps",
  "fallback_model",
  "fork",
  "wait",
  "hold",
  "give_up",
] as const;

/** An action from {@link POLICY_ACTIONS}. */
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

/** What is done when the tries, the time or the money are used up. */
export const LAST_ACTIONS = ["hold", "give_up"] as const;

/** Pause before a try: a random part, up to all, of `baseMs` doubled with each try of the cause, `capMs` at most. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** What is done about one cause. */
export interface CauseRule {
  readonly action: PolicyAction;
  /** Tries of one job because of this cause; parks are none. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** What is done when nothing more may be tried. */
  readonly otherwise: (typeof LAST_ACTIONS)[number];
  /** In place of the policy's. */
  readonly nudge?: string;
  /** Whether the file names an action or attempts for this very cause: advice that is only careful then gives way. */
  readonly isNamed: boolean;
}

/** What to do when the place of a session is not as it was at the failure. */
export const DRIFT_ACTIONS = ["stop", "warn", "ignore"] as const;

/** One from {@link DRIFT_ACTIONS}: leave the session to a person, go on and say so, or go on. */
export type DriftAction = (typeof DRIFT_ACTIONS)[number];

/** What holds for one account. */
export interface AccountRule {
  /** Variable that its agent gets to the variable of ours that it is taken from. Names, and never values. */
  readonly env: Readonly<Record<string, string>>;
  /** Directory with its logins, for `CLAUDE_CONFIG_DIR`: absolute, or beginning with `~/`. */
  readonly configDir?: string;
  /** At most so many at once, whatever the account proves to carry. */
  readonly sessions?: number;
  /** In place of the policy's `accountDayUsd`. */
  readonly dayUsd?: number;
}

/** What may be done about failures, and when. Deeply frozen, with every default filled in. */
export interface Policy {
  readonly version: 1;
  readonly description?: string;
  /** Name of the zone in which hours are told and days of money begin. */
  readonly zone: string;
  readonly causes: Readonly<Record<KnownCause, CauseRule>>;
  /** Tries of one job, whatever the cause. */
  readonly attempts: number;
  /** From the beginning of a job to its end, parks included. */
  readonly totalMs: number;
  /** Null: at any hour. */
  readonly wakeHours: WakeHours | null;
  /** The longest that work is put aside at once. */
  readonly maxParkMs: number;
  /** A session without a sign of life for so long is ended, and judged as `stall`. Null: never. */
  readonly stallAfterMs: number | null;
  /** Between asking an agent to end and killing it. */
  readonly graceMs: number;
  /** US dollars; null is no limit. */
  readonly money: { readonly jobUsd: number | null; readonly accountDayUsd: number | null };
  readonly drift: {
    readonly headMoved: DriftAction;
    readonly dirtyFiles: DriftAction;
    readonly missingDirectory: DriftAction;
  };
  /** What a session is told when it is woken. */
  readonly nudge: string;
  /** Model to the model that stands in for it; `*` for all that are not named. */
  readonly models: Readonly<Record<string, string>>;
  readonly accounts: Readonly<Record<string, AccountRule>>;
  /** By name. */
  readonly channels: Readonly<Record<string, ChannelRule>>;
  readonly alerts: AlertRules;
  readonly watch: WatchRules;
  /** Null: sessions that Kedge did not start are left alone. */
  readonly resumeOthers: ResumeRules | null;
  /** Whether a run that ended well, but in which calls were not permitted, counts as failed. */
  readonly degraded: "fail" | "pass";
}
