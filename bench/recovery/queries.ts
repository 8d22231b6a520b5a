import { Kysely, SqliteDialect } from "kysely";
import { type FailureFilter, findFailures } from "../../packages/kedge/src/recovery/ledger/find-failures.ts";
import type { Ledger } from "../../packages/kedge/src/recovery/ledger/ledger.ts";
import type { LedgerTables } from "../../packages/kedge/src/recovery/ledger/schema.ts";
import { openSqlite } from "../../packages/kedge/src/recovery/ledger/sqlite.ts";
import type { Measurement } from "../engine/measurement.ts";
import { fromComparison } from "../engine/measurement.ts";
import { interleave } from "../support.ts";
import { someSession } from "./large-ledger.ts";
import { openBenchLedger } from "./world.ts";

const ROUNDS = 40;
const MAX_P95 = 200;
const HOUR_MS = 3_600_000;

const PAGES: Readonly<Record<string, FailureFilter>> = {
  "first page": {},
  "first page of a project": { project: "project-3" },
  "first page of a kind": { kind: "rate_limit" },
  "first page of a kind that none has": { kind: "context_overflow" },
  "first page of a session": { sessionId: someSession() },
  "first page of a kind in a project": { kind: "authentication_failed", project: "project-3" },
};

/** Pages and counts of a large ledger, each beside rows and hours read by SQLite alone. */
export async function benchQueries(stateDir: string, untilMs: number): Promise<Measurement[]> {
  await using ledger = await openBenchLedger(stateDir);
  const { raw } = openSqlite(ledger.path);
  const results: Measurement[] = [];
  const rows = raw.prepare("SELECT * FROM failure LIMIT 51");
  for (const [what, filter] of Object.entries(PAGES)) {
    const comparison = await interleave({
      a: () => ledger.failures(filter),
      b: () => rows.all(),
      rounds: ROUNDS,
    });
    const plan = await planOf(ledger, filter);
    const measured = fromComparison(comparison, { what, other: "any 51 rows" });
    const isIndexed = plan.every((line) => !/^SCAN failure(?! USING (?:COVERING )?INDEX)/.test(line));
    results.push({
      ...{
        ...measured,
        must: `p95 ≤ ${MAX_P95} ms, by an index`,
        isMet: isIndexed && measured.ours.p95 <= MAX_P95,
      },
      note: `${(await ledger.failures(filter)).failures.length} failures; ${plan.join("; ")}`,
    });
  }
  for (const [what, hours] of [
    ["counts of 24 h", 24],
    ["counts of 7 d", 7 * 24],
  ] as const) {
    const fromMs = untilMs - hours * HOUR_MS;
    const sum = raw.prepare("SELECT sum(failures) FROM failure_hour WHERE hour_ms >= ? AND hour_ms < ?");
    const comparison = await interleave({
      a: () => ledger.stats({ fromMs, untilMs }),
      b: () => sum.all(fromMs, untilMs),
      rounds: ROUNDS,
    });
    const measured = fromComparison(comparison, { what, other: "one sum" });
    const { failures } = await ledger.stats({ fromMs, untilMs });
    const met = { must: `p95 ≤ ${MAX_P95} ms`, isMet: measured.ours.p95 <= MAX_P95 };
    results.push({ ...measured, ...met, note: `${failures} failures` });
  }
  raw.close();
  return results;
}

/** How SQLite goes about finding them. */
async function planOf({ path }: Ledger, filter: FailureFilter): Promise<readonly string[]> {
  const database = openSqlite(path);
  const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const db = new Kysely<LedgerTables>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => void asked.push(query),
  });
  await findFailures(db, filter);
  const plan = asked.flatMap(({ sql, parameters }) =>
    database.raw.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as string[])),
  );
  await db.destroy();
  return plan.map(({ detail }) => String(detail));
}
