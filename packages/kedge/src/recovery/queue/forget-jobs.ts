import { sql } from "kysely";
import type { Statements } from "../ledger/statements.ts";
import { MAX_FORGOTTEN } from "./job-keeper.ts";

/** Removes jobs that ended before an instant, those first that ended first; returns their keys. Their attempts go with them. Within a transaction. */
export function forgetJobs({ build, run }: Statements, beforeMs: number): readonly string[] {
  const removed = run(
    build
      .deleteFrom("job")
      .where("seq", "in", (eb) =>
        eb
          .selectFrom("job")
          .select("seq")
          .where("ended_ms", "<", beforeMs)
          .orderBy("ended_ms")
          .orderBy("seq")
          .limit(MAX_FORGOTTEN),
      )
      .returning(["seq", "key", "token", "ended_ms"]),
  );
  if (removed.length === 0) return [];
  const token = Math.max(...removed.map((job) => job.token));
  run(build.updateTable("queue_clock").set({ forgotten_token: sql<number>`max(forgotten_token, ${token})` }));
  return removed
    .toSorted((a, b) => (a.ended_ms ?? 0) - (b.ended_ms ?? 0) || a.seq - b.seq)
    .map(({ key }) => key);
}

/** Where tokens of new jobs begin: a holder of a job that was forgotten must not pass for one of its key that came later. */
export function firstToken({ build, run }: Statements): number {
  const [row] = run(build.selectFrom("queue_clock").select("forgotten_token"));
  return row?.forgotten_token ?? 0;
}
