import { type Kysely, sql } from "kysely";
import { QUOTA_CAUSES } from "./failure-row.ts";
import { hourOf } from "./hours.ts";
import type { LedgerTables } from "./schema.ts";

/** What to count: whole hours. */
export interface StatsFilter {
  /** Epoch ms; the hours that hold them are counted whole. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly project?: string;
}

/** One group of failures. */
export interface StatsRow {
  readonly name: string;
  readonly failures: number;
  readonly costUsd: number;
  readonly timeLostMs: number;
}

/** Failures counted. */
export interface Stats {
  /** Start of the first hour, and of the hour behind the last; epoch ms. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly failures: number;
  /** Of them, those that a quota or a spending limit stopped. */
  readonly quotaStops: number;
  readonly costUsd: number;
  readonly timeLostMs: number;
  /** Each with the greatest first. */
  readonly byCause: readonly StatsRow[];
  readonly byKind: readonly StatsRow[];
  readonly byProject: readonly StatsRow[];
  readonly byVersion: readonly StatsRow[];
  readonly byTool: readonly StatsRow[];
  /** Hours with failures, in order; `hourMs` is the start, epoch ms. */
  readonly byHour: readonly {
    readonly hourMs: number;
    readonly failures: number;
    readonly quotaStops: number;
  }[];
}

const HOUR_MS = 3_600_000;

/** Counts over the hours, which are kept counted: the size of the ledger does not matter. */
export async function readStats(db: Kysely<LedgerTables>, filter: StatsFilter): Promise<Stats> {
  const fromMs = hourOf(filter.fromMs);
  const untilMs = hourOf(filter.untilMs + HOUR_MS - 1);
  const all = await sumHours(db, { ...filter, fromMs, untilMs });
  const [rows, hours] = [
    all.filter((row) => row.hour_ms === null),
    all.filter((row) => row.hour_ms !== null),
  ];
  const sum = (read: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((all, row) => all + read(row), 0);
  const by = (read: (row: (typeof rows)[number]) => string): readonly StatsRow[] =>
    [...Map.groupBy(rows, read)]
      .map(([name, own]) => ({
        name,
        failures: own.reduce((all, row) => all + row.failures, 0),
        costUsd: own.reduce((all, row) => all + row.cost_usd, 0),
        timeLostMs: own.reduce((all, row) => all + row.time_lost_ms, 0),
      }))
      .toSorted((a, b) => b.failures - a.failures || (a.name < b.name ? -1 : 1));
  const isQuota = (cause: string): boolean => QUOTA_CAUSES.includes(cause);
  return {
    fromMs,
    untilMs,
    failures: sum((row) => row.failures),
    quotaStops: sum((row) => (isQuota(row.cause) ? row.failures : 0)),
    costUsd: sum((row) => row.cost_usd),
    timeLostMs: sum((row) => row.time_lost_ms),
    byCause: by((row) => row.cause),
    byKind: by((row) => row.kind),
    byProject: by((row) => row.project),
    byVersion: by((row) => `${row.agent} ${row.agent_version}`.trim()),
    byTool: by((row) => row.last_tool),
    byHour: [...Map.groupBy(hours, (row) => row.hour_ms ?? 0)]
      .map(([hourMs, own]) => ({
        hourMs,
        failures: own.reduce((all, row) => all + row.failures, 0),
        quotaStops: own.reduce((all, row) => all + (isQuota(row.cause) ? row.failures : 0), 0),
      }))
      .toSorted((a, b) => a.hourMs - b.hourMs),
  };
}

/**
 * Sums in two ways: whatever is alike over all hours, which has no `hour_ms`, and each hour by cause. A week has tens of thousands of
 * hours' rows, which SQLite adds up faster than it hands them over; in one statement, so that both are of one moment.
 */
function sumHours(db: Kysely<LedgerTables>, { fromMs, untilMs, project }: StatsFilter) {
  const none = sql<string>`''`;
  const counted = db
    .selectFrom("failure_hour")
    .where("hour_ms", ">=", fromMs)
    .where("hour_ms", "<", untilMs)
    .$if(project !== undefined, (query) => query.where("project", "=", project ?? ""))
    .select((eb) => [
      eb.fn.sum<number>("failures").as("failures"),
      eb.fn.sum<number>("cost_usd").as("cost_usd"),
      eb.fn.sum<number>("time_lost_ms").as("time_lost_ms"),
      "cause",
    ]);
  const alike = ["project", "kind", "agent", "agent_version", "last_tool"] as const;
  return counted
    .select([...alike, sql<number | null>`NULL`.as("hour_ms")])
    .groupBy(["cause", ...alike])
    .unionAll(
      counted
        .select([...alike.map((name) => none.as(name)), sql<number | null>`hour_ms`.as("hour_ms")])
        .groupBy(["hour_ms", "cause"]),
    )
    .execute();
}
