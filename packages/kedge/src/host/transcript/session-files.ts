import { createHash } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ensurePrivateFolder } from "../../platform/index.ts";
import { HostError } from "../errors.ts";

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a session id: a UUID, and so nothing that leads to another folder. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}

/** Where the sessions of a project are kept. */
export function sessionsDir(stateDir: string, projectDir: string): string {
  const digest = createHash("sha256").update(projectDir).digest("hex").slice(0, 8);
  const name =
    basename(projectDir)
      .replace(/[^A-Za-z0-9._-]/g, "-")
      .slice(0, 60) || "root";
  return join(stateDir, "sessions", `${name}-${digest}`);
}

/** The transcript of a session, and that of one of its subagents. */
export function transcriptPath(dir: string, sessionId: string, agentId?: string): string {
  return agentId === undefined
    ? join(dir, `${sessionId}.jsonl`)
    : join(dir, sessionId, "subagents", `agent-${agentId}.jsonl`);
}

/** Whether a session has been given a prompt: its transcript is made before that. */
export async function isUsed(dir: string, sessionId: string): Promise<boolean> {
  const stats = await stat(transcriptPath(dir, sessionId)).catch(() => null);
  return stats !== null && stats.size > 0;
}

/** The session of a folder that was written to last; null when there is none. */
export async function latestSession(dir: string): Promise<string | null> {
  let latest: { id: string; at: number } | null = null;
  for (const name of await namesIn(dir)) {
    const id = name.replace(/\.jsonl$/, "");
    if (!name.endsWith(".jsonl") || !isSessionId(id)) continue;
    const { mtimeMs: at, size } = await stat(join(dir, name));
    // It ended before it was given a prompt.
    if (size === 0) continue;
    if (latest === null || at > latest.at) latest = { id, at };
  }
  return latest?.id ?? null;
}

/**
 * Takes a session for this process: two that write one transcript would mix their conversations.
 *
 * @returns gives it back
 * @throws {HostError} `SESSION_IN_USE`
 */
export async function lockSession(dir: string, sessionId: string): Promise<() => Promise<void>> {
  await ensurePrivateFolder(dir);
  const path = join(dir, `${sessionId}.lock`);
  const taken = await takeLock(path);
  if (typeof taken === "function") return taken;
  throw new HostError(
    "SESSION_IN_USE",
    taken === null
      ? `Session ${sessionId} is being opened by another process`
      : `Session ${sessionId} is open in process ${taken}. End that one first, or fork the session (--fork-session)`,
  );
}

/**
 * Takes a lock file for this process. That of a process that died counts for nothing.
 *
 * @returns gives it back; or the process that has it, or null when others take it in this moment
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | number | null> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      await using file = await open(path, "wx", 0o600);
      await file.writeFile(String(process.pid));
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readHolder(path);
    if (holder !== null && isAlive(holder)) return holder;
    await removeStale(path, holder);
  }
  return null;
}

/**
 * Removes the lock of a process that died. Another process may do the same in this moment and have its own lock there already: what was
 * taken away is looked at, and put back.
 */
async function removeStale(path: string, holder: number | null): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
    const taken = await readHolder(aside);
    if (taken !== holder) await link(aside, path);
    await rm(aside, { force: true });
  } catch {
    // gone, or taken by another: the next try sees which
  }
}

async function readHolder(path: string): Promise<number | null> {
  try {
    const pid = Number(await readFile(path, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // given back in this moment
  }
}

/** Whether there is a process of this number. */
export function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch {
    return []; // no session yet
  }
}
