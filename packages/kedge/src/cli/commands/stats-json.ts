import { causeWords, type Stats } from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import { timeJson } from "./failure-json.ts";

/** Counts as `kedge stats --json` prints them: all groups, whatever `--by` says. */
export function statsJson(
  stats: Stats,
  { project, moment }: { readonly project: string | undefined; readonly moment: Moment },
): object {
  const { fromMs, untilMs, byCause, byHour, ...rest } = stats;
  return {
    ...timeJson("from", fromMs),
    ...timeJson("until", untilMs),
    zone: moment.zone.name,
    project: project ?? null,
    failures: rest.failures,
    quotaStops: rest.quotaStops,
    costUsd: rest.costUsd,
    timeLostMs: rest.timeLostMs,
    byCause: byCause.map((row) => ({ ...row, what: causeWords(row.name) })),
    byKind: rest.byKind,
    byProject: rest.byProject,
    byVersion: rest.byVersion,
    byTool: rest.byTool,
    byHour: byHour.map(({ hourMs, ...counts }) => ({ ...timeJson("hour", hourMs), ...counts })),
  };
}
