/**
 * Sessions that are recorded by the way that is installed: the entry as a process of its own, its spool, transcripts where Claude Code has
 * them, and the commands that take both in and show them.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { explainFailure } from "../../src/cli/commands/explain.ts";
import { exportFailure } from "../../src/cli/commands/export.ts";
import { listFailures } from "../../src/cli/commands/failures.ts";
import { ingestSpool } from "../../src/cli/commands/ingest.ts";
import { showStats } from "../../src/cli/commands/stats.ts";
import type { Evidence, FailureRow } from "../../src/recovery/index.ts";
import { type KedgeRun, runKedge } from "../cli/run-kedge.ts";
import { QUIET, runProgram } from "../intake/intake-world.ts";
import { type Command, type LedgerWorld, makeLedger, type RunOptions } from "../support/ledger-world.ts";

const ENTRY = join(import.meta.dirname, "../../intake/kedge-intake");

/** What the entry is told that an event is. */
export type Witness = "failure" | "end" | "start";

/** What one pass over the spool came to, as `kedge ingest --json` prints it. */
interface Taken {
  readonly files: number;
  readonly setAside: number;
  readonly failures: readonly { readonly id: string }[];
}

export interface Recording extends LedgerWorld {
  readonly entry: string;
  readonly spoolDir: string;
  readonly homeDir: string;
  /** Runs the installed entry to its end, with a hook input at stdin; it says nothing and succeeds. */
  deliver(witness: Witness, input: string | Uint8Array): Promise<void>;
  /** Writes a transcript where Claude Code has them, and returns its path. */
  transcript(content: string | Uint8Array): string;
  /** Takes in what waits. */
  takeIn(): Promise<Taken>;
  /** Failures with what their witnesses said, as they stand in the ledger. */
  failures(): readonly (FailureRow & { readonly said: readonly Evidence[] })[];
  /** Rows of any table. */
  rows(table: string): readonly Readonly<Record<string, unknown>>[];
  /** Reasons of what was set aside. */
  reasons(): readonly string[];
  /** Everything that commands print of what is in the ledger: at a pipe, at a terminal, as JSON, and as a bundle. */
  shown(): Promise<ReadonlyMap<string, string>>;
}

/** Sessions happen now: files have the times of the machine. */
const now = (): RunOptions => ({ nowMs: Date.now() + 1_000, zone: "UTC" });

export function makeRecording(): Recording {
  const world = makeLedger();
  const { stateDir, folder } = world;
  const spoolDir = join(stateDir, "spool");
  const entry = join(stateDir, "intake/kedge-intake");
  mkdirSync(dirname(entry), { recursive: true, mode: 0o700 });
  copyFileSync(ENTRY, entry);
  chmodSync(entry, 0o700);
  const rows: Recording["rows"] = (table) => {
    const database = new DatabaseSync(join(stateDir, "ledger.sqlite"), { readOnly: true });
    try {
      return database.prepare(`SELECT * FROM ${table}`).all();
    } finally {
      database.close();
    }
  };
  return {
    ...world,
    ...{ entry, spoolDir, rows, homeDir: join(folder, "home") },
    async deliver(witness, input) {
      expect(await runProgram([entry, witness], { input, cwd: folder, env: {} })).toEqual(QUIET);
    },
    transcript(content) {
      const path = join(folder, "home/.claude/projects/p/s.jsonl");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    async takeIn() {
      const ran = await world.run((...own) => ingestSpool({ json: true }, ...own), now());
      expect(ran.exitCode).toBe(0);
      return JSON.parse(ran.stdout) as Taken;
    },
    failures() {
      const witnesses = rows("witness");
      return (rows("failure") as unknown as readonly FailureRow[]).map((row) => ({
        ...row,
        said: witnesses
          .filter(({ failure_id }) => failure_id === row.id)
          .map(({ evidence }) => (JSON.parse(String(evidence)) as { evidence: Evidence }).evidence),
      }));
    },
    reasons() {
      const bad = join(spoolDir, "bad");
      const names = existsSync(bad) ? readdirSync(bad).filter((name) => name.endsWith(".why")) : [];
      return names.map((name) => readFileSync(join(bad, name), "utf8"));
    },
    shown: () => everythingShown(world, rows),
  };
}

async function everythingShown(
  world: LedgerWorld,
  rows: Recording["rows"],
): Promise<ReadonlyMap<string, string>> {
  const ids = rows("failure").map(({ id }) => String(id));
  const commands: readonly (readonly [string, Command])[] = [
    ["failures", (...own) => listFailures({}, ...own)],
    ["failures --json", (...own) => listFailures({ json: true }, ...own)],
    ["stats", (...own) => showStats({}, ...own)],
    ["stats --json", (...own) => showStats({ json: true }, ...own)],
    ...ids.flatMap((id): readonly (readonly [string, Command])[] => [
      ["explain", (...own) => explainFailure(id, {}, ...own)],
      ["explain --json", (...own) => explainFailure(id, { json: true }, ...own)],
      ["export", (...own) => exportFailure(id, { output: "-", yes: true }, ...own)],
    ]),
  ];
  const shown = new Map<string, string>();
  for (const width of [0, 100])
    for (const [name, command] of commands) {
      const { stdout, stderr } = await world.run(command, { ...now(), width });
      const key = `${name} at ${width === 0 ? "a pipe" : `${width} columns`}`;
      shown.set(key, `${shown.get(key) ?? ""}${stdout}\n${stderr}`);
    }
  return shown;
}

/** Nothing that is kept, and nothing that a command prints, holds a text. */
export async function expectNowhere(world: Recording, text: string): Promise<void> {
  for (const [place, all] of [...world.bytes(), ...(await world.shown())])
    expect(all.includes(text), `${text} in ${place}`).toBe(false);
}

/** A hook input of the session `s`, as text. */
export function inputOf(event: string, more: object = {}): string {
  return JSON.stringify({ session_id: "s", hook_event_name: event, ...more });
}

/** The line of a transcript that says that a turn failed. */
export function failedTurn(text: string, more: object = {}): string {
  const entry = {
    ...{ type: "assistant", uuid: "failed", timestamp: new Date().toISOString() },
    ...{ isApiErrorMessage: true, error: "server_error", apiErrorStatus: 529 },
    message: { role: "assistant", model: "<synthetic>", content: [{ type: "text", text }] },
    ...more,
  };
  return `${JSON.stringify(entry)}\n`;
}

/** One command as a process of its own at a pipe, in the environment of a recording and what is added to it; what it printed. */
export function runCommand(
  { env, folder }: Recording,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<KedgeRun> {
  const mark = process.env.KEDGE_TEST_MARK ?? "";
  return runKedge(args, { cwd: folder, env: { ...env, KEDGE_TEST_MARK: mark, ...more } });
}
