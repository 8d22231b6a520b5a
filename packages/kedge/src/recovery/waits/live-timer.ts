import type { WakeRule, WakeTimer } from "../../agents/index.ts";
import type { FailureKind } from "../../protocol/index.ts";
import { boundsOf, type Policy } from "../policy/index.ts";
import { createZone } from "../reset-zone.ts";
import type { KnownCause } from "../verdict.ts";
import { LONGEST_WAIT_MS, liveNudge } from "./live-plan.ts";

/**
 * What a failure may really be that a hook calls so, as far as a wake without judgement can help: HTTP 529 and lost connections reach it as
 * `server_error` (measured on 2.1.329). Of all others, such as a bad login or an unpayable bill, nobody is woken without a verdict.
 */
const MAY_BE: Readonly<Partial<Record<FailureKind, readonly KnownCause[]>>> = {
  rate_limit: ["request_rate", "server_throttle"],
  overloaded: ["overload"],
  server_error: ["server", "overload", "connection"],
  max_output_tokens: ["cut_answer"],
  unknown: ["unknown"],
};

const SECOND_MS = 1_000;

/**
 * What a waiter does by itself while no supervisor lives: the policy's own tries and pauses. Where a hook's word may mean several causes, the most
 * careful rule of them holds, so that the API is never asked more often than the policy says.
 */
export function liveTimer(policy: Policy): WakeTimer {
  const { wakeHours, zone } = policy;
  return {
    rules: Object.entries(MAY_BE).flatMap(([error, causes = []]) => ruleOf(error, causes, policy)),
    attempts: policy.attempts,
    totalS: wholeSeconds(policy.totalMs),
    limitS: Math.max(1, Math.floor(Math.min(LONGEST_WAIT_MS, policy.maxParkMs) / SECOND_MS)),
    ...(wakeHours !== null && {
      hours: `${clockWord(wakeHours.fromMinute)}-${clockWord(wakeHours.toMinute)}@${posixZone(zone)}`,
    }),
    nudge: policy.nudge,
  };
}

function ruleOf(error: string, causes: readonly KnownCause[], policy: Policy): readonly WakeRule[] {
  const rules = causes.map((cause) => ({ cause, rule: policy.causes[cause], bounds: boundsOf(cause) }));
  const [first] = rules;
  const isWoken = rules.every(({ rule }) => rule.action === "resume" || rule.action === "smaller_steps");
  const attempts = Math.min(...rules.map(({ rule, bounds }) => Math.min(rule.attempts, bounds.most)));
  if (first === undefined || !isWoken || attempts < 1) return [];
  return [
    {
      ...{ error, attempts },
      baseS: Math.max(1, ...rules.map(({ rule }) => wholeSeconds(rule.backoff.baseMs))),
      capS: Math.max(1, ...rules.map(({ rule }) => wholeSeconds(rule.backoff.capMs))),
      nudge: liveNudge(policy, first.cause),
    },
  ];
}

function wholeSeconds(ms: number): number {
  return Math.ceil(ms / SECOND_MS);
}

/** `0830` */
function clockWord(minuteOfDay: number): string {
  const digits = (count: number): string => String(count).padStart(2, "0");
  return digits(Math.floor(minuteOfDay / 60)) + digits(minuteOfDay % 60);
}

/** A zone as `TZ` has it. Offsets have the other sign there, and no table of zones is needed for them. */
function posixZone(name: string): string {
  const zone = createZone(name)?.name ?? "UTC";
  if (zone === "UTC") return "<UTC>0";
  const [, sign, hours = "", minutes = ""] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return zone;
  return `<${sign}${hours}${minutes}>${sign === "+" ? "-" : "+"}${hours}:${minutes}`;
}
