import {
  BEAT_EVERY_MS,
  type Heartbeat,
  type PingKind,
  type PingOptions,
  ping,
  writeHeartbeat,
} from "../../recovery/index.ts";
import { version } from "../version.ts";
import type { UpLog } from "./up-log.ts";

/** How the world learns that `kedge up` lives: a file, and a ping to somebody outside. */
export interface Pulse {
  /** Writes the file. */
  beat(): Promise<void>;
  /** Pings when it is time. @param isWell false: it says that something stands in the way */
  ping(isWell: boolean): Promise<void>;
  /** It ends in good order. */
  end(): Promise<void>;
}

/** What a pulse needs. */
export interface PulseOptions {
  readonly stateDir: string;
  /** Where its health can be asked for; null for nowhere. */
  readonly health: string | null;
  /** Null: nobody outside is told. */
  readonly ping: (PingOptions & { readonly everyMs: number }) | null;
  readonly now: () => number;
  readonly log: UpLog;
}

/** Makes the pulse of this process. */
export function createPulse(options: PulseOptions): Pulse {
  const { stateDir, health, now, log } = options;
  const sinceMs = now();
  let pingedMs: number | null = null;
  let said: string | null = null;
  let hasSaidFile = false;
  const heartbeat = (endedMs: number | null): Heartbeat => ({
    ...{ beatMs: now(), pid: process.pid, sinceMs, version, health, endedMs },
  });
  const write = async (endedMs: number | null): Promise<void> => {
    try {
      await writeHeartbeat(stateDir, heartbeat(endedMs));
      hasSaidFile = false;
    } catch (error) {
      // A full disk stops no alert.
      const words = `the heartbeat cannot be written: ${(error as Error).message}`;
      if (!hasSaidFile) log({ level: "error", event: "trouble", words });
      hasSaidFile = true;
    }
  };
  const tell = async (kind: PingKind): Promise<void> => {
    if (options.ping === null) return;
    const why = await ping(kind, options.ping);
    if (why !== null && why !== said)
      log({ level: "warning", event: "ping", words: `nobody outside could be told that this lives: ${why}` });
    said = why;
  };
  return {
    beat: () => write(null),
    async ping(isWell) {
      const nowMs = now();
      const everyMs = options.ping?.everyMs ?? Number.POSITIVE_INFINITY;
      // A little early rather than one look late.
      if (pingedMs !== null && Math.abs(nowMs - pingedMs) < everyMs - BEAT_EVERY_MS / 2) return;
      const kind = pingedMs === null ? "start" : isWell ? "alive" : "fail";
      pingedMs = nowMs;
      await tell(kind);
    },
    end: () => write(now()),
  };
}
