import { type Heartbeat, writeHeartbeat } from "../../recovery/index.ts";
import { version } from "../version.ts";
import type { UpLog } from "./up-log.ts";

/** The file by which others see that `kedge up` lives. */
export interface Pulse {
  beat(): Promise<void>;
  /** It ends in good order. */
  end(): Promise<void>;
}

/** What a pulse needs. */
export interface PulseOptions {
  readonly stateDir: string;
  /** Where its health can be asked for; null for nowhere. */
  readonly health: string | null;
  readonly now: () => number;
  readonly log: UpLog;
}

/** Makes the pulse of this process. */
export function createPulse({ stateDir, health, now, log }: PulseOptions): Pulse {
  const sinceMs = now();
  let hasSaid = false;
  const write = async (endedMs: number | null): Promise<void> => {
    const own: Heartbeat = { beatMs: now(), pid: process.pid, sinceMs, version, health, endedMs };
    try {
      await writeHeartbeat(stateDir, own);
      hasSaid = false;
    } catch (error) {
      // A full disk stops no alert.
      const words = `the heartbeat cannot be written: ${(error as Error).message}`;
      if (!hasSaid) log({ level: "error", event: "trouble", words });
      hasSaid = true;
    }
  };
  return { beat: () => write(null), end: () => write(now()) };
}
