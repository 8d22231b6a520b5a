import { type Compilable, type SqlBool, sql } from "kysely";
import { forgetIncident } from "../incidents/forget-failures.ts";
import type { StoredIncident } from "../incidents/incident-context.ts";
import type { Statements } from "./statements.ts";

/** Which of it goes: exactly one of them. */
export interface LeftoverFilter {
  /** Epoch ms: what was over before. */
  readonly beforeMs?: number;
  /** What is about a project. */
  readonly project?: string;
}

/** What nobody could be told in so long is no news any more, ms. */
const NO_NEWS_MS = 30 * 24 * 3_600_000;

/**
 * Removes what no failure takes along when it goes: incidents that are over and have none, as alarms and those whose failures turned out to be
 * something else; messages of no incident; silences. What is old stays for as long as its end is about to be told. Within a transaction.
 */
export function removeLeftovers(statements: Statements, filter: LeftoverFilter, nowMs: number): void {
  const { build, run } = statements;
  const { incidents, alerts, silences } = leftoversOf(build, filter, nowMs);
  if (filter.project === undefined)
    run(build.deleteFrom("incident").where("seq", "in", incidents.select("seq")));
  else forgetAll(statements, incidents.selectAll());
  run(build.deleteFrom("alert").where("seq", "in", alerts.select("seq")));
  run(build.deleteFrom("silence").where("id", "in", silences.select("id")));
}

/** Counts what {@link removeLeftovers} would remove. */
export function countLeftovers({ build, run }: Statements, filter: LeftoverFilter, nowMs: number): number {
  const { incidents, alerts, silences } = leftoversOf(build, filter, nowMs);
  return [
    run(incidents.select(countAll)),
    run(alerts.select(countAll)),
    run(silences.select(countAll)),
  ].reduce((sum, rows) => sum + (rows[0]?.count ?? 0), 0);
}

const countAll = sql<number>`count(*)`.as("count");

function leftoversOf(build: Statements["build"], { beforeMs, project }: LeftoverFilter, nowMs: number) {
  const over = build.selectFrom("incident").where("resolved_ms", "is not", null).where(hasNoFailure);
  const alerts = build.selectFrom("alert").where("incident_seq", "is", null);
  const silences = build.selectFrom("silence");
  if (project !== undefined)
    return {
      incidents: over.where("project", "=", project),
      alerts: alerts.where(nothing),
      silences: silences.where("project", "=", project),
    };
  if (beforeMs === undefined)
    return {
      incidents: over.where(nothing),
      alerts: alerts.where(nothing),
      silences: silences.where(nothing),
    };
  return {
    incidents: over
      .where("resolved_ms", "<", beforeMs)
      .where((eb) => eb.or([isSettled, eb("resolved_ms", "<", nowMs - NO_NEWS_MS)])),
    alerts: alerts.where((eb) => eb(eb.fn.coalesce("ended_ms", "created_ms"), "<", beforeMs)),
    silences: silences.where("until_ms", "<", beforeMs),
  };
}

const nothing = sql<SqlBool>`false`;

/** Counts incidents of which nothing is left but that somebody has to hear that they are over. */
export function countUntold({ build, run }: Statements): number {
  const [row] = run(
    build
      .selectFrom("incident")
      .select(countAll)
      .where("project", "=", "")
      .where(hasNoFailure)
      .where(({ not, or, eb }) => or([eb("resolved_ms", "is", null), not(isSettled)])),
  );
  return row?.count ?? 0;
}

/**
 * Removes everything that is told to people, after all failures: of incidents nothing is left to be read, and those that somebody was told of stay
 * until that person was told that they are over. Within a transaction.
 */
export function removeTold(statements: Statements): void {
  const { build, run } = statements;
  forgetAll(statements, build.selectFrom("incident").selectAll());
  // Those of incidents went with them.
  run(build.deleteFrom("alert").where("incident_seq", "is", null));
  run(build.deleteFrom("silence"));
}

function forgetAll(statements: Statements, incidents: Compilable<StoredIncident>): void {
  for (const incident of statements.run(incidents)) forgetIncident(statements, incident);
}

/** Removes what is of no use to anybody, however long other things are kept. Within a transaction. */
export function removeUseless({ build, run }: Statements, nowMs: number): void {
  run(build.deleteFrom("silence").where("until_ms", "<=", nowMs));
  // Its failures were removed, and it stayed for as long as somebody had to be told that it is over.
  run(build.deleteFrom("incident").where("resolved_ms", "is not", null).where(isEmptied).where(isSettled));
  removeDead({ build, run }, nowMs - NO_NEWS_MS);
}

/**
 * Removes messages that were given up. Those of an open incident stay: they say whom it could not be told. Of one that is over, the last of
 * its channel go: the number of a message is how many there were before it, and none is given twice.
 */
function removeDead({ build, run }: Pick<Statements, "build" | "run">, beforeMs: number): void {
  run(
    build
      .deleteFrom("alert")
      .where("state", "=", "dead")
      .where("ended_ms", "<", beforeMs)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("incident")
              .select("incident.seq")
              .whereRef("incident.seq", "=", "alert.incident_seq")
              .where("incident.resolved_ms", "is", null),
          ),
        ),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("alert as later")
              .select("later.seq")
              .whereRef("later.incident_seq", "=", "alert.incident_seq")
              .whereRef("later.channel", "=", "alert.channel")
              .whereRef("later.seq", ">", "alert.seq")
              .where((eb) => eb.or([eb("later.state", "<>", "dead"), eb("later.ended_ms", ">=", beforeMs)])),
          ),
        ),
      ),
  );
}

const hasNoFailure = sql<SqlBool>`NOT EXISTS (SELECT 1 FROM failure WHERE failure.incident_seq = incident.seq)`;

/** That failures were counted in it, and all of them were removed. */
const isEmptied = sql<SqlBool>`(incident.failures > 0 AND ${hasNoFailure})`;

/** That nobody has to be told anything of an incident. */
const isSettled = sql<SqlBool>`NOT EXISTS (
  SELECT 1 FROM alert WHERE alert.incident_seq = incident.seq AND alert.state IN ('waiting', 'sending')
)`;
