import { CAUSES, type KnownCause } from "../verdict.ts";
import { allowedActions, boundsOf, type CauseBounds, isRuledCause } from "./cause-bounds.ts";
import { minuteOf, parseDuration } from "./duration.ts";
import { fillAlerts, fillChannel } from "./fill-alerts.ts";
import { fillOthers, fillWatch } from "./fill-watch.ts";
import type { AccountRule, Backoff, CauseRule, Policy, PolicyAction } from "./policy.ts";
import type { PolicyFile, RuleFile } from "./policy-schema.ts";

/**
 * Where the values of a policy come from: by path, such as `causes.overload.attempts`, the keys of the place in the file, or `bound`
 * where the file asks for more than the cause allows. What is not here is a default.
 */
export type Origins = ReadonlyMap<string, readonly (string | number)[] | "bound">;

const NUDGE =
  "This session was stopped by a failure that was not its own, and is woken now. Check what is already done before you do anything again, then go on.";

/** The policy without a file. */
export function defaultPolicy(): Policy {
  return fillPolicy({}).policy;
}

/** Fills in every default of a sound file, and says where the other values come from. */
export function fillPolicy(file: PolicyFile): { readonly policy: Policy; readonly origins: Origins } {
  const origins: Sink = new Map();
  return { policy: freeze(fill(file, origins)), origins };
}

const TOP_FIELDS = [
  "description",
  "zone",
  "attempts",
  "max_park",
  "stall_after",
  "grace",
  "nudge",
  "degraded",
] as const;

type AccountFile = NonNullable<PolicyFile["accounts"]>[string];

type Sink = Map<string, readonly (string | number)[] | "bound">;

function fill(file: PolicyFile, origins: Sink): Policy {
  const { hours = {}, money = {}, drift = {} } = file;
  for (const key of TOP_FIELDS) if (file[key] !== undefined) origins.set(key, [key]);
  for (const key of [
    "hours",
    "money",
    "drift",
    "models",
    "accounts",
    "channels",
    "alerts",
    "watch",
    "others",
  ] as const)
    for (const name of Object.keys(file[key] ?? {})) origins.set(`${key}.${name}`, [key, name]);
  for (const [name, account] of Object.entries(file.accounts ?? {}))
    for (const field of Object.keys(account))
      origins.set(`accounts.${name}.${field}`, ["accounts", name, field]);
  const { wake } = hours;
  return {
    version: 1,
    ...(file.description !== undefined && { description: file.description }),
    zone: file.zone ?? "UTC",
    causes: fillCauses(file, origins),
    attempts: file.attempts ?? 20,
    totalMs: ms(hours.total, "10d"),
    wakeHours: wake === undefined ? null : { fromMinute: minuteOf(wake.from), toMinute: minuteOf(wake.to) },
    maxParkMs: ms(file.max_park, "8d"),
    stallAfterMs: file.stall_after === "never" ? null : ms(file.stall_after, "20m"),
    graceMs: ms(file.grace, "5s"),
    money: { jobUsd: money.job_usd ?? null, accountDayUsd: money.account_day_usd ?? null },
    drift: {
      headMoved: drift.head_moved ?? "stop",
      dirtyFiles: drift.dirty_files ?? "warn",
      missingDirectory: drift.missing_directory ?? "stop",
    },
    nudge: file.nudge ?? NUDGE,
    models: { ...file.models },
    accounts: Object.fromEntries(
      Object.entries(file.accounts ?? {}).map(([name, account]) => [name, fillAccount(account)]),
    ),
    channels: Object.fromEntries(
      Object.entries(file.channels ?? {}).map(([name, channel]) => [name, fillChannel(channel)]),
    ),
    alerts: fillAlerts(file.alerts ?? {}, {
      channels: Object.keys(file.channels ?? {}),
      zone: file.zone ?? "UTC",
    }),
    watch: fillWatch(file.watch ?? {}),
    resumeOthers: fillOthers(file.others ?? {}),
    degraded: file.degraded ?? "fail",
  };
}

