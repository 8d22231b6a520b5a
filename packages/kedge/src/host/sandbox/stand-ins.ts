import { randomUUID } from "node:crypto";
import { constants, lstatSync } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, rmdir, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endNamespace, ensurePrivateFolder, keepFresh } from "../../platform/index.ts";
import { isInside } from "../paths.ts";
import { takeLock } from "../transcript/lock-file.ts";
import type { Hold, StandIn } from "./hold.ts";
import {
  isRecordOver,
  type Made,
  namespaceOf,
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
        const known = new Map(others.flatMap(({ made }) => made.map((each) => [each.path, each])));
        const made: Made[] = [];
        try {
          const there = await standIn(holds, known, made);
          const steady = reach.fixed.filter((path) => others.every((other) => isSteadyIn(path, other)));
          await writeRecord(paths, { made, writable: reach.writable, fixed: steady });
          return { held: there, fixed: steady };
        } catch (error) {
          for (const each of made) if (!known.has(each.path)) await remove(each);
          throw error;
        }
      });
      const rest = keepFresh(paths.record);
      return {
        ...{ held, fixed, infoFile: paths.info },
        async release() {
          const namespace = await namespaceOf(paths);
          if (namespace && !(await endNamespace(namespace)))
            throw new Error(`process ${namespace.pid} of a confined command cannot be ended`);
          rest();
          await underLock(dir, async () => {
            const { made } = await readRecord(paths);
            await removeRecord(paths);
            await cleanUp(dir, made);
          });
        },
      };
    },
  };
}

/** Whether a command that runs beside cannot have put a link in the place of a folder. */
function isSteadyIn(path: string, { writable, fixed }: StandInRecord): boolean {
  return !writable.some((dir) => isInside(dir, path)) || fixed.includes(path);
}

/** Removes what nobody uses any more, and answers what is in use. */
async function cleanUp(dir: string, left: readonly Made[] = []): Promise<readonly StandInRecord[]> {
  const inUse: StandInRecord[] = [];
  const unused = [...left];
  for (const paths of await recordsIn(dir)) {
    const record = await readRecord(paths);
    if (await isRecordOver(paths, record)) {
      unused.push(...record.made);
      await removeRecord(paths);
    } else inUse.push(record);
  }
  const used = new Set(inUse.flatMap(({ made }) => made.map(({ path }) => path)));
  for (const each of unused) if (!used.has(each.path)) await remove(each);
  return inUse;
}

/** Puts something wherever nothing is, and answers what is there now. */
async function standIn(
  holds: readonly Hold[],
  known: ReadonlyMap<string, Made>,
  made: Made[],
): Promise<readonly string[]> {
  const held: string[] = [];
  const sockets: string[] = [];
  for (const { path, ifMissing } of holds) {
    const stats = statsOf(path);
    const earlier = known.get(path);
    if (stats) {
      held.push(path);
      // Any other, as of a session with a register of its own, is not ours to take away: a command may run under it.
      if (earlier && isSame(earlier, stats)) made.push(earlier);
    } else if (ifMissing?.kind === "socket") sockets.push(path);
    else if (ifMissing && (await make(path, ifMissing, made))) held.push(path);
  }
  for (const folder of new Set(sockets.map((path) => dirname(path)))) {
    const own = sockets.filter((path) => dirname(path) === folder);
    if (await makeSockets(folder, own, made)) held.push(...own);
  }
  return held;
}

/** What is there; null for nothing. Asking the thread pool about each of the many names would take many times as long. */
function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // what cannot be looked at is tried to be made
  }
}

/** False where this user cannot make anything, for then no command can. */
async function make(
  path: string,
  standIn: Exclude<StandIn, { kind: "socket" }>,
  made: Made[],
): Promise<boolean> {
  try {
    if (standIn.kind === "folder") await mkdir(path);
    else {
      await using file = await open(path, "wx", 0o644);
      await file.writeFile(standIn.content);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return true;
    if (isClosed(error)) return false;
    throw error;
  }
  made.push(describe(path, standIn.kind, await lstat(path)));
  return true;
}

/** One socket under many names, left behind by the server that made it. */
async function makeSockets(folder: string, paths: readonly string[], made: Made[]): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
  // A socket's path has little room, which the path of a project may exceed.
  const short = `/proc/self/fd/${handle.fd}`;
  const first = `.kedge-${randomUUID()}`;
  let server: Server | null = null;
  try {
    server = await listen(`${short}/${first}`);
    // All names are of the same one.
    const own = describe(first, "socket", await lstat(join(folder, first)));
    for (const path of paths) {
      const isNew = await link(join(folder, first), path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "EEXIST") throw error;
          return false; // somebody has just made the real one, which is held as it is
        },
      );
      if (isNew) made.push({ ...own, path });
    }
    return true;
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  } finally {
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    await unlink(join(folder, first)).catch(() => undefined); // closing has removed it, as a rule
    await handle.close();
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

/** Takes one away, if it is what was made and nothing else: whatever anybody put there instead, or into it, stays. */
async function remove(made: Made): Promise<void> {
  const stats = await lstat(made.path).catch(() => null);
  if (!stats || !isSame(made, stats)) return;
  // A folder that is not empty, and a file that has just gone, are no business of ours any more.
  if (made.kind === "folder") await rmdir(made.path).catch(() => undefined);
  else await unlink(made.path).catch(() => undefined);
}

type Stats = Awaited<ReturnType<typeof lstat>>;

function isSame({ kind, dev, ino, mtimeMs }: Made, stats: Stats): boolean {
  if (Number(stats.dev) !== dev || Number(stats.ino) !== ino) return false;
  if (kind === "socket") return stats.isSocket();
  return kind === "folder" ? stats.isDirectory() : stats.isFile() && Number(stats.mtimeMs) === mtimeMs;
}

function describe(path: string, kind: StandIn["kind"], { dev, ino, mtimeMs }: Stats): Made {
  return { path, kind, dev: Number(dev), ino: Number(ino), mtimeMs: Number(mtimeMs) };
}

function isClosed(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR"].includes(
    (error as NodeJS.ErrnoException).code ?? "",
  );
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
