import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import { endAttempt } from "./held-job.ts";
import { MAX_DEATHS, type Swept } from "./job-keeper.ts";
import { isEnded, type StoredJob } from "./job-row.ts";
import { dueAt, type QueueTime } from "./queue-clock.ts";

/** What a job that is given up because of its holders says. */
const DIED = "ended without a word";

/** Takes jobs from holders whose lease has run out. Within a transaction. */
export function sweepJobs(statements: Statements, time: QueueTime): Swept {
  const { build, run } = statements;
  const expired = run(
    build
      .selectFrom("job")
      .selectAll()
      // In the text, so that SQLite sees that the index of what runs fits.
      .where(sql<boolean>`state = 'running'`)
      .where("lease_queue_ms", "<=", time.queueMs),
    // Sorted by SQLite, it would read every job there is: its rows are in this order already.
  ).toSorted((a, b) => a.seq - b.seq);
  const swept = { requeued: [] as string[], failed: [] as string[], cancelled: [] as string[] };
  for (const job of expired) {
    const after = afterDeath(job, time);
    endAttempt(statements, job, {
      ...{ outcome: "died", why: `${job.holder ?? ""} ${DIED}`, isCharged: false },
      endedMs: time.nowMs,
    });
    run(build.updateTable("job").set(after).where("seq", "=", job.seq));
    swept[after.state === "queued" ? "requeued" : after.state].push(job.key);
  }
  return swept;
}

function afterDeath(job: StoredJob, time: QueueTime) {
  const deaths = job.deaths + 1;
  const state = job.cancel_why !== null ? "cancelled" : deaths >= MAX_DEATHS ? "failed" : ("queued" as const);
  const whys = {
    cancelled: job.cancel_why,
    failed: `${deaths} holders in a row ${DIED}, ${job.holder ?? ""} the last: given up`,
    queued: `${job.holder ?? ""} ${DIED}`,
  };
  return {
    state,
    why: whys[state],
    deaths,
    // The dead one may be alive after all: from here on it writes nothing.
    token: job.token + 1,
    ...(state === "queued" ? dueAt(time.nowMs, time) : {}),
    ...{ cancel_why: null, holder: null, lease_queue_ms: null },
    changed_ms: time.nowMs,
    ended_ms: isEnded(state) ? time.nowMs : null,
  } satisfies Partial<StoredJob>;
}
