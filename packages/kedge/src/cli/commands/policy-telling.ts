import { escapeInvisible } from "../../protocol/index.ts";
import type { Row, Terminal } from "../terminal.ts";
import type { PolicySource } from "./policy-file.ts";
import { originWords } from "./policy-json.ts";
import { formatDuration, type Policy } from "./policy-room.ts";
import { clockWords, limitWords } from "./policy-words.ts";

/** A value, and its path in the policy. */
type Told = readonly [name: string, value: string, path: string];

/** Who is told of what, and what is looked after: a row for each value, with the line that says so. */
export function tellingRows(source: PolicySource, { style }: Terminal): readonly Row[] {
  const { policy } = source;
  return [...channelRows(policy), ...alertRows(policy), ...watchRows(policy), ...othersRows(policy)].map(
    ([name, value, path]) => [
      style.faint(name),
      `${escapeInvisible(value)}${style.faint(` (${originWords(source, path)})`)}`,
    ],
  );
}

function channelRows({ channels }: Policy): readonly Told[] {
  const rows = Object.entries(channels).map(
    ([name, { type }]): Told => [`channel ${name}`, type, `channels.${name}`],
  );
  return rows.length > 0 ? rows : [["channels", "none: nobody is told of anything", "channels"]];
}

function alertRows({ alerts, channels }: Policy): readonly Told[] {
  if (Object.keys(channels).length === 0) return [];
  const { groupWaitMs, groupIntervalMs, repeatMs, remindMs, quiet, routes, causes } = alerts;
  const never = (ms: number | null): string => (ms === null ? "never" : formatDuration(ms));
  const bySeverity = Map.groupBy(
    Object.keys(causes) as (keyof typeof causes)[],
    (cause) => causes[cause].severity,
  );
  const late = Map.groupBy(
    (Object.keys(causes) as (keyof typeof causes)[]).filter((cause) => causes[cause].afterMs > 0),
    (cause) => causes[cause].afterMs,
  );
  return [
    ...routes.map(
      (route, at): Told => [
        `route ${at + 1}`,
        `${routeWords(route)}: ${route.channels.length === 0 ? "nobody" : route.channels.join(", ")}`,
        "alerts.routes",
      ],
    ),
    ...(["critical", "warning", "info", "none"] as const).flatMap((severity): readonly Told[] => {
      const own = bySeverity.get(severity) ?? [];
      return own.length === 0
        ? []
        : [[severity === "none" ? "untold" : severity, own.join(", "), "alerts.causes"]];
    }),
    ...[...late].map(
      ([ms, own]): Told => [`told after ${formatDuration(ms)}`, own.join(", "), "alerts.causes"],
    ),
    ["waits for others", formatDuration(groupWaitMs), "alerts.group_wait"],
    ["between two alerts", formatDuration(groupIntervalMs), "alerts.group_interval"],
    ["critical again", never(repeatMs), "alerts.repeat"],
    ["all that lasts again", never(remindMs), "alerts.remind"],
    [
      "quiet hours",
      quiet === null ? "none" : `${clockWords(quiet.fromMinute)} to ${clockWords(quiet.toMinute)}`,
      "alerts.quiet",
    ],
  ];
}

function routeWords({ severities, causes, accounts, projects }: Policy["alerts"]["routes"][number]): string {
  const names = (accounts ?? []).map((each) => each.replace(/^name:/, ""));
  const parts = [
    ...(severities === undefined ? [] : [severities.join(", ")]),
    ...(causes === undefined ? [] : [causes.join(", ")]),
    ...(accounts === undefined ? [] : [`of ${names.join(", ")}`]),
    ...(projects === undefined ? [] : [`in ${projects.join(", ")}`]),
  ];
  return parts.length === 0 ? "everything" : parts.join("; ");
}

function watchRows({ watch }: Policy): readonly Told[] {
  const { hooksAfterMs, schedules, ping } = watch;
  return [
    ["hooks are quiet after", hooksAfterMs === null ? "never" : formatDuration(hooksAfterMs), "watch.hooks"],
    ...Object.entries(schedules).map(
      ([name, { everyMs, graceMs, of }]): Told => [
        `schedule ${name}`,
        `${"batch" in of ? `batch ${of.batch}` : `sessions in ${of.project}`} every ${formatDuration(everyMs)}, ${formatDuration(graceMs)} late at most`,
        "watch.schedules",
      ],
    ),
    ...(ping === null ? [] : [["ping", `every ${formatDuration(ping.everyMs)}`, "watch.ping"] as const]),
  ];
}

function othersRows({ resumeOthers }: Policy): readonly Told[] {
  const path = "others.resume";
  if (resumeOthers === null) return [["sessions of others", "never resumed", path]];
  const { projects, causes, hours, attempts, jobUsd } = resumeOthers;
  const when =
    hours === null ? "at any hour" : `${clockWords(hours.fromMinute)} to ${clockWords(hours.toMinute)}`;
  return [
    [
      "sessions of others",
      `resumed in ${projects.join(", ")} after ${causes.join(", ")}; ${when}, ${attempts} times at most, for ${limitWords(jobUsd)} each`,
      path,
    ],
  ];
}
