import { ALARM_CAUSES } from "../incidents/alarms.ts";
import {
  type AlertCause,
  type AlertRoute,
  type AlertRules,
  type CauseAlert,
  DEFAULT_ALERTS,
  UNTOLD,
} from "../incidents/alert-rules.ts";
import { CAUSES } from "../verdict.ts";
import type { AlertsFile } from "./alert-schema.ts";
import type { ChannelRule, SecretRef } from "./channel.ts";
import type { ChannelFile } from "./channel-schema.ts";
import { minuteOf, parseDuration } from "./duration.ts";

const PAGERDUTY = "https://events.pagerduty.com/v2/enqueue";
const NTFY = "https://ntfy.sh";

/** Fills in the defaults of a channel. */
export function fillChannel(file: ChannelFile): ChannelRule {
  switch (file.type) {
    case "webhook": {
      const { type, url, secret, headers = {} } = file;
      const secrets: readonly SecretRef[] =
        secret === undefined ? [] : Array.isArray(secret) ? secret : [secret];
      return { type, url, secrets, headers };
    }
    case "pagerduty":
      return { type: file.type, routingKey: file.routing_key, url: file.url ?? PAGERDUTY };
    case "ntfy":
      return { type: file.type, server: file.server ?? NTFY, topic: file.topic, token: file.token ?? null };
    default:
      return file;
  }
}

/**
 * Fills in the defaults of what is told.
 *
 * @param channels names of all channels: without routes each gets every incident
 */
export function fillAlerts(
  file: AlertsFile,
  { channels, zone }: { readonly channels: readonly string[]; readonly zone: string },
): AlertRules {
  const { quiet, routes } = file;
  return {
    causes: fillCauses(file),
    groupWaitMs: parseDuration(file.group_wait ?? "") ?? UNTOLD.groupWaitMs,
    groupIntervalMs: parseDuration(file.group_interval ?? "") ?? UNTOLD.groupIntervalMs,
    repeatMs: file.repeat === "never" ? null : (parseDuration(file.repeat ?? "") ?? UNTOLD.repeatMs),
    remindMs: file.remind === "never" ? null : (parseDuration(file.remind ?? "") ?? UNTOLD.remindMs),
    quiet:
      quiet === undefined ? null : { fromMinute: minuteOf(quiet.from), toMinute: minuteOf(quiet.to), zone },
    routes: routes === undefined ? (channels.length === 0 ? [] : [{ channels }]) : routes.map(fillRoute),
  };
}

function fillCauses({ causes = {} }: AlertsFile): AlertRules["causes"] {
  const all = causes["*"] ?? {};
  const rules = [...CAUSES, ...ALARM_CAUSES].map((cause): readonly [AlertCause, CauseAlert] => {
    const own = causes[cause] ?? {};
    const usual = DEFAULT_ALERTS[cause];
    // What nobody is told of by default is no trouble: what is meant for all trouble is not meant for that.
    const shared = usual.severity === "none" ? {} : all;
    return [
      cause,
      {
        severity: own.severity ?? shared.severity ?? usual.severity,
        afterMs: parseDuration(own.after ?? shared.after ?? "") ?? usual.afterMs,
      },
    ];
  });
  return Object.fromEntries(rules) as Record<AlertCause, CauseAlert>;
}

/** Accounts of a policy are known to incidents by their keys. */
function fillRoute({
  severity,
  causes,
  accounts,
  projects,
  channels,
}: NonNullable<AlertsFile["routes"]>[number]): AlertRoute {
  return {
    ...(severity === undefined ? {} : { severities: severity }),
    ...(causes === undefined ? {} : { causes }),
    ...(accounts === undefined ? {} : { accounts: accounts.map((name) => `name:${name}`) }),
    ...(projects === undefined ? {} : { projects }),
    channels,
  };
}
