import type { Kysely } from "kysely";
import type { FailureRow, LedgerTables, WitnessRow } from "./schema.ts";

/** A failure with what its witnesses said, in the order of their instants. */
export interface FailureCase {
  readonly failure: FailureRow;
  readonly witnesses: readonly WitnessRow[];
}

/** Failures whose ids begin so, in the order of their ids. */
export async function findAlike(
  db: Kysely<LedgerTables>,
  prefix: string,
  limit: number,
): Promise<readonly FailureRow[]> {
  if (!/^f_[0-9a-f]{1,20}$/.test(prefix)) return [];
  return db
    .selectFrom("failure")
    .selectAll()
    .where("id", ">=", prefix)
    .where("id", "<", `${prefix}g`)
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** The one failure whose id begins so; null for none, or for several. */
export async function findOne(db: Kysely<LedgerTables>, prefix: string): Promise<FailureCase | null> {
  const [failure, ...others] = await findAlike(db, prefix, 2);
  if (!failure || others.length > 0) return null;
  const witnesses = await db
    .selectFrom("witness")
    .selectAll()
    .where("session_id", "=", failure.session_id)
    .where("failure_id", "=", failure.id)
    .orderBy("at_ms")
    .orderBy("id")
    .execute();
  return { failure, witnesses };
}
