import type { FailureRow, HourRow } from "./schema.ts";

const HOUR_MS = 3_600_000;

/** Start of the hour of an instant, epoch ms. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

/**
 * What failures that came, changed or went do to the counts of their hours: rows to be added to what is there, with negative counts for what
 * went. Rows that change nothing are left out.
 */
export function hourChanges(
  changes: readonly { readonly before?: FailureRow; readonly after?: FailureRow }[],
): readonly HourRow[] {
  const rows = new Map<string, HourRow>();
  const add = (failure: FailureRow, sign: 1 | -1): void => {
    const own = toHour(failure);
    const key = JSON.stringify([
      own.hour_ms,
      own.project,
      own.cause,
      own.kind,
      own.agent,
      own.agent_version,
      own.last_tool,
    ]);
    const sum = rows.get(key);
    rows.set(key, {
      ...own,
      failures: (sum?.failures ?? 0) + sign,
      cost_usd: (sum?.cost_usd ?? 0) + sign * own.cost_usd,
      time_lost_ms: (sum?.time_lost_ms ?? 0) + sign * own.time_lost_ms,
    });
  };
  for (const { before, after } of changes) {
    if (before) add(before, -1);
    if (after) add(after, 1);
  }
  return [...rows.values()].filter(
    (row) => row.failures !== 0 || row.time_lost_ms !== 0 || row.cost_usd !== 0,
  );
}

function toHour(failure: FailureRow): HourRow {
  return {
    hour_ms: hourOf(failure.at_ms),
    project: failure.project,
    cause: failure.cause,
    kind: failure.kind,
    agent: failure.agent,
    agent_version: failure.agent_version ?? "",
    last_tool: failure.last_tool ?? "",
    failures: 1,
    cost_usd: failure.cost_usd ?? 0,
    time_lost_ms: failure.time_lost_ms,
  };
}
