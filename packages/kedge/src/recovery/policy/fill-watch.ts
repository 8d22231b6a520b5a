import { minuteOf, parseDuration } from "./duration.ts";
import type { ResumeRules, ScheduleRule, WatchRules } from "./watch.ts";
import type { OthersFile, WatchFile } from "./watch-schema.ts";

const HOOKS = "5m";
const GRACE = "15m";
const PING = "1m";

/** Fills in the defaults of what is looked after. */
export function fillWatch({ hooks = HOOKS, schedules = {}, ping }: WatchFile): WatchRules {
  return {
    hooksAfterMs: hooks === "never" ? null : (parseDuration(hooks) ?? null),
    schedules: Object.fromEntries(
      Object.entries(schedules).map(([name, { every, grace = GRACE, project, batch }]) => [
        name,
        {
          everyMs: parseDuration(every) ?? 0,
          graceMs: parseDuration(grace) ?? 0,
          of: batch === undefined ? { project: project ?? "" } : { batch },
        } satisfies ScheduleRule,
      ]),
    ),
    ping: ping === undefined ? null : { url: ping.url, everyMs: parseDuration(ping.every ?? PING) ?? 0 },
  };
}

/** Null where nothing is named: then nothing is resumed. */
export function fillOthers({ resume }: OthersFile): ResumeRules | null {
  if (resume === undefined) return null;
  const { projects, causes, hours, attempts, job_usd: jobUsd } = resume;
  const wake = hours === "any" ? null : { fromMinute: minuteOf(hours.from), toMinute: minuteOf(hours.to) };
  return { projects, causes, hours: wake, attempts, jobUsd };
}
