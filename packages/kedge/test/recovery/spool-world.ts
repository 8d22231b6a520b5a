/** What agents leave on a disk, with the times that a test wants, and a look at what became of it. */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readFailedTurns, transcriptAgent } from "../../src/agents/index.ts";
import { createIngester, type Ingester } from "../../src/recovery/ingest.ts";
import type { IngestOptions } from "../../src/recovery/ingest-options.ts";
import type { Ledger } from "../../src/recovery/ledger/ledger.ts";
import { forgetManifests, keepManifest } from "../../src/recovery/manifest.ts";
import { openSpool } from "../../src/recovery/spool/spool.ts";
import type { RecoveryWorld } from "../support/recovery-world.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An ingester whose spool goes by the clock of the test as well, and which keeps failures as long as is said. */
export async function makeIngester(
  world: RecoveryWorld,
  ledger: Ledger,
  more: Partial<IngestOptions> = {},
): Promise<Ingester> {
  const { stateDir, homeDir } = world;
  const now = (): number => world.now;
  return createIngester({
    ...{ ledger, now, holder: "test", spool: await openSpool(join(stateDir, "spool"), now) },
    keepManifest: (manifest) => keepManifest(stateDir, manifest),
    forgetManifests: (beforeMs) => forgetManifests(stateDir, beforeMs),
    transcripts: {
      agentOf: (path) => transcriptAgent(path, { homeDir, stateDir }),
      failedTurns: async (path) => (await readFailedTurns(path))?.failures ?? null,
    },
    ...more,
  });
}

/** Gives a file below the state folder the time at which it was written, epoch ms. */
export function writtenAt(world: RecoveryWorld, file: string, atMs: number): void {
  utimesSync(join(world.stateDir, file), atMs / 1_000, atMs / 1_000);
}

/** Leaves a record as {@link RecoveryWorld.leave} does, written at an instant, epoch ms. */
export function leaveAt(
  world: RecoveryWorld,
  atMs: number,
  ...[name, witness, input, facts]: Parameters<RecoveryWorld["leave"]>
): void {
  writtenAt(world, join("spool/new", world.leave(name, witness, input, facts)), atMs);
}

/** Writes a transcript of Claude Code, or at another path, and returns where it is. */
export function writeTranscript(
  world: RecoveryWorld,
  name: string,
  entries: readonly object[],
  folder = join(world.homeDir, ".claude/projects/-work-shop"),
): string {
  const path = join(folder, `${name}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return path;
}

/** The entry of a transcript that says that a turn failed. */
export function failedEntry(atMs: number, more: object = {}): object {
  return {
    ...{ type: "assistant", timestamp: new Date(atMs).toISOString(), isApiErrorMessage: true },
    ...{ error: "rate_limit", apiErrorStatus: 429, version: "2.1.329" },
    message: { content: [{ type: "text", text: "API Error: Request rejected (429) · Rate limited" }] },
    ...more,
  };
}

/** The input of a SessionEnd handler. */
export function endInput(sessionId: string, more: object = {}): object {
  return {
    session_id: sessionId,
    cwd: "/work/shop",
    hook_event_name: "SessionEnd",
    reason: "other",
    ...more,
  };
}

/** The input of a SessionStart handler. */
export function startInput(sessionId: string, more: object = {}): object {
  return {
    session_id: sessionId,
    cwd: "/work/shop",
    hook_event_name: "SessionStart",
    source: "startup",
    ...more,
  };
}

/** Rows of the ledger, by a connection of their own. */
export function rowsOf(world: RecoveryWorld, sql: string): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(join(world.stateDir, "ledger.sqlite"));
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Names in a folder of the spool, sorted. */
export function spoolNames(world: RecoveryWorld, folder: "new" | "tmp" | "bad"): readonly string[] {
  return readdirSync(join(world.stateDir, "spool", folder)).sort();
}

/** Why a file was set aside. */
export function reasonOf(world: RecoveryWorld, name: string): string {
  return readFileSync(join(world.stateDir, "spool/bad", `${name}.why`), "utf8").trim();
}
