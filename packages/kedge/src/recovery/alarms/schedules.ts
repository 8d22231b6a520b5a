import { dirname } from "node:path";
import { ensurePrivateFolder, readPrivateFile, writeFileAtomic } from "../../platform/index.ts";
import { isJsonObject } from "../../protocol/index.ts";
import { isBatchNamed } from "../batch/batch-slug.ts";
import { formatDuration } from "../policy/duration.ts";
import type { ScheduleRule } from "../policy/watch.ts";
import type { QueueDatabase } from "../queue/queue-database.ts";
import type { AlarmPort } from "./alarm-port.ts";

/** Looks whether work began that has to begin every so often. */
export interface ScheduleWatch {
  look(): Promise<void>;
}

/** What watching schedules needs. */
export interface SchedulePorts {
  readonly database: QueueDatabase;
  readonly incidents: AlarmPort;
  readonly schedules: Readonly<Record<string, ScheduleRule>>;
  /** Keeps since when each is watched: it outlives every process. */
  readonly file: string;
  /** Epoch ms: since when somebody watches. */
  readonly sinceMs: number;
  /** Epoch ms. */
  readonly now: () => number;
}

const MAX_BYTES = 64 * 1024;

/**
 * Watches schedules. One is missed when it has not begun for as long as it may take, and a while more; and never sooner than that while after
 * the watching itself began, because what starts the work may have been down with the machine.
 */
export function createScheduleWatch(ports: SchedulePorts): ScheduleWatch {
  const { schedules, incidents, sinceMs: startedMs, now } = ports;
  const since = createSince(ports);
  let isTidy = false;
  return {
    async look() {
      if (!isTidy) await clearForgotten(ports);
      isTidy = true;
      const watchedSince = await since();
      for (const [name, rule] of Object.entries(schedules)) {
        const lastMs = await lastBegin(rule, ports);
        const fromMs = lastMs ?? watchedSince[name] ?? now();
        const missedMs = Math.max(fromMs + rule.everyMs, startedMs) + rule.graceMs;
        // Between what is in time and what is missed nothing is known: an alarm that was raised stays.
        if (lastMs !== null && now() < lastMs + rule.everyMs + rule.graceMs)
          await incidents.clear({ cause: "missed_run", subject: name });
        else if (now() >= missedMs)
          await incidents.raise({
            ...{ cause: "missed_run", subject: name, sinceMs: fromMs + rule.everyMs },
            words: `${whatWords(rule)} has to begin every ${formatDuration(rule.everyMs)}, and ${lastMs === null ? "was never seen to" : "did not"}.`,
          });
      }
    },
  };
}

/** Nobody watches any more what was taken out of the policy, so that nobody would ever end its alarm. */
async function clearForgotten({ incidents, schedules }: SchedulePorts): Promise<void> {
  for (const { cause, window } of await incidents.list({ open: true, limit: LOOKED_AT }))
    if (cause === "missed_run" && window !== null && !Object.hasOwn(schedules, window))
      await incidents.clear({ cause: "missed_run", subject: window });
}

const LOOKED_AT = 1_000;

function whatWords({ of }: ScheduleRule): string {
  return "batch" in of ? `The batch ${of.batch}` : `A session in ${of.project}`;
}

/** Since when each schedule is watched; those that are new are watched from now on. A file that cannot be written is tried again. */
function createSince({
  file,
  schedules,
  now,
}: SchedulePorts): () => Promise<Readonly<Record<string, number>>> {
  let own: Readonly<Record<string, number>> | null = null;
  let isKept = false;
  return async () => {
    const known = own ?? (await readSince(file));
    own ??= Object.fromEntries(Object.keys(schedules).map((name) => [name, known[name] ?? now()]));
    if (!isKept) isKept = await keep(file, own);
    return own;
  };
}

async function keep(file: string, since: Readonly<Record<string, number>>): Promise<boolean> {
  try {
    await ensurePrivateFolder(dirname(file));
    await writeFileAtomic(file, `${JSON.stringify(since)}\n`);
    return true;
  } catch {
    return false; // a full disk stops no alarm
  }
}

async function readSince(file: string): Promise<Readonly<Record<string, number>>> {
  const reading = await readPrivateFile(file, MAX_BYTES);
  if (!reading.ok) return {};
  try {
    const value: unknown = JSON.parse(reading.text);
    if (!isJsonObject(value)) return {};
    const entries = Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number",
    );
    return Object.fromEntries(entries);
  } catch {
    return {}; // it was cut off: they are watched from now on
  }
}

/** When it began the last time, epoch ms; null where that was not seen. */
async function lastBegin({ of }: ScheduleRule, { database }: SchedulePorts): Promise<number | null> {
  if ("project" in of)
    return database.read(({ build, run }) => {
      const [row] = run(
        build
          .selectFrom("session")
          .select(({ fn }) => fn.max("started_ms").as("ms"))
          .where("project", "=", of.project),
      );
      return row?.ms ?? null;
    });
  return database.read(({ build, run }) => {
    const rows = run(
      build
        .selectFrom("job")
        .innerJoin("job_attempt", "job_attempt.job_seq", "job.seq")
        .select(({ fn }) => ["job.batch", fn.max("job_attempt.started_ms").as("ms")])
        .where("job.batch", "is not", null)
        .groupBy("job.batch"),
    );
    const own = rows.filter(({ batch }) => batch !== null && isBatchNamed(batch, of.batch));
    return own.length === 0 ? null : Math.max(...own.map(({ ms }) => ms ?? 0));
  });
}
