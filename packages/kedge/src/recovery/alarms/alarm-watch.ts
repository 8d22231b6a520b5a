import { join } from "node:path";
import type { WatchRules } from "../policy/watch.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import type { AlarmPort } from "./alarm-port.ts";
import { createHookWatch } from "./quiet-hooks.ts";
import { createScheduleWatch } from "./schedules.ts";

/** Looks for what did not happen, and raises the alarm. */
export interface AlarmWatch extends AsyncDisposable {
  /** @throws {RecoveryError} `LEDGER_NOT_USABLE` */
  look(): Promise<void>;
}

/** How alarms are watched for. */
export interface AlarmWatchOptions {
  /** Folder of Kedge's state. */
  readonly stateDir: string;
  readonly incidents: AlarmPort;
  readonly rules: WatchRules;
  /** Folders with transcripts, one folder in them for each project. */
  readonly transcriptDirs: readonly string[];
  /** Where the entry of hooks is installed, or would be. */
  readonly script: string;
  /** Epoch ms: since when somebody watches. What came before may have been down with the machine. */
  readonly sinceMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openAlarmWatch(options: AlarmWatchOptions): Promise<AlarmWatch> {
  const { stateDir, incidents, rules, transcriptDirs, script, sinceMs, now } = options;
  const database = await openQueueDatabase(stateDir);
  const { schedules, hooksAfterMs: afterMs } = rules;
  const file = join(stateDir, "up", "watched.json");
  const watches = [
    createScheduleWatch({ database, incidents, schedules, file, sinceMs, now }),
    ...(afterMs === null
      ? []
      : [createHookWatch({ database, incidents, transcriptDirs, script, afterMs, sinceMs, now })]),
  ];
  return {
    async look() {
      for (const watch of watches) await watch.look();
    },
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
