import type { KnownCause } from "../verdict.ts";
import type { PolicyAction } from "./policy.ts";

/**
 * What a failure stops, whatever a policy says.
 *
 * - `account`: all work on the credential, at once
 * - `account_after_one`: the same, unless one new process, which reads its credentials anew, comes first
 * - `session`: the session, unless the policy names a way on that does not send the same request again
 */
type Stops = "account" | "account_after_one" | "session";

/** What is done about a cause by default, and how far a policy can go. */
export interface CauseBounds {
  readonly action: PolicyAction;
  /** What a policy may name besides `hold` and `give_up`, which are always open. */
  readonly may: readonly PolicyAction[];
  readonly attempts: number;
  /** No policy gives more tries. */
  readonly most: number;
  readonly baseMs: number;
  readonly capMs: number;
  readonly stops?: Stops;
}

/** Tries of one cause that any policy can give. */
export const MOST_ATTEMPTS = 100;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

interface Row {
  readonly may?: readonly PolicyAction[];
  readonly attempts?: number;
  readonly most?: number;
  /** Seconds, minutes. */
  readonly backoff?: readonly [baseS: number, capMin: number];
  readonly stops?: Stops;
}

function bound(action: PolicyAction, row: Row = {}): CauseBounds {
  const { may = [], attempts = 1, most = MOST_ATTEMPTS, backoff = [10, 5], stops } = row;
  const own = action === "hold" || may.includes(action) ? may : [action, ...may];
  return {
    ...{ action, attempts, most, may: own, baseMs: backoff[0] * SECOND_MS, capMs: backoff[1] * MINUTE_MS },
    ...(stops !== undefined && { stops }),
  };
}

const STOPPED_ACCOUNT = bound("hold", { attempts: 0, most: 0, stops: "account" });
const ONE_PROCESS = bound("resume", {
  ...{ may: ["restart"], attempts: 1, most: 1, backoff: [5, 1], stops: "account_after_one" },
});

/** A session that stops: the ways on are only those that a policy names, and twice at most. */
function stopped(...may: readonly PolicyAction[]): CauseBounds {
  return bound("hold", { may, attempts: 2, most: 2, stops: "session" });
}

/** Causes about which nothing is to be decided: what they name has ended, and stays as it is. */
export const ENDED_CAUSES = [
  "degraded",
  "stopped_by_policy",
  "none",
] as const satisfies readonly KnownCause[];

/** A cause that a policy can have a rule for. */
export type RuledCause = Exclude<KnownCause, (typeof ENDED_CAUSES)[number]>;

const BOUNDS: Readonly<Record<RuledCause, CauseBounds>> = {
  plan_window: bound("wait", { may: ["resume", "restart"], attempts: 5, backoff: [60, 15] }),
  model_limit: bound("fallback_model", {
    ...{ may: ["wait", "resume", "restart"], attempts: 5, backoff: [60, 15] },
  }),
  request_rate: bound("resume", { may: ["wait", "restart"], attempts: 8, backoff: [30, 10] }),
  server_throttle: bound("resume", {
    ...{ may: ["wait", "restart", "fallback_model"], attempts: 8, backoff: [60, 15] },
  }),
  spend: STOPPED_ACCOUNT,
  billing: STOPPED_ACCOUNT,
  auth: ONE_PROCESS,
  cloud_credential: ONE_PROCESS,
  organisation: STOPPED_ACCOUNT,
  account_state: STOPPED_ACCOUNT,
  overload: bound("resume", {
    ...{ may: ["wait", "restart", "fallback_model"], attempts: 10, backoff: [60, 15] },
  }),
  server: bound("resume", {
    ...{ may: ["wait", "restart", "fallback_model"], attempts: 5, backoff: [30, 10] },
  }),
  connection: bound("resume", { may: ["wait", "restart"], attempts: 8, backoff: [30, 10] }),
  poisoned: stopped("fork"),
  broken_content: stopped("fork"),
  too_large: stopped("smaller_steps", "fork", "fallback_model"),
  refused: stopped("fork", "fallback_model"),
  cut_answer: bound("smaller_steps", {
    ...{ may: ["resume", "restart", "fallback_model"], attempts: 2, most: 2, backoff: [2, 1] },
  }),
  malformed_answer: bound("resume", { may: ["restart", "smaller_steps", "fallback_model", "fork"] }),
  invalid_request: stopped("fork", "smaller_steps", "fallback_model"),
  // A stand-in in `models` is the policy's own word; without one the session stops.
  model_not_found: { ...stopped("fallback_model"), action: "fallback_model" },
  lost_session: bound("restart"),
  lost_writes: bound("hold", { may: ["resume", "restart"] }),
  not_begun: bound("hold", { may: ["restart"] }),
  dead_process: bound("resume", { may: ["restart", "fork"], attempts: 3 }),
  stall: bound("resume", { may: ["restart", "fork"], attempts: 2 }),
  lost_result: bound("resume", { may: ["restart"] }),
  false_success: bound("resume", { may: ["restart"] }),
  interrupted: bound("hold", { may: ["resume", "restart"] }),
  unknown: bound("resume", { may: ["restart"], most: 1, backoff: [30, 5] }),
};

const NOTHING = bound("hold", { attempts: 0, most: 0 });

/** Whether a policy can have a rule for a cause. */
export function isRuledCause(cause: KnownCause): cause is RuledCause {
  return !ENDED_CAUSES.some((ended) => ended === cause);
}

/** Default and bounds of a cause; for one of {@link ENDED_CAUSES} nothing is ever tried. */
export function boundsOf(cause: KnownCause): CauseBounds {
  return isRuledCause(cause) ? BOUNDS[cause] : NOTHING;
}

/** Every action that a policy can name for a cause. */
export function allowedActions(cause: KnownCause): readonly PolicyAction[] {
  return [...boundsOf(cause).may, "hold", "give_up"];
}

/** What is never done about a cause, in one sentence for people. */
export function neverWords(cause: KnownCause): string {
  if (!isRuledCause(cause)) return "Never anything: it is left as it ended.";
  const { stops, may } = BOUNDS[cause];
  if (stops === "account") return "Never tried again: the account stops until a person acts.";
  if (stops === "account_after_one") return "Never more than one new process; then the account stops.";
  if (stops === "session") {
    const ways = may.join(", ");
    return `Never sent again as it is: only by ${ways}, where you name it, and twice at most.`;
  }
  return NEVER[cause] ?? "Never before a time that the API states.";
}

const NEVER: Readonly<Partial<Record<KnownCause, string>>> = {
  plan_window: "Never woken before the reset, and never woken by a time that nobody stated.",
  model_limit: "Never woken with the same model before the reset, where one is stated.",
  cut_answer: "Never more than 2 times, and never as if nothing had been cut.",
  lost_session: "Never resumed: there is nothing to resume.",
  lost_writes: "Never by default: what it does would not be kept.",
  not_begun: "Never by default: the same call would end in the same way.",
  interrupted: "Never by default: somebody may have meant it.",
  unknown: "Never more than one careful try.",
  dead_process: "Never without a word to check first what is already done.",
  stall: "Never beside the process that hangs: that one is ended first.",
  lost_result: "Never without a word to check first what is already done.",
  false_success: "Never taken for done.",
  malformed_answer: "Never without end: it would be the same mistake again.",
};
