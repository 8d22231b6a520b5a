import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFolder, writeFileAtomic } from "../platform/index.ts";
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

/** The manifest in the record of a SessionStart entry; null when it has none. */
export function readManifest({ record, atMs }: SpoolFile): LaunchManifest | null {
  const { input, facts, agent, witness } = record;
  const { session_id: sessionId, cwd, permission_mode: mode, source } = input;
  if (witness !== "start" || typeof sessionId !== "string" || !/^[\w-]{1,100}$/.test(sessionId)) return null;
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
    const { mtimeMs } = await lstat(join(dir, name));
    if (mtimeMs < beforeMs) await rm(join(dir, name), { force: true });
  }
}
