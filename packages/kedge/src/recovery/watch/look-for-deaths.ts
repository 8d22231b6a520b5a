import type { SessionRow } from "../ledger/schema.ts";
import { GONE, GONE_IDLE } from "../verdict-end.ts";
import type { WitnessRecord } from "../witness.ts";
import type { TranscriptMemory } from "./transcript-memory.ts";
import type { WatchPorts } from "./watch-ports.ts";
import { sessionKey, watchWitness } from "./watch-witness.ts";

/** Something to be recorded, and what to remember once it is. */
export interface Sighting {
  readonly session: SessionRow;
  readonly witness: WitnessRecord;
  settle(): void;
}

/** Looks for sessions whose process is gone. */
export interface DeathWatch {
  /** @returns sessions whose process is there, and those that died */
  look(
    open: readonly SessionRow[],
    nowMs: number,
  ): Promise<{ readonly alive: readonly SessionRow[]; readonly dead: readonly Sighting[] }>;
  /** Nobody looked for long: what was seen before counts for nothing. */
  beginAnew(): void;
}

/** So long nothing is said of a process that is gone, ms: the record of its session's end may be on its way. */
const WAIT_MS = 10_000;

/** A process that began so much later than its session was last heard of is another one, ms. */
const REUSED_MS = 5_000;

/** What gave its last sign of life so long ago is no news any more, ms. */
const NEWS_MS = 24 * 3_600_000;

/** Makes one that says the death of each start of a session once. */
export function createDeathWatch(ports: WatchPorts, memory: TranscriptMemory): DeathWatch {
  /** By start: when its process was first seen to be gone. */
  const goneSince = new Map<string, number>();
  let done = new Set<string>();

  const isThere = ({ pid, last_ms: lastMs }: SessionRow): boolean => {
    const found = pid === null ? null : ports.processes(pid);
    return found !== null && (found.beganMs === null || found.beganMs <= lastMs + REUSED_MS);
  };

  const judge = async (session: SessionRow, start: string, nowMs: number): Promise<Sighting | null> => {
    const sinceMs = goneSince.get(start) ?? nowMs;
    goneSince.set(start, sinceMs);
    if (nowMs - sinceMs < WAIT_MS) return null;
    const writtenMs = memory.stamp(session)?.writtenMs ?? 0;
    // Somebody goes on with it, whose number we do not have.
    if (writtenMs > sinceMs) {
      goneSince.set(start, nowMs);
      return null;
    }
    const lastMs = Math.max(session.last_ms, writtenMs);
    if (nowMs - lastMs > NEWS_MS || (await ports.sessions.isOfJob(session))) {
      done.add(start);
      return null;
    }
    const isIdle = (await memory.signs(session))?.turn === "over";
    const witness = watchWitness(session, {
      ...{ event: isIdle ? GONE_IDLE : GONE, ofMs: session.started_ms ?? 0, isRunning: false },
      ...{ atMs: sinceMs, seenAtMs: nowMs, lastEventAtMs: lastMs },
    });
    return { session, witness, settle: () => void done.add(start) };
  };

  return {
    async look(open, nowMs) {
      const alive: SessionRow[] = [];
      const dead: Sighting[] = [];
      const known = new Set<string>();
      for (const session of open) {
        if (session.pid === null) continue;
        const start = `${sessionKey(session)}\n${session.started_ms}`;
        known.add(start);
        if (done.has(start)) continue;
        if (isThere(session)) {
          goneSince.delete(start);
          alive.push(session);
          continue;
        }
        const sighting = await judge(session, start, nowMs);
        if (sighting !== null) dead.push(sighting);
      }
      done = done.intersection(known);
      for (const start of goneSince.keys()) if (!known.has(start)) goneSince.delete(start);
      return { alive, dead };
    },
    beginAnew: () => goneSince.clear(),
  };
}
