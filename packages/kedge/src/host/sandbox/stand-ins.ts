import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endNamespace, ensurePrivateFolder, keepFresh } from "../../platform/index.ts";
import { isInside } from "../paths.ts";
import { takeLock } from "../transcript/lock-file.ts";
import type { Hold } from "./hold.ts";
import { type Made, madeOf, removeMade } from "./made.ts";
import { findPlaces, makePlanned } from "./make-stand-ins.ts";
import {
  isRecordOver,
  namespaceOf,
  type RecordPaths,
  readRecord,
  recordPaths,
  recordsIn,
  removeRecord,
  type StandInRecord,
  writeRecord,
} from "./stand-in-records.ts";

/** Milliseconds that another process may keep the register; its work takes a few. */
const LOCK_WAIT_MS = 10_000;

/** What one command may write, and which folders in that it cannot move, for they are mounts of their own. */
interface Reach {
  readonly writable: readonly string[];
  readonly fixed: readonly string[];
}

/** What stands for one command. */
export interface Standing {
  /** The places that are there. */
  readonly held: readonly string[];
  /** Of the folders that were to be fixed, those that no other command which runs now could have replaced by a link. */
  readonly fixed: readonly string[];
  /** Where bubblewrap writes which namespace it made (`--info-fd`). */
  readonly infoFile: string;
  /**
   * Gives the places back, once nothing of the command runs any more: what is left of it is ended.
   *
   * @throws when something of it cannot be ended; then everything stays where it is
   */
  release(): Promise<void>;
}

/** Puts stand-ins where something is missing, for as long as commands run, and takes them away behind the last of them. */
export interface StandIns {
  /**
   * Makes sure that every place is there.
   *
   * @throws when a place cannot be held that a command could make
   */
  hold(holds: readonly Hold[], reach?: Reach): Promise<Standing>;
  /** Takes away what sessions that were killed left standing, before somebody reads it. */
  clean(): Promise<void>;
}

/** Where all sessions of a state folder register what they use. */
export function standInsDir(stateDir: string): string {
  return join(stateDir, "sandbox");
}

/**
 * Keeps stand-ins. To remove one under which another command still runs would lift its mount there, so all sessions that share a state folder
 * register what they use, under a lock; what the register says of processes that died is cleaned up by whoever comes next.
 *
 * @param dir of the register; made when first needed
 */
export function createStandIns(dir: string): StandIns {
  return {
    async clean() {
      // As a rule there is nothing, and no lock to be taken.
      if ((await recordsIn(dir)).length > 0) await underLock(dir, () => cleanUp(dir));
    },
    async hold(holds, reach = { writable: [], fixed: [] }) {
      await ensurePrivateFolder(dir);
      const paths = recordPaths(dir);
      const { held, fixed } = await underLock(dir, async () => {
        const others = await cleanUp(dir);
        const steady = reach.fixed.filter((path) => others.every((other) => isSteadyIn(path, other)));
        const known = new Map(others.flatMap(({ made }) => made.map((each) => [each.path, each])));
        const standing = await standIn(dir, findPlaces(holds, known), (made) =>
          writeRecord(paths, { made, planned: [], writable: reach.writable, fixed: steady }),
        );
        return { held: standing, fixed: steady };
      });
      const rest = keepFresh(paths.record);
      return {
        ...{ held, fixed, infoFile: paths.info },
        async release() {
          const namespace = await namespaceOf(paths);
          if (namespace && !(await endNamespace(namespace)))
            throw new Error(`process ${namespace.pid} of a confined command cannot be ended`);
          rest();
          await underLock(dir, () => cleanUp(dir, paths));
        },
      };
    },
  };
}

/** Whether a command that runs beside cannot have put a link in the place of a folder. */
function isSteadyIn(path: string, { writable, fixed }: StandInRecord): boolean {
  return !writable.some((dir) => isInside(dir, path)) || fixed.includes(path);
}

/**
 * Puts something wherever nothing is. What is about to be made is on record before anything of it is, so that of a process that is killed
 * meanwhile nothing stays.
 *
 * @param record writes what was made
 * @returns what is there then
 */
async function standIn(
  dir: string,
  { there, shared, planned }: ReturnType<typeof findPlaces>,
  record: (made: readonly Made[]) => Promise<void>,
): Promise<readonly string[]> {
  const plan = recordPaths(dir);
  if (planned.length > 0) await writeRecord(plan, { made: [], planned, writable: [], fixed: [] });
  const made: Made[] = [];
  try {
    const held = await makePlanned(planned, made);
    await record([...shared, ...made]);
    return [...there, ...held];
  } catch (error) {
    for (const each of made) await removeMade(each);
    throw error;
  } finally {
    await removeRecord(plan);
  }
}

/**
 * Removes what nobody uses any more, and answers what is in use. A record goes behind what it says, so that whoever is killed meanwhile leaves
 * the rest to the next.
 *
 * @param own a record that is done with
 */
async function cleanUp(dir: string, own?: RecordPaths): Promise<readonly StandInRecord[]> {
  const inUse: StandInRecord[] = [];
  const over: RecordPaths[] = [];
  const unused: Made[] = [];
  for (const paths of await recordsIn(dir)) {
    const record = await readRecord(paths);
    if (paths.record === own?.record || (await isRecordOver(paths, record))) {
      unused.push(...record.made, ...(await madeOf(record.planned, record.atMs)));
      over.push(paths);
    } else inUse.push(record);
  }
  const used = new Set(inUse.flatMap(({ made }) => made.map(({ path }) => path)));
  for (const each of unused) if (!used.has(each.path)) await removeMade(each);
  for (const paths of over) await removeRecord(paths);
  return inUse;
}

/** One at a time, among all processes that share the register. */
async function underLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (;;) {
    const taken = await takeLock(join(dir, "lock"));
    if (typeof taken === "function")
      try {
        return await work();
      } finally {
        await taken();
      }
    if (performance.now() - began > LOCK_WAIT_MS)
      throw new Error(`another process (${taken?.pid ?? "unknown"}) keeps ${join(dir, "lock")}`);
    await sleep(3);
  }
}
