import type { Kysely } from "kysely";
import { type FailureFilter, matching } from "./find-failures.ts";
import type { LedgerTables } from "./schema.ts";

/** Failures in numbers. */
export interface Overview {
  readonly failures: number;
  readonly sessions: number;
  /** Names, sorted. */
  readonly projects: readonly string[];
  /** Epoch ms; null without a failure. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** Counts the failures that match, without reading them. */
export async function overview(db: Kysely<LedgerTables>, filter: FailureFilter): Promise<Overview> {
  const counts = await matching(db, filter)
    .select((eb) => [
      eb.fn.countAll<number>().as("failures"),
      eb.fn.count<number>("session_id").distinct().as("sessions"),
      eb.fn.min("at_ms").as("oldestMs"),
      eb.fn.max("at_ms").as("newestMs"),
    ])
    .executeTakeFirstOrThrow();
  const projects = await matching(db, filter).select("project").distinct().orderBy("project").execute();
  return { ...counts, projects: projects.map(({ project }) => project) };
}
