import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Evidence } from "../../packages/kedge/src/recovery/evidence.ts";
import { groupWitnesses, nameGroups } from "../../packages/kedge/src/recovery/group.ts";
import { toFailureRow } from "../../packages/kedge/src/recovery/ledger/failure-row.ts";
import { hourChanges } from "../../packages/kedge/src/recovery/ledger/hours.ts";
import { migrate } from "../../packages/kedge/src/recovery/ledger/migrations.ts";
import type { FailureRow } from "../../packages/kedge/src/recovery/ledger/schema.ts";
import { openSqlite } from "../../packages/kedge/src/recovery/ledger/sqlite.ts";
import { judgeFailure } from "../../packages/kedge/src/recovery/verdict-judge.ts";
import type { WitnessRecord } from "../../packages/kedge/src/recovery/witness.ts";
import { draw, projectDir, uuid } from "./failures.ts";
import { witnesses } from "./world.ts";

const FAILURES = 1_000_000;
const DAYS = 90;
const HOUR_MS = 3_600_000;

/** Failures whose texts and verdicts all the others have; ids, times, sessions, projects, versions and tools are of each one's own. */
const MODELS = 400;
const TOOLS = ["Bash", "Edit", "Read", "Grep", "Write", "Task", null] as const;
const VERSIONS = ["2.1.329", "2.1.330", "2.1.331"] as const;
/** Failures of one session. */
const OF_SESSION = 8;

/** A ledger with a million failures of 90 days, written past Kedge's own way in, which would take minutes. */
export function makeLargeLedger(stateDir: string, untilMs: number): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const { raw } = openSqlite(join(stateDir, "ledger.sqlite"));
  migrate(raw);
  raw.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN");
  const models = witnesses(MODELS).map(toModel);
  const stepMs = (DAYS * 24 * HOUR_MS) / FAILURES;
  let ofHour: FailureRow[] = [];
  const insertFailure = inserter<FailureRow>(raw, "failure");
  const insertHour = inserter(raw, "failure_hour");
  const endHour = (): void => {
    for (const row of hourChanges(ofHour.map((after) => ({ after })))) insertHour(row);
    ofHour = [];
  };
  for (let number = 0; number < FAILURES; number++) {
    const atMs = Math.floor(untilMs - (FAILURES - number) * stepMs);
    const row = rowOf(number, atMs, models);
    if (Math.floor(atMs / HOUR_MS) !== Math.floor((ofHour[0]?.at_ms ?? atMs) / HOUR_MS)) endHour();
    ofHour.push(row);
    insertFailure(row);
  }
  endHour();
  raw.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  raw.close();
}

/** A session in the middle of it. */
export function someSession(): string {
  return uuid(Math.floor(FAILURES / 2 / OF_SESSION), 5);
}

function toModel(witness: WitnessRecord): FailureRow {
  const [group] = nameGroups(groupWitnesses([witness]));
  if (!group) throw new Error("Expected a witness that tells of a failure");
  const evidence: readonly Evidence[] = [witness.evidence];
  return toFailureRow(group, judgeFailure(evidence, { nowMs: witness.evidence.atMs, zone: "UTC" }));
}

function rowOf(number: number, atMs: number, models: readonly FailureRow[]): FailureRow {
  const model = models[draw(number, 6, models.length)];
  if (!model) throw new Error("Expected a model");
  const session = Math.floor(number / OF_SESSION);
  const dir = projectDir(session);
  return {
    ...model,
    ...{ id: `f_${uuid(number, 7).replaceAll("-", "").slice(0, 8)}${number.toString(16).padStart(12, "0")}` },
    ...{ project: dir.slice(dir.lastIndexOf("/") + 1), project_dir: dir, session_id: uuid(session, 5) },
    ...{ prompt_id: uuid(number, 8), at_ms: atMs, seen_ms: atMs + 900 },
    agent_version: VERSIONS[draw(session, 9, VERSIONS.length)] ?? null,
    last_tool: TOOLS[draw(number, 10, TOOLS.length)] ?? null,
  };
}

function inserter<Row extends object>(database: DatabaseSync, name: string): (row: Row) => void {
  let statement: ReturnType<DatabaseSync["prepare"]> | undefined;
  return (row) => {
    const columns = Object.keys(row);
    statement ??= database.prepare(
      `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    statement.run(...Object.values(row));
  };
}
