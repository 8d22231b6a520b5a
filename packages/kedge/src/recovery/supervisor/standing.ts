import { JOB_STATES } from "../queue/job.ts";
import type { QueueStats, StateCounts } from "../queue/job-reader.ts";
import type { WorkScope } from "./admit.ts";
import type { SupervisorPorts } from "./ports.ts";
import { moneylessUntil } from "./spent-today.ts";

/** How the jobs of a supervisor stand. */
export interface Standing {
  readonly counts: StateCounts;
  /** Jobs that have not ended. */
  readonly open: number;
  /** Epoch ms: when something goes on by itself; it may be past. Null when all that is open waits for a person. */
  readonly nextMs: number | null;
}

/** Reads how things stand. */
export async function standingOf(scope: WorkScope, ports: SupervisorPorts): Promise<Standing> {
  const { queue, governor, now } = ports;
  const stats = "key" in scope ? await statsOfOne(scope.key, ports) : await queue.stats(scope);
  const { states: counts } = stats;
  const open = counts.queued + counts.running + counts.parked;
  const nexts: number[] = [];
  // What runs, here or elsewhere, goes on by itself.
  if (counts.running > 0) nexts.push(now());
  for (const { account, states, nextDueMs } of stats.byAccount) {
    if (states.queued + states.parked === 0) continue;
    const view = await governor.view(account);
    if (view?.state === "stopped" || nextDueMs === null) continue;
    const closedMs = view?.state === "closed" ? (view.untilMs ?? 0) : 0;
    nexts.push(Math.max(nextDueMs, closedMs, (await moneylessUntil(account, ports)) ?? 0));
  }
  return { counts, open, nextMs: nexts.length === 0 ? null : Math.min(...nexts) };
}

/** The queue counts batches; one job is looked at. */
async function statsOfOne(
  key: string,
  { queue }: SupervisorPorts,
): Promise<Pick<QueueStats, "states" | "byAccount">> {
  const job = await queue.get(key);
  const states = Object.fromEntries(
    JOB_STATES.map((state) => [state, state === job?.state ? 1 : 0]),
  ) as StateCounts;
  const { account = "", dueMs: nextDueMs = null } = job ?? {};
  return { states, byAccount: [{ account, states, nextDueMs }] };
}
