import { escapeInvisible } from "../../protocol/index.ts";
import type { Row, Terminal } from "../terminal.ts";
import type { PolicySource } from "./policy-file.ts";
import { originWords } from "./policy-json.ts";
import { type AccountRule, formatDuration, type Policy } from "./policy-room.ts";
import { hoursWords, limitWords, variablesWords } from "./policy-words.ts";

/** A value that holds for all causes, and its path in the policy. */
type General = readonly [name: string, value: string, path: string];

/** What holds for every cause, a row for each value, with the line that says so. */
export function generalRows(source: PolicySource, { style }: Terminal): readonly Row[] {
  const { models, accounts, nudge } = source.policy;
  const rows: readonly General[] = [
    ...fixedRows(source.policy),
    ...Object.entries(models).map(([model, other]) => [`model ${model}`, other, `models.${model}`] as const),
    ...Object.entries(accounts).flatMap(([name, account]) => accountRows(name, account)),
    ["nudge", nudge, "nudge"],
  ];
  return rows.map(([name, value, path]) => {
    const from = originWords(source, path);
    return [style.faint(name), `${escapeInvisible(value)}${style.faint(` (${from})`)}`];
  });
}

function fixedRows(policy: Policy): readonly General[] {
  const { drift, money, stallAfterMs } = policy;
  return [
    ["tries of a job", `${policy.attempts}`, "attempts"],
    ["time of a job", formatDuration(policy.totalMs), "hours.total"],
    ["woken", `${hoursWords(policy)}`, "hours.wake"],
    ["zone", policy.zone, "zone"],
    ["longest park", formatDuration(policy.maxParkMs), "max_park"],
    ["a stall after", stallAfterMs === null ? "never" : formatDuration(stallAfterMs), "stall_after"],
    ["grace at the end", formatDuration(policy.graceMs), "grace"],
    ["money of a job", limitWords(money.jobUsd), "money.job_usd"],
    ["of an account a day", limitWords(money.accountDayUsd), "money.account_day_usd"],
    ["HEAD has moved", drift.headMoved, "drift.head_moved"],
    ["other files changed", drift.dirtyFiles, "drift.dirty_files"],
    ["directory is gone", drift.missingDirectory, "drift.missing_directory"],
    ["calls not permitted", policy.degraded, "degraded"],
  ];
}

/** The variables of an account, and below what else holds for it. */
function accountRows(name: string, account: AccountRule): readonly General[] {
  const { configDir, sessions, dayUsd } = account;
  const path = `accounts.${name}`;
  const own: readonly (readonly [name: string, value: string | undefined, field: string])[] = [
    ["its logins in", configDir, "config_dir"],
    ["its sessions", sessions === undefined ? undefined : `${sessions} at once`, "sessions"],
    ["its money a day", dayUsd === undefined ? undefined : limitWords(dayUsd), "day_usd"],
  ];
  return [
    [`account ${name}`, variablesWords(account), path],
    ...own.flatMap(([label, value, field]) =>
      value === undefined ? [] : [[label, value, `${path}.${field}`] as const],
    ),
  ];
}
