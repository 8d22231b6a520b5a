import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { migrate } from "../../packages/kedge/src/recovery/ledger/migrations.ts";
import { openSqlite } from "../../packages/kedge/src/recovery/ledger/sqlite.ts";
import { type Measurement, mustStayUnder } from "../engine/measurement.ts";
import { ratioOf, valuesOf } from "../engine/turns.ts";
import { createWorkspace } from "../engine/workspace.ts";
import { median } from "../support.ts";
import { drainSpool, fillSpool, openBenchLedger, witnesses } from "./world.ts";

const FILES = 20_000;
const AT_ONCE = 2_000;
const ROUNDS = 5;
/** 10,000 in a second. */
const MAX_MICROSECONDS = 100;

const TABLES = ["witness", "session", "failure", "failure_hour"] as const;
type Rows = Readonly<Record<(typeof TABLES)[number], readonly Record<string, string | number | null>[]>>;

/** Microseconds for each, by the clock and of this process's own. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** From the spool into the ledger, from memory into the ledger, and the same rows with nothing but SQLite; each into a new file. */
export async function benchTakingIn(): Promise<Measurement[]> {
  await using workspace = createWorkspace();
  const records = witnesses(FILES);
  const rows = await rowsOf(join(workspace.dir, "model"), records);
  const subjects = {
    spool: async (dir: string) => {
      fillSpool(dir, FILES);
      await using ledger = await openBenchLedger(dir);
      return await costOf(async () => {
        const files = await drainSpool(dir, ledger);
        if (files !== FILES) throw new Error(`Expected ${FILES} files to be taken in, got ${files}`);
      });
    },
    memory: async (dir: string) => {
      await using ledger = await openBenchLedger(dir);
      return await costOf(async () => {
        for (let at = 0; at < FILES; at += AT_ONCE) await ledger.record(records.slice(at, at + AT_ONCE));
      });
    },
    bare: async (dir: string) => {
      const { raw } = openNew(dir);
      const cost = await costOf(() => insertAll(raw, rows));
      raw.close();
      return cost;
    },
  };
  const names = ["spool", "memory", "bare"] as const;
  const taken: Record<(typeof names)[number], Cost[]> = { spool: [], memory: [], bare: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const first = (round + 3) % 3;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const dir = join(workspace.dir, `${name}-${round}`);
      const cost = await subjects[name](dir);
      rmSync(dir, { recursive: true });
      if (round >= 0) taken[name].push(cost);
    }
  }
  const compare = (what: string, name: "spool" | "memory"): Measurement => {
    const [ours, bare] = [taken[name].map(({ wall }) => wall), taken.bare.map(({ wall }) => wall)];
    const cpu = median(taken[name].map((cost) => cost.cpu));
    const perSecond = (microseconds: number): string => Math.round(1_000_000 / microseconds).toString();
    return {
      ...{ what, unit: "µs", ours: valuesOf(ours), ratio: ratioOf(ours, bare) },
      other: { what: "bare SQLite", ...valuesOf(bare) },
      note:
        `${perSecond(median(ours))} a second (best round ${perSecond(Math.min(...ours))}), bare ${perSecond(median(bare))}; ` +
        `of a processor ${cpu.toFixed(0)} µs each, which is ${perSecond(cpu)} a second, bare ${median(taken.bare.map((cost) => cost.cpu)).toFixed(0)} µs`,
    };
  };
  return [
    mustStayUnder(compare("take in 1 failure from the spool", "spool"), MAX_MICROSECONDS),
    compare("record 1 failure", "memory"),
  ];
}

async function costOf(work: () => void | Promise<void>): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: ((performance.now() - began) * 1_000) / FILES, cpu: (user + system) / FILES };
}

/** The rows that the ledger makes of them. */
async function rowsOf(dir: string, records: ReturnType<typeof witnesses>): Promise<Rows> {
  await using ledger = await openBenchLedger(dir);
  await ledger.record(records);
  const { raw } = openSqlite(ledger.path);
  const rows = Object.fromEntries(TABLES.map((name) => [name, raw.prepare(`SELECT * FROM ${name}`).all()]));
  raw.close();
  return rows as unknown as Rows;
}

function openNew(dir: string): ReturnType<typeof openSqlite> {
  mkdirSync(dir, { recursive: true });
  const database = openSqlite(join(dir, "ledger.sqlite"));
  migrate(database.raw);
  return database;
}

function insertAll(database: DatabaseSync, rows: Rows): void {
  const statements = TABLES.map((name) => {
    const columns = Object.keys(rows[name][0] ?? {});
    const values = columns.map(() => "?").join(", ");
    return [
      rows[name],
      database.prepare(`INSERT INTO ${name} (${columns.join(", ")}) VALUES (${values})`),
    ] as const;
  });
  for (let at = 0; at < FILES; at += AT_ONCE) {
    database.exec("BEGIN IMMEDIATE");
    for (const [own, statement] of statements)
      for (const row of own.slice(at, at + AT_ONCE)) statement.run(...Object.values(row));
    database.exec("COMMIT");
  }
}
