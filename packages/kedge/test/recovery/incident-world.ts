/** Incidents in a real ledger file, with failures that are made up and a clock that is set: what is told is delivered by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type AlertRules, DEFAULT_ALERTS } from "../../src/recovery/incidents/alert-rules.ts";
import type {
  IncidentContext,
  StoredAlert,
  StoredIncident,
} from "../../src/recovery/incidents/incident-context.ts";
import { assignFailures, type FailureChange } from "../../src/recovery/incidents/note-failures.ts";
import { noteProof, type Proof } from "../../src/recovery/incidents/note-proof.ts";
import { sweepIncidents } from "../../src/recovery/incidents/sweep-incidents.ts";
import type { FailureRow } from "../../src/recovery/ledger/schema.ts";
import type { Statements } from "../../src/recovery/ledger/statements.ts";
import { openQueueDatabase, type QueueDatabase } from "../../src/recovery/queue/queue-database.ts";
import type { Cause, Verdict } from "../../src/recovery/verdict.ts";
import { resetIn, verdictOf } from "./policy-cases.ts";

export const START = Date.parse("2026-11-21T12:00:00Z");
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const RULES: AlertRules = {
  causes: DEFAULT_ALERTS,
  groupWaitMs: 30 * SECOND,
  groupIntervalMs: 5 * MINUTE,
  repeatMs: 4 * HOUR,
  remindMs: DAY,
  quiet: null,
  routes: [{ channels: ["team"] }],
};

/** What a made-up failure says. */
export interface Said {
  readonly id?: string;
  readonly cause: Cause;
  readonly session?: string;
  readonly account?: string | null;
  readonly project?: string;
  readonly atMs: number;
  readonly window?: string;
  readonly model?: string;
  /** Ms after the failure. */
  readonly resetMs?: number;
  readonly isSubagent?: boolean;
  readonly costUsd?: number;
}

export interface IncidentWorld {
  readonly folder: string;
  nowMs: number;
  /** Removes all of it; the end of the test does so otherwise. */
  close(): void;
  note(changes: readonly FailureChange[]): Promise<void>;
  /** New failures, at the instants that they say. */
  fail(...said: readonly Said[]): Promise<readonly FailureRow[]>;
  prove(proof: Partial<Proof> & Pick<Proof, "sessionId">): Promise<readonly StoredIncident[]>;
  sweep(): Promise<void>;
  incidents(): Promise<readonly StoredIncident[]>;
  alerts(): Promise<readonly StoredAlert[]>;
  /** Delivers what is due, one after the other, and says it as `kind incident channel`. */
  deliver(): Promise<readonly string[]>;
  write<T>(work: (statements: Statements, context: IncidentContext) => T): Promise<T>;
}

interface Opened {
  readonly database: QueueDatabase;
  readonly folder: string;
}

const opened = new Set<Opened>();
afterEach(() => opened.forEach(close));

function close(one: Opened): void {
  opened.delete(one);
  one.database.close();
  rmSync(one.folder, { recursive: true, force: true });
}

let count = 0;

export async function makeIncidents(rules: AlertRules = RULES): Promise<IncidentWorld> {
  const folder = mkdtempSync(join(tmpdir(), "kedge-incidents-"));
  const database = await openQueueDatabase(folder);
  const own: Opened = { database, folder };
  opened.add(own);
  const lastSeq = new Map<string, number | null>();
  const world: IncidentWorld = {
    folder,
    nowMs: START,
    close: () => close(own),
    write: (work) => database.write((statements) => work(statements, { nowMs: world.nowMs, rules })),
    note: (changes) =>
      world.write((statements, context) => {
        const { build, run } = statements;
        const removed = changes.flatMap(({ before, after }) => (before && !after ? [before.id] : []));
        if (removed.length > 0) run(build.deleteFrom("failure").where("id", "in", removed));
        const stored = (id: string) => run(build.selectFrom("failure").selectAll().where("id", "=", id))[0];
        // As the ledger has it: with the incident that it is in.
        const known = changes.map((change) => ({
          ...change,
          ...(change.before && {
            before: stored(change.before.id) ?? {
              ...change.before,
              incident_seq: lastSeq.get(change.before.id) ?? null,
            },
          }),
        }));
        const noted = assignFailures(statements, known, context);
        for (const row of noted.rows) {
          lastSeq.set(row.id, row.incident_seq);
          run(build.replaceInto("failure").values(row));
        }
        noted.settle();
      }),
    async fail(...said) {
      const rows = said.map(failureOf);
      await world.note(rows.map((after) => ({ after })));
      return rows;
    },
    prove: (proof) =>
      world.write((statements, context) =>
        noteProof(
          statements,
          { agent: "claude-code", account: "name:a", sinceMs: world.nowMs, atMs: world.nowMs, ...proof },
          context,
        ),
      ),
    sweep: () => world.write(sweepIncidents),
    incidents: () =>
      database.read(({ build, run }) => run(build.selectFrom("incident").selectAll().orderBy("seq"))),
    alerts: () =>
      database.read(({ build, run }) => run(build.selectFrom("alert").selectAll().orderBy("seq"))),
    deliver: () =>
      world.write(({ build, run }, { nowMs }) => {
        const due = run(
          build
            .selectFrom("alert")
            .selectAll()
            .where("state", "=", "waiting")
            .where("due_ms", "<=", nowMs)
            .orderBy("seq"),
        );
        return due.map(({ seq, id, kind, channel }) => {
          run(build.updateTable("alert").set({ state: "sent", ended_ms: nowMs }).where("seq", "=", seq));
          return `${kind} ${id.split(".")[0]} ${channel}`;
        });
      }),
  };
  return world;
}

export function failureOf(said: Said): FailureRow {
  const { cause, atMs, session = "s1", account = "name:a", project = "site", window, model, resetMs } = said;
  const verdict: Verdict = verdictOf(cause, {
    ...{ atMs, isSubagent: said.isSubagent === true },
    ...(window === undefined ? {} : { window }),
    ...(model === undefined ? {} : { model }),
    ...(resetMs === undefined ? {} : { reset: resetIn(0, { atMs: atMs + resetMs }) }),
  });
  return {
    ...{ id: said.id ?? `f${++count}`, agent: "claude-code", agent_version: "2.1.329", project },
    ...{ project_dir: `/srv/${project}`, session_id: session, prompt_id: null },
    ...{
      subagent_id: said.isSubagent === true ? "sub" : null,
      subagent_type: null,
      at_ms: atMs,
      seen_ms: atMs,
    },
    ...{ kind: verdict.kind, agent_kind: null, cause, confidence: verdict.confidence, scope: verdict.scope },
    ...{ is_transient: verdict.isTransient ? 1 : 0, status: null, error_type: null, request_id: null },
    ...{
      model: model ?? null,
      permission_mode: null,
      attempts: null,
      last_tool: null,
      last_tool_digest: null,
    },
    ...{ reset_at_ms: verdict.reset?.atMs ?? null, reset_from: null, message: null, input_tokens: null },
    ...{ output_tokens: null, cost_usd: said.costUsd ?? null, time_lost_ms: 0, witnesses: 1 },
    ...{ verdict: JSON.stringify(verdict), account, incident_seq: null },
  };
}
