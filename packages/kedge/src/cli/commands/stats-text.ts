import {
  causeWords,
  dollars,
  durationWords,
  numberWords,
  type Stats,
  type StatsRow,
  shortTime,
} from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Moment } from "../moment.ts";
import { layOut, type Terminal } from "../terminal.ts";
import { drawChart } from "./chart.ts";
import { toBars } from "./chart-bars.ts";
import { statsTable } from "./stats-table.ts";

/** What failures can be grouped by. */
export const STATS_GROUPS = ["cause", "kind", "project", "version", "tool", "hour"] as const;

/** A group from {@link STATS_GROUPS}. */
export type StatsGroup = (typeof STATS_GROUPS)[number];

/** How counts are shown. */
export interface StatsPlace {
  /** One group in full; without it the greatest of several. */
  readonly by: StatsGroup | undefined;
  readonly project: string | undefined;
  readonly terminal: Terminal;
  readonly moment: Moment;
  readonly glyphs: Glyphs;
}

/** Columns of what is drawn where the output has no width. */
const PLAIN_WIDTH = 80;

/** Rows of a group among several. */
const FEW = 5;

/** Counts as text: the totals, tables, and a chart over the hours. */
export function statsText(stats: Stats, place: StatsPlace): string {
  const { terminal, by, moment, glyphs } = place;
  const { style } = terminal;
  const heading = headingText(stats, place);
  if (stats.failures === 0) return `${heading}\n\n  No failure.`;
  const width = Math.min(terminal.width || PLAIN_WIDTH, 160);
  const chart = (): string => {
    const drawn = drawChart(stats, { width: width - 2, glyphs, style, zone: moment.zone });
    return `${style.strong(chartTitle(stats, width, moment))}\n${drawn}`;
  };
  const table = (group: Exclude<StatsGroup, "hour">, most: number): string =>
    statsTable(rowsOf(stats, group), {
      title: `By ${group}`,
      most,
      width,
      style,
      glyphs,
      total: stats.failures,
      more: `--by ${group}`,
    });
  const sections =
    by === "hour"
      ? [
          chart(),
          statsTable(hourRows(stats, moment), {
            title: "By hour",
            most: Number.POSITIVE_INFINITY,
            width,
            style,
            glyphs,
            total: stats.failures,
            more: "",
          }),
        ]
      : by === undefined
        ? [chart(), ...(["cause", "project", "version", "tool"] as const).map((group) => table(group, FEW))]
        : [table(by, Number.POSITIVE_INFINITY)];
  return [heading, totals(stats, terminal), ...sections].join("\n\n");
}

function headingText({ fromMs, untilMs }: Stats, { project, moment, terminal }: StatsPlace): string {
  const end = untilMs > moment.now() ? "now" : shortTime(untilMs, moment);
  const of = project === undefined ? "all projects" : project;
  const title = `Failures from ${shortTime(fromMs, moment)} to ${end}`;
  const about = `${of} (${moment.zone.name})`;
  const fits = terminal.width === 0 || title.length + about.length + 2 <= terminal.width;
  return fits
    ? `${terminal.style.strong(title)}, ${about}`
    : `${terminal.style.strong(title)}\n${cutText(about, terminal.width)}`;
}

function totals({ failures, quotaStops, costUsd, timeLostMs }: Stats, { style, width }: Terminal): string {
  const share = quotaStops === 0 ? "" : style.faint(`  ${percent(quotaStops, failures)} of them`);
  const rows = [
    ["Failures", style.strong(numberWords(failures))],
    ["Quota stops", `${style.strong(numberWords(quotaStops))}${share}`],
    ["Time lost", style.strong(durationWords(timeLostMs))],
    ["Cost", `${style.strong(dollars(costUsd))}${style.faint("  of their sessions")}`],
  ];
  return layOut(
    rows.map(([name = "", value = ""]) => [style.faint(name), value]),
    { width },
  );
}

function chartTitle(stats: Stats, width: number, { zone }: Moment): string {
  const digits = String(stats.failures).length;
  const { hours } = toBars(stats, zone, Math.max(8, width - 2 - digits - 4));
  if (hours === 1) return "By hour";
  if (hours < 24) return `By hour, ${hours} hours a column`;
  return hours === 24 ? "By day" : `By day, ${hours / 24} days a column`;
}

function rowsOf(stats: Stats, group: Exclude<StatsGroup, "hour">): readonly StatsRow[] {
  const named = (rows: readonly StatsRow[], name: (row: StatsRow) => string): readonly StatsRow[] =>
    rows.map((row) => ({ ...row, name: name(row) }));
  switch (group) {
    case "cause":
      return named(stats.byCause, ({ name }) => causeWords(name));
    case "kind":
      return stats.byKind;
    case "project":
      return named(stats.byProject, ({ name }) => name || "(no project)");
    case "version":
      return named(stats.byVersion, ({ name }) => name || "(unknown)");
    case "tool":
      return named(stats.byTool, ({ name }) => name || "(no tool before)");
  }
}

function hourRows(
  { byHour }: Stats,
  moment: Moment,
): readonly (Omit<StatsRow, "costUsd" | "timeLostMs"> & { quotaStops: number })[] {
  return byHour.map(({ hourMs, ...counts }) => ({ name: shortTime(hourMs, moment), ...counts }));
}

/** A share as whole per cent. */
function percent(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)} %`;
}
