import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFolder, readPrivateFile, writeFileAtomic } from "../platform/index.ts";
import { isJsonObject } from "../protocol/index.ts";
import type { SpoolFile } from "./spool/spool.ts";

/**
 * How a session was launched: what it takes to start it again. Kept in a file of its own, readable by nobody else: it may hold secrets that
 * stood on a command line, and is never part of the ledger, of an export or of a log.
 */
export interface LaunchManifest {
  readonly version: 1;
  readonly agent: string;
  readonly sessionId: string;
  /** Epoch ms. */
  readonly atMs: number;
  readonly cwd: string;
  /** Empty where the system does not tell. */
  readonly argv: readonly string[];
  readonly permissionMode?: string;
  /** Names of environment variables; never values. */
  readonly envNames: readonly string[];
  /** Commit of the working directory. */
  readonly gitHead?: string;
  /** `startup`, `resume`, … */
  readonly source?: string;
}

const SESSION_ID = /^[\w-]{1,100}$/;

/** A command line has 128 KiB at most. */
const MAX_BYTES = 1024 * 1024;

/** The manifest in the record of a SessionStart entry; null when it has none. */
export function readManifest({ record, atMs }: SpoolFile): LaunchManifest | null {
  const { input, facts, agent, witness } = record;
  const { session_id: sessionId, cwd, permission_mode: mode, source } = input;
  if (witness !== "start" || typeof sessionId !== "string" || !SESSION_ID.test(sessionId)) return null;
  const gitHead = facts.git?.[0];
  return {
    version: 1,
    ...{ agent, sessionId, atMs },
    cwd: typeof cwd === "string" ? cwd : (facts.cwd?.[0] ?? ""),
    argv: facts.argv ?? [],
    ...(typeof mode === "string" ? { permissionMode: mode } : {}),
    envNames: facts.env ?? [],
    ...(gitHead === undefined ? {} : { gitHead }),
    ...(typeof source === "string" ? { source } : {}),
  };
}

/** Keeps a manifest in place of that of an earlier start of the same session; a later one stays. */
export async function keepManifest(stateDir: string, manifest: LaunchManifest): Promise<void> {
  const dir = join(stateDir, "manifests");
  await ensurePrivateFolder(dir);
  const path = join(dir, `${manifest.sessionId}.json`);
  if ((await startOf(path)) > manifest.atMs) return;
  await writeFileAtomic(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** How a session was launched, as it was kept; null where nobody kept it, or somebody else wrote there. */
export async function loadManifest(stateDir: string, sessionId: string): Promise<LaunchManifest | null> {
  if (!SESSION_ID.test(sessionId)) return null;
  const reading = await readPrivateFile(join(stateDir, "manifests", `${sessionId}.json`), MAX_BYTES);
  if (!reading.ok) return null;
  try {
    const value: unknown = JSON.parse(reading.text);
    return isManifest(value) ? value : null;
  } catch {
    return null;
  }
}

function isManifest(value: unknown): value is LaunchManifest {
  if (!isJsonObject(value)) return false;
  const { version, agent, sessionId, atMs, cwd, argv, envNames } = value;
  const isTexts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((each) => typeof each === "string");
  return (
    version === 1 &&
    [agent, sessionId, cwd].every((each) => typeof each === "string") &&
    typeof atMs === "number" &&
    isTexts(argv) &&
    isTexts(envNames)
  );
}

/** When the start was that a file tells of; before all others where it tells of none. */
async function startOf(path: string): Promise<number> {
  try {
    const known: unknown = JSON.parse(await readFile(path, "utf8"));
    return isJsonObject(known) && typeof known.atMs === "number" ? known.atMs : Number.NEGATIVE_INFINITY;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

/** Removes the manifests that were kept before an instant, epoch ms. */
export async function forgetManifests(stateDir: string, beforeMs: number): Promise<void> {
  const dir = join(stateDir, "manifests");
  for (const name of await readdir(dir).catch(() => [])) {
    // Somebody else lets go of what is old as well: what is gone by now needs nothing more.
    const file = await lstat(join(dir, name)).catch(() => null);
    if (file !== null && file.mtimeMs < beforeMs) await rm(join(dir, name), { force: true, recursive: true });
  }
}
