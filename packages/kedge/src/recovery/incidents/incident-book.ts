import { addSilence, endSilence, readSilences, type SilenceWish } from "../alerts/silences.ts";
import type { SilenceRow } from "../ledger/schema.ts";
import type { Statements } from "../ledger/statements.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import { acknowledgeIncident } from "./acknowledge-incident.ts";
import { alertsOf } from "./alert-rows.ts";
import type { AlertRules } from "./alert-rules.ts";
import { lostMs, resolveIncident } from "./end-incidents.ts";
import { escalateIncident } from "./escalate-incident.ts";
import type { Incident } from "./incident.ts";
import type { IncidentContext, StoredAlert, StoredIncident } from "./incident-context.ts";
import { noteProof, noteWorkOver, type Proof } from "./note-proof.ts";
import { type Alarm, clearAlarm, raiseAlarm } from "./raise-alarm.ts";

/** How the book of incidents is opened. */
export interface IncidentBookOptions {
  /** Folder of Kedge's state; incidents are in the ledger's file. */
  readonly stateDir: string;
  readonly rules: AlertRules;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Which incidents. */
interface IncidentFilter {
  /** Only those that are open; default false. */
  readonly open?: boolean;
  /** At most so many, the newest first; default 50. */
  readonly limit?: number;
}

/** A session that an incident has stopped. Times are epoch ms. */
interface IncidentSession {
  readonly agent: string;
  readonly sessionId: string;
  readonly project: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly recoveredMs: number | null;
}

/** One incident with all that belongs to it. */
export interface IncidentCase {
  readonly incident: Incident;
  /** At most 1,000, those first that failed first; and as many failures. */
  readonly sessions: readonly IncidentSession[];
  readonly failureIds: readonly string[];
  readonly alerts: readonly StoredAlert[];
}

/** Incidents, for whoever proves them over, looks at them, or sees to them. What opens them is the ledger, with each failure. */
export interface IncidentBook extends AsyncDisposable {
  /** Ends what a proof is one of; returns those that it ended. */
  prove(proof: Proof): Promise<readonly Incident[]>;
  /** A piece of work is over for good, whatever became of it. */
  workOver(over: { readonly key: string; readonly atMs: number }): Promise<readonly Incident[]>;
  /** What a failure belongs to does not go on by itself any more: a person is told now. */
  needsPerson(failureId: string): Promise<void>;
  /** Something did not happen that should have. @returns the incident when it is new */
  raise(alarm: Alarm): Promise<Incident | null>;
  /** It has happened. @returns the incident that it ended */
  clear(alarm: Pick<Alarm, "cause" | "subject">): Promise<Incident | null>;
  list(filter?: IncidentFilter): Promise<readonly Incident[]>;
  /** Incidents whose ids begin so, the newest first, at most ten. */
  find(prefix: string): Promise<readonly Incident[]>;
  /** Null for one that is not there. */
  get(id: string): Promise<IncidentCase | null>;
  /** Somebody sees to it: whoever was told hears of that, and is not told again every few hours. Null for one that is not open. */
  acknowledge(id: string, by: string): Promise<Incident | null>;
  /** Somebody says that it is over. Null for one that is not open. */
  resolve(id: string, note: string | undefined): Promise<Incident | null>;
  silence(wish: SilenceWish): Promise<string>;
  silences(): Promise<readonly SilenceRow[]>;
  /** False when none of that id holds. */
  endSilence(id: string): Promise<boolean>;
}

const DEFAULT_LIMIT = 50;
const ALIKE = 10;
/** Sessions and failures of one incident that are told. */
const MOST = 1_000;

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openIncidentBook({ stateDir, rules, now }: IncidentBookOptions): Promise<IncidentBook> {
  const database = await openQueueDatabase(stateDir);
  const context = (): IncidentContext => ({ nowMs: Math.floor(now()), rules });
  const write = <T>(work: (statements: Statements, own: IncidentContext) => T): Promise<T> =>
    database.write((statements) => work(statements, context()));
  const read = <T>(work: (statements: Statements) => T): Promise<T> => database.read(work);
  const hasOpen = (): Promise<boolean> =>
    read(
      ({ build, run }) =>
        run(build.selectFrom("incident").select("seq").where("resolved_ms", "is", null).limit(1)).length > 0,
    );
  /** Answers come all the time, and incidents are rare: to look keeps nobody from writing. */
  const ifOpen = async (
    work: (statements: Statements, own: IncidentContext) => readonly StoredIncident[],
  ): Promise<readonly Incident[]> => ((await hasOpen()) ? (await write(work)).map(toIncident) : []);
  const orNull = async (
    work: (statements: Statements, own: IncidentContext) => StoredIncident | null,
  ): Promise<Incident | null> => {
    const incident = await write(work);
    return incident && toIncident(incident);
  };
  const change = (
    id: string,
    work: (statements: Statements, incident: StoredIncident, own: IncidentContext) => StoredIncident,
  ): Promise<Incident | null> =>
    write((statements, own) => {
      const incident = byId(statements, id);
      if (incident === undefined || incident.resolved_ms !== null) return null;
      return toIncident(work(statements, incident, own));
    });
  return {
    prove: (proof) => ifOpen((statements, own) => noteProof(statements, proof, own)),
    workOver: (over) => ifOpen((statements, own) => noteWorkOver(statements, over, own)),
    needsPerson: (failureId) => write((statements, own) => escalateIncident(statements, failureId, own)),
    raise: (alarm) => orNull((statements, own) => raiseAlarm(statements, alarm, own)),
    clear: async (alarm) =>
      (await hasOpen()) ? orNull((statements, own) => clearAlarm(statements, alarm, own)) : null,
    list: ({ open = false, limit = DEFAULT_LIMIT } = {}) =>
      read(({ build, run }) =>
        run(
          build
            .selectFrom("incident")
            .selectAll()
            .$if(open, (query) => query.where("resolved_ms", "is", null))
            .orderBy("seq", "desc")
            .limit(limit),
        ).map(toIncident),
      ),
    find: (prefix) =>
      read(({ build, run }) =>
        run(
          build
            .selectFrom("incident")
            .selectAll()
            .where((eb) => eb(eb.fn("substr", ["id", eb.val(1), eb.val(prefix.length)]), "=", prefix))
            .orderBy("seq", "desc")
            .limit(ALIKE),
        ).map(toIncident),
      ),
    get: (id) => read((statements) => readCase(statements, id, Math.floor(now()))),
    acknowledge: (id, by) =>
      change(id, (statements, incident, own) => acknowledgeIncident(statements, incident, by, own)),
    resolve: (id, note) =>
      change(id, (statements, incident, own) =>
        resolveIncident(statements, incident, { as: "person", ...(note === undefined ? {} : { note }) }, own),
      ),
    silence: (wish) => write((statements, { nowMs }) => addSilence(statements, wish, nowMs)),
    silences: () => read((statements) => readSilences(statements, Math.floor(now()))),
    endSilence: (id) => write((statements, { nowMs }) => endSilence(statements, id, nowMs)),
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

function byId({ build, run }: Statements, id: string): StoredIncident | undefined {
  return run(build.selectFrom("incident").selectAll().where("id", "=", id))[0];
}

function readCase(statements: Statements, id: string, nowMs: number): IncidentCase | null {
  const { build, run } = statements;
  const incident = byId(statements, id);
  if (incident === undefined) return null;
  const { seq } = incident;
  const sessions = run(
    build
      .selectFrom("incident_session")
      .selectAll()
      .where("incident_seq", "=", seq)
      .orderBy("first_ms")
      .limit(MOST),
  );
  const failures = run(
    build.selectFrom("failure").select("id").where("incident_seq", "=", seq).orderBy("at_ms").limit(MOST),
  );
  const isOpen = incident.resolved_ms === null;
  return {
    incident: {
      ...toIncident(incident),
      lostMs: isOpen ? lostMs(statements, seq, nowMs) : incident.lost_ms,
    },
    sessions: sessions.map((row) => ({
      ...{ agent: row.agent, sessionId: row.session_id, project: row.project },
      ...{ firstMs: row.first_ms, lastMs: row.last_ms, recoveredMs: row.recovered_ms },
    })),
    failureIds: failures.map(({ id: failureId }) => failureId),
    alerts: alertsOf(statements, seq),
  };
}

function toIncident(row: StoredIncident): Incident {
  const { id, key, account, cause, scope, model, window, project, severity, owner } = row;
  const { failures, sessions, recovered, resolution, note, verdict } = row;
  return {
    ...{
      id,
      key,
      account,
      cause,
      scope: scope as Incident["scope"],
      model,
      window,
      project,
      severity,
      owner,
    },
    ...{ failures, sessions, recovered, resolution, note, verdict },
    isOpen: row.resolved_ms === null,
    openedMs: row.opened_ms,
    lastMs: row.last_ms,
    untilMs: row.until_ms,
    untilFrom: row.until_from,
    endsMs: row.ends_ms,
    acknowledgedMs: row.acknowledged_ms,
    acknowledgedBy: row.acknowledged_by,
    explainedBy: row.explained_by,
    resolvedMs: row.resolved_ms,
    lostMs: row.lost_ms,
    costUsd: row.cost_usd,
  };
}
