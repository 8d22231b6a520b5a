import type { Kysely } from "kysely";
import type { LedgerTables } from "./schema.ts";

/** The right to write, until somebody else has it. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly token: number;
}

interface LeaseWish {
  readonly name: string;
  readonly holder: string;
  readonly forMs: number;
  readonly now: number;
}

/** No right is taken for longer, ms. */
const LONGEST_MS = 5 * 60_000;

/** Takes a right; null while somebody else has it. */
export async function takeLease(
  db: Kysely<LedgerTables>,
  { name, holder, forMs, now }: LeaseWish,
): Promise<Lease | null> {
  const until_ms = now + forMs;
  // One statement, so that of two processes one has it. A new holder has a greater token, by which the old one is known.
  const row = await db
    .insertInto("lease")
    .values({ name, holder, token: 1, until_ms })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet((eb) => ({
          holder,
          until_ms,
          token: eb
            .case()
            .when("lease.holder", "=", holder)
            .then(eb.ref("lease.token"))
            .else(eb("lease.token", "+", 1))
            .end(),
        }))
        .where((eb) =>
          eb.or([
            eb("lease.holder", "=", holder),
            eb("lease.until_ms", "<=", now),
            // The clock was set back since: nobody waits for hours that were never meant. What may still be somebody's lease is left alone.
            eb("lease.until_ms", ">", now + LONGEST_MS),
          ]),
        ),
    )
    .returning("token")
    .executeTakeFirst();
  return row ? { name, holder, token: row.token } : null;
}
