import {
  type AccountRule,
  type Backoff,
  formatDuration,
  isRuledCause,
  type KnownCause,
  type Policy,
  type PolicyAction,
  withoutFallback,
} from "./policy-room.ts";

/** What an action does, in plain words. */
export const ACTION_WORDS: Readonly<Record<PolicyAction | "nothing", string>> = {
  resume: "the same session goes on in a new process",
  restart: "a new session starts from the launch contract",
  smaller_steps: "the session goes on, and is asked for smaller steps",
  fallback_model: "the session goes on with the model that `models` names",
  fork: "a copy of the session goes on from before the damage",
  wait: "it is parked until the reset that was stated",
  hold: "it is parked until a person acts",
  give_up: "the job ends as failed",
  nothing: "it is left as it ended",
};

/** What is done about a cause: a policy's action, or nothing. Without models nothing can stand in for one. */
export function actionOf({ causes, models }: Policy, cause: KnownCause): PolicyAction | "nothing" {
  if (!isRuledCause(cause)) return "nothing";
  const rule = causes[cause];
  const isVain = rule.action === "fallback_model" && Object.keys(models).length === 0;
  return isVain ? withoutFallback(cause, rule) : rule.action;
}

/** Whether a cause is ever tried or waited for. */
export function isTrying(policy: Policy, cause: KnownCause): boolean {
  return !["hold", "give_up", "nothing"].includes(actionOf(policy, cause));
}

/** How often: `10 times`, `once`, `never`; parks are not counted. */
export function oftenWords(policy: Policy, cause: KnownCause): string {
  const rule = policy.causes[cause];
  if (!isTrying(policy, cause)) return "–";
  if (actionOf(policy, cause) === "wait") return "each time";
  if (rule.attempts === 0) return "never";
  return rule.attempts === 1 ? "once" : `${rule.attempts} times`;
}

/** `up to 1m, doubled to 15m`. */
export function backoffWords({ baseMs, capMs }: Backoff): string {
  const base = formatDuration(baseMs);
  return capMs === baseMs ? `up to ${base}` : `up to ${base} first, doubled up to ${formatDuration(capMs)}`;
}

/** `22:00 to 07:00`. */
export function hoursWords({ wakeHours }: Policy): string {
  if (wakeHours === null) return "at any hour";
  return `${clockWords(wakeHours.fromMinute)} to ${clockWords(wakeHours.toMinute)}`;
}

/** `07:00`. */
export function clockWords(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** US dollars, or that there is no limit. */
export function limitWords(usd: number | null): string {
  return usd === null ? "no limit" : `$${usd}`;
}

/** `ANTHROPIC_API_KEY from TEAM_B_KEY`; a variable that keeps its name stands alone. */
export function variablesWords({ env }: AccountRule): string {
  const pairs = Object.entries(env).map(([name, source]) =>
    name === source ? name : `${name} from ${source}`,
  );
  return pairs.length === 0 ? "no variables" : pairs.join(", ");
}
