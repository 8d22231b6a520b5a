import type { Kysely, SelectQueryBuilder } from "kysely";
import type { FailureRow, LedgerTables } from "./schema.ts";

/** Which failures; what is missing does not matter. */
export interface FailureFilter {
  readonly project?: string;
  /** Truthful kind, or cause of the verdict. */
  readonly kind?: string;
  readonly sessionId?: string;
  /** Epoch ms, the first and behind the last. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  readonly agent?: string;
  /** Failures of subagents as well; default true. */
  readonly includesSubagents?: boolean;
  /** At most so many, the newest first; default 50. */
  readonly limit?: number;
  /** Goes on behind the last of a page before. */
  readonly after?: { readonly atMs: number; readonly id: string };
}

/** Failures, the newest first. */
export interface FailurePage {
  readonly failures: readonly FailureRow[];
  /** Whether there are more behind them. */
  readonly hasMore: boolean;
}

const DEFAULT_LIMIT = 50;

/** Finds failures by an index, whatever the size of the ledger. */
export async function findFailures(db: Kysely<LedgerTables>, filter: FailureFilter): Promise<FailurePage> {
  const limit = Math.max(1, Math.floor(filter.limit ?? DEFAULT_LIMIT));
  const { kind, ...rest } = filter;
  const query =
    kind === undefined
      ? matching(db, rest)
      : db.selectFrom("failure").where("id", "in", ofKindOrCause(db, { ...rest, kind }, limit + 1));
  const found = await page(query, limit + 1)
    .selectAll()
    .execute();
  return { failures: found.slice(0, limit), hasMore: found.length > limit };
}

/**
 * Ids that hold those of a page. Each column has an index that gives its newest; for "one or the other" in one condition SQLite reads
 * every failure that matches, which is half of the ledger.
 */
function ofKindOrCause(
  db: Kysely<LedgerTables>,
  filter: FailureFilter & { readonly kind: string },
  limit: number,
) {
  const newest = (column: "kind" | "cause") =>
    db
      .selectFrom(
        page(matching(db, filter).where(column, "=", filter.kind), limit)
          .select("id")
          .as(column),
      )
      .select("id");
  return newest("kind").union(newest("cause"));
}

type FailureQuery = SelectQueryBuilder<LedgerTables, "failure", object>;

function page(query: FailureQuery, limit: number): FailureQuery {
  return query.orderBy("at_ms", "desc").orderBy("id").limit(limit);
}

/** Failures that match everything but the kind. */
export function matching(db: Kysely<LedgerTables>, filter: FailureFilter): FailureQuery {
  const { project, sessionId, fromMs, untilMs, agent, after, includesSubagents = true } = filter;
  return db
    .selectFrom("failure")
    .$if(project !== undefined, (query) => query.where("project", "=", project ?? ""))
    .$if(sessionId !== undefined, (query) =>
      query.where("session_id", ">=", sessionId ?? "").where("session_id", "<", `${sessionId ?? ""}\uffff`),
    )
    .$if(fromMs !== undefined, (query) => query.where("at_ms", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (query) => query.where("at_ms", "<", untilMs ?? 0))
    .$if(agent !== undefined, (query) => query.where("agent", "=", agent ?? ""))
    .$if(!includesSubagents, (query) => query.where("subagent_id", "is", null))
    .$if(after !== undefined, (query) =>
      query
        // Said apart, so that the index leads to where the page begins.
        .where("at_ms", "<=", after?.atMs ?? 0)
        .where((eb) => eb.or([eb("at_ms", "<", after?.atMs ?? 0), eb("id", ">", after?.id ?? "")])),
    );
}
