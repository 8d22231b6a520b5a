import { CAUSES, type Cause, type KnownCause } from "../verdict.ts";
import { type AlarmCause, isAlarm } from "./alarms.ts";
import type { Severity } from "./incident.ts";

/** What something can be told of: a failure, or what did not happen. */
export type AlertCause = KnownCause | AlarmCause;

/** What is told of one cause. */
export interface CauseAlert {
  /** `none`: failures of this cause open no incident. */
  readonly severity: Severity | "none";
  /** An incident that is over within this time alerts nobody, ms. */
  readonly afterMs: number;
}

/** Which incidents go to which channels. What is absent does not matter; all that is there must fit. */
export interface AlertRoute {
  readonly severities?: readonly Severity[];
  readonly causes?: readonly Cause[];
  readonly accounts?: readonly string[];
  readonly projects?: readonly string[];
  /** Names of channels. */
  readonly channels: readonly string[];
}

/** Hours of the day in a zone; they may go past midnight. */
export interface QuietHours {
  /** Minute of the day, 0 to 1439: the first that is quiet. */
  readonly fromMinute: number;
  /** The first that is not quiet any more. */
  readonly toMinute: number;
  /** Name of the zone. */
  readonly zone: string;
}

/** When whom is told what. */
export interface AlertRules {
  readonly causes: Readonly<Record<AlertCause, CauseAlert>>;
  /** After the first failure others are waited for, so that they come in the same alert, ms. */
  readonly groupWaitMs: number;
  /** Between two alerts of one incident at least so long, ms. */
  readonly groupIntervalMs: number;
  /** A critical incident that nobody has acknowledged is told again after so long, ms. Null: never. */
  readonly repeatMs: number | null;
  /** Whatever lasts is told again after so long, ms. Null: never. */
  readonly remindMs: number | null;
  /** Hours in which only what is critical is told; the rest comes at their end. Null: none. */
  readonly quiet: QuietHours | null;
  /** The first that fits says where it goes; where none does, nowhere. */
  readonly routes: readonly AlertRoute[];
}

const MINUTE_MS = 60_000;

/** What passes by itself within a few minutes most of the time. */
const PASSING: CauseAlert = { severity: "warning", afterMs: 10 * MINUTE_MS };
const NOW: Pick<CauseAlert, "afterMs"> = { afterMs: 0 };

/** Where the user says nothing. */
export const DEFAULT_ALERTS: Readonly<Record<AlertCause, CauseAlert>> = {
  plan_window: { severity: "warning", ...NOW },
  model_limit: { severity: "warning", ...NOW },
  request_rate: PASSING,
  server_throttle: PASSING,
  overload: PASSING,
  server: PASSING,
  connection: PASSING,
  spend: { severity: "critical", ...NOW },
  billing: { severity: "critical", ...NOW },
  auth: { severity: "critical", ...NOW },
  cloud_credential: { severity: "critical", ...NOW },
  organisation: { severity: "critical", ...NOW },
  account_state: { severity: "critical", ...NOW },
  poisoned: { severity: "warning", ...NOW },
  broken_content: { severity: "warning", ...NOW },
  too_large: { severity: "warning", ...NOW },
  refused: { severity: "warning", ...NOW },
  invalid_request: { severity: "warning", ...NOW },
  model_not_found: { severity: "warning", ...NOW },
  malformed_answer: { severity: "info", ...NOW },
  cut_answer: { severity: "info", ...NOW },
  lost_session: { severity: "warning", ...NOW },
  lost_writes: { severity: "critical", ...NOW },
  not_begun: { severity: "warning", ...NOW },
  dead_process: { severity: "warning", ...NOW },
  stall: { severity: "warning", ...NOW },
  lost_result: { severity: "warning", ...NOW },
  false_success: { severity: "warning", ...NOW },
  degraded: { severity: "info", ...NOW },
  unknown: { severity: "warning", ...NOW },
  interrupted: { severity: "none", ...NOW },
  stopped_by_policy: { severity: "none", ...NOW },
  none: { severity: "none", ...NOW },
  missed_run: { severity: "warning", ...NOW },
  quiet_hooks: { severity: "warning", ...NOW },
  dead_supervisor: { severity: "warning", ...NOW },
  gone_channel: { severity: "warning", ...NOW },
};

/** Incidents are kept, and nobody is told of them. */
export const UNTOLD: AlertRules = {
  causes: DEFAULT_ALERTS,
  groupWaitMs: MINUTE_MS / 2,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatMs: 240 * MINUTE_MS,
  remindMs: 1_440 * MINUTE_MS,
  quiet: null,
  routes: [],
};

/** What is told of a cause; one that a later version names is told like one that nobody knows. */
export function alertOf({ causes }: Pick<AlertRules, "causes">, cause: Cause): CauseAlert {
  if (isAlarm(cause)) return causes[cause];
  return causes[CAUSES.find((each) => each === cause) ?? "unknown"];
}

/** Where an incident goes. */
export function channelsFor(
  { routes }: Pick<AlertRules, "routes">,
  about: {
    readonly severity: Severity;
    readonly cause: Cause;
    readonly account: string;
    readonly project: string | null;
  },
): readonly string[] {
  const has = <Value>(list: readonly Value[] | undefined, value: Value): boolean =>
    list === undefined || list.includes(value);
  const route = routes.find(
    ({ severities, causes, accounts, projects }) =>
      has(severities, about.severity) &&
      has(causes, about.cause) &&
      has(accounts, about.account) &&
      has(projects, about.project ?? ""),
  );
  return [...new Set(route?.channels ?? [])];
}
