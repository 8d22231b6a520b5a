import type { SessionRow } from "../ledger/schema.ts";
import { SILENT } from "../verdict-end.ts";
import type { Sighting } from "./look-for-deaths.ts";
import type { TranscriptMemory } from "./transcript-memory.ts";
import type { WatchPorts } from "./watch-ports.ts";
import { sessionKey, watchWitness } from "./watch-witness.ts";

/** Looks for sessions that are there and do nothing, though it is their turn. */
export interface SilenceWatch {
  /** @param alive sessions whose process is there */
  look(alive: readonly SessionRow[], nowMs: number): Promise<readonly Sighting[]>;
  /** Nobody looked for long, as when the machine slept: what was silent meanwhile gets some time first. */
  beginAnew(nowMs: number): void;
}

/** The time that a session has after the machine slept, ms: its agent has to find out that its connections are gone. */
const GRACE_MS = 5 * 60_000;

/** A session is heard of a little before or after it begins, ms. */
const SLACK_MS = 5_000;

/** Flags with which nobody sits before an agent. */
const HEADLESS: readonly string[] = ["-p", "--print"];

/** Makes one that says each silence once. */
export function createSilenceWatch(ports: WatchPorts, memory: TranscriptMemory): SilenceWatch {
  /** By session: the writing after which its silence was looked into, and needs no further look. */
  let done = new Map<string, string>();
  let graceUntilMs = 0;
  const { stallAfterMs } = ports.policy;

  const isItsTurn = async (session: SessionRow): Promise<boolean> => {
    const signs = await memory.signs(session);
    // What was asked before the last start died with the process of then.
    if ((signs?.turnAtMs ?? 0) < (session.started_ms ?? 0) - SLACK_MS) return false;
    if (signs?.turn === "model") return true;
    // A call may wait for a person, where there is one.
    return signs?.turn === "tool" && (await isHeadless(session));
  };

  const isHeadless = async ({ session_id: id }: SessionRow): Promise<boolean> => {
    const manifest = await ports.manifestOf(id);
    return manifest?.argv.some((word) => HEADLESS.includes(word)) ?? false;
  };

  return {
    async look(alive, nowMs) {
      if (stallAfterMs === null) return [];
      const silent: Sighting[] = [];
      const kept = new Map<string, string>();
      for (const session of alive) {
        const stamp = memory.stamp(session);
        if (stamp === null || nowMs - stamp.writtenMs < stallAfterMs) continue;
        const [key, writing] = [sessionKey(session), `${stamp.writtenMs} ${stamp.size}`];
        const settle = (): void => void kept.set(key, writing);
        if (done.get(key) === writing) {
          settle();
          continue;
        }
        if (nowMs < graceUntilMs) continue;
        if (!(await isItsTurn(session)) || (await ports.sessions.isOfJob(session))) {
          settle();
          continue;
        }
        const lastEventAtMs = Math.max(stamp.writtenMs, memory.subagentsWrittenMs(session) ?? 0);
        if (nowMs - lastEventAtMs < stallAfterMs) continue;
        const witness = watchWitness(session, {
          ...{ event: SILENT, ofMs: stamp.writtenMs, isRunning: true, lastEventAtMs },
          ...{ atMs: nowMs, seenAtMs: nowMs },
        });
        silent.push({ session, witness, settle });
      }
      done = kept;
      return silent;
    },
    beginAnew(nowMs) {
      graceUntilMs = nowMs + Math.min(GRACE_MS, stallAfterMs ?? 0);
    },
  };
}
