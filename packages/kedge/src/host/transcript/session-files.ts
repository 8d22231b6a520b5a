import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ensurePrivateFolder } from "../../platform/index.ts";
import { HostError } from "../errors.ts";
import { type Holder, takeLock } from "./lock-file.ts";

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
  throw new HostError("SESSION_IN_USE", wordsOf(sessionId, taken));
}

function wordsOf(sessionId: string, holder: Holder | null): string {
  if (holder === null) return `Session ${sessionId} is being opened by another process`;
  const way = holder.isElsewhere
    ? "of another container. End that one first (if it is gone already, this works two minutes after its end)"
    : "End that one first";
  const stop = holder.isElsewhere ? " " : ". ";
  return `Session ${sessionId} is open in process ${holder.pid}${stop}${way}, or fork the session (--fork-session)`;
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch {
    return []; // no session yet
  }
}