function fillAccount({ env = {}, config_dir, sessions, day_usd }: AccountFile): AccountRule {
  return {
    env,
    ...(config_dir !== undefined && { configDir: config_dir }),
    ...(sessions !== undefined && { sessions }),
    ...(day_usd !== undefined && { dayUsd: day_usd }),
  };
}

function fillCauses(file: PolicyFile, origins: Sink): Policy["causes"] {
  const all = file.causes?.["*"] ?? {};
  const rules = CAUSES.map((cause) => {
    const own = isRuledCause(cause) ? (file.causes?.[cause] ?? {}) : {};
    return [cause, fillRule(cause, { own, all: isRuledCause(cause) ? all : {}, origins })] as const;
  });
  return Object.fromEntries(rules) as Record<KnownCause, CauseRule>;
}

interface RuleSources {
  readonly own: RuleFile;
  /** The rule `*`. */
  readonly all: RuleFile;
  readonly origins: Sink;
}

/** One rule: each field of the cause's own rule, else of `*`, else by default. */
function fillRule(cause: KnownCause, { own, all, origins }: RuleSources): CauseRule {
  const bounds = boundsOf(cause);
  const note = (field: keyof RuleFile, isOwn: boolean): void =>
    void origins.set(`causes.${cause}.${field}`, ["causes", isOwn ? cause : "*", field]);
  const pick = <Key extends keyof RuleFile>(field: Key): RuleFile[Key] => {
    if (own[field] === undefined && all[field] === undefined) return undefined;
    note(field, own[field] !== undefined);
    return own[field] ?? all[field];
  };
  const otherwise = pick("otherwise") ?? "hold";
  const nudge = pick("nudge");
  const asked = pick("attempts");
  const attempts = Math.min(asked ?? bounds.attempts, bounds.most);
  if (asked !== undefined && attempts < asked) origins.set(`causes.${cause}.attempts`, "bound");
  const named = own.action ?? (reaches(all.action, cause, bounds) ? all.action : undefined);
  if (named !== undefined) note("action", own.action !== undefined);
  // What ends by default ends as the file wants it; and it is `otherwise` that says so.
  const action: PolicyAction = named ?? (bounds.action === "hold" ? otherwise : bounds.action);
  const otherwiseOrigin = origins.get(`causes.${cause}.otherwise`);
  if (named === undefined && bounds.action === "hold" && otherwiseOrigin !== undefined)
    origins.set(`causes.${cause}.action`, otherwiseOrigin);
  return {
    ...{
      action,
      attempts,
      backoff: fillBackoff(bounds, { own, all }, (isOwn) => note("backoff", isOwn)),
      otherwise,
    },
    ...(nudge !== undefined && { nudge }),
    isNamed: own.action !== undefined || own.attempts !== undefined,
  };
}

/** A way on for a session that stops has to be named for that cause: what is meant for all is not meant for that. */
function reaches(action: PolicyAction | undefined, cause: KnownCause, { stops }: CauseBounds): boolean {
  if (action === undefined || !allowedActions(cause).includes(action)) return false;
  return stops !== "session" || action === "hold" || action === "give_up";
}

function fillBackoff(
  { baseMs, capMs }: CauseBounds,
  { own, all }: Pick<RuleSources, "own" | "all">,
  note: (isOwn: boolean) => void,
): Backoff {
  if (own.backoff !== undefined || all.backoff !== undefined) note(own.backoff !== undefined);
  const given = { ...all.backoff, ...own.backoff };
  const base = parseDuration(given.base ?? "") ?? baseMs;
  const cap = parseDuration(given.cap ?? "") ?? capMs;
  // With only one of them given, the other gives way.
  return given.base === undefined
    ? { baseMs: Math.min(base, cap), capMs: cap }
    : { baseMs: base, capMs: Math.max(base, cap) };
}

function ms(text: string | undefined, usual: string): number {
  return parseDuration(text ?? usual) ?? 0;
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
