import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rm,
  rmdir,
  unlink,
  writeFile,
} from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensurePrivateFolder, readTextFile } from "../../platform/index.ts";
import { isJsonObject, readJson } from "../../protocol/index.ts";
import { isAlive, takeLock } from "../transcript/session-files.ts";
import type { Hold, StandIn } from "./hold.ts";

/** Milliseconds that another process may keep the register; its work takes a few. */
const LOCK_WAIT_MS = 10_000;
const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** Puts stand-ins where something is missing, for as long as commands run, and takes them away behind the last of them. */
export interface StandIns {
  /**
   * Makes sure that every place is there.
   *
   * @returns the places that are, and what gives them back
   * @throws when a place cannot be held that a command could make
   */
  hold(holds: readonly Hold[]): Promise<{ readonly held: readonly string[]; release(): Promise<void> }>;
}

/** One stand-in, as it was made. */
interface Made {
  readonly path: string;
  readonly kind: StandIn["kind"];
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
}

/**
 * Keeps stand-ins. To remove one under which another command still runs would lift its mount there, so all sessions that share a state folder
 * register what they use, under a lock; what the register says of processes that died is cleaned up by whoever comes next.
 *
 * @param dir of the register; made when first needed
 */
export function createStandIns(dir: string): StandIns {
  return {
    async hold(holds) {
      await ensurePrivateFolder(dir);
      const record = join(dir, `${process.pid}-${randomUUID()}.json`);
      const held = await underLock(dir, async () => {
        const known = await cleanUp(dir);
        const made: Made[] = [];
        try {
          const there = await standIn(holds, known, made);
          await writeFile(record, JSON.stringify(made), { flag: "wx", mode: 0o600 });
          return there;
        } catch (error) {
          for (const each of made) if (!known.has(each.path)) await remove(each);
          throw error;
        }
      });
      return {
        held,
        release: () =>
          underLock(dir, async () => {
            const own = await readRecord(record);
            await rm(record, { force: true });
            await cleanUp(dir, own);
          }),
      };
    },
  };
}

/** Removes what nobody uses any more, and answers what is in use. */
async function cleanUp(dir: string, left: readonly Made[] = []): Promise<ReadonlyMap<string, Made>> {
  const used = new Map<string, Made>();
  const unused = [...left];
  for (const name of await readdir(dir)) {
    const pid = Number(/^(\d+)-.*\.json$/.exec(name)?.[1]);
    if (!Number.isSafeInteger(pid)) continue;
    const record = await readRecord(join(dir, name));
    if (isAlive(pid)) for (const each of record) used.set(each.path, each);
    else {
      unused.push(...record);
      await rm(join(dir, name), { force: true });
    }
  }
  for (const each of unused) if (!used.has(each.path)) await remove(each);
  return used;
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
    const stats = await lstat(path).catch(() => null);
    const earlier = known.get(path);
    if (stats) {
      held.push(path);
      if (earlier && isSame(earlier, stats)) made.push(earlier);
      // One that a session without this register left behind, or uses: nothing else is a socket of such a name.
      else if (stats.isSocket() && ifMissing?.kind === "socket") made.push(describe(path, "socket", stats));
    } else if (ifMissing?.kind === "socket") sockets.push(path);
    else if (ifMissing && (await make(path, ifMissing, made))) held.push(path);
  }
  for (const folder of new Set(sockets.map((path) => dirname(path)))) {
    const own = sockets.filter((path) => dirname(path) === folder);
    if (await makeSockets(folder, own, made)) held.push(...own);
  }
  return held;
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
    for (const path of paths) {
      const isNew = await link(join(folder, first), path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "EEXIST") throw error;
          return false; // somebody has just made the real one, which is held as it is
        },
      );
      if (isNew) made.push(describe(path, "socket", await lstat(path)));
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

async function readRecord(path: string): Promise<readonly Made[]> {
  const reading = await readTextFile(path, MAX_RECORD_BYTES);
  const json = reading.ok ? readJson(reading.text, { maxDepth: 4 }) : null;
  return json?.ok && Array.isArray(json.value) ? json.value.filter(isMade) : [];
}

function isMade(value: unknown): value is Made {
  return isJsonObject(value) && typeof value.path === "string" && basename(value.path) !== "";
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
      throw new Error(`another process (${taken ?? "unknown"}) keeps ${dir} locked`);
    await sleep(3);
  }
}
