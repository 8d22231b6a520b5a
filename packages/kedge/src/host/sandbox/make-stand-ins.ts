import { randomUUID } from "node:crypto";
import { constants, lstatSync, type Stats } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import type { Hold } from "./hold.ts";
import { describeMade, isSameMade, type Made, type Planned } from "./made.ts";

/** The places of one command, before anything is made. */
interface FoundPlaces {
  readonly there: readonly string[];
  /** Of those, what another command has registered as made. */
  readonly shared: readonly Made[];
  readonly planned: readonly Planned[];
}

/** Looks at what is there, and says what is to be made. */
export function findPlaces(holds: readonly Hold[], known: ReadonlyMap<string, Made>): FoundPlaces {
  const there: string[] = [];
  const shared: Made[] = [];
  const planned: Planned[] = [];
  const first = `.kedge-${randomUUID()}`;
  for (const { path, ifMissing } of holds) {
    const stats = statsOf(path);
    const earlier = known.get(path);
    if (stats) {
      there.push(path);
      // Any other, as of a session with a register of its own, is not ours to take away: a command may run under it.
      if (earlier && isSameMade(earlier, stats)) shared.push(earlier);
    } else if (ifMissing?.kind === "socket")
      planned.push({ path, kind: "socket", first: join(dirname(path), first) });
    else if (ifMissing) planned.push({ path, ...ifMissing });
  }
  return { there, shared, planned };
}

/** What is there; null for nothing. Asking the thread pool about each of the many names would take many times as long. */
function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // what cannot be looked at is tried to be made
  }
}

/**
 * Puts something wherever nothing is, and answers what is there then.
 *
 * @param made grows by what was made, even where the rest fails
 */
export async function makePlanned(planned: readonly Planned[], made: Made[]): Promise<readonly string[]> {
  const held: string[] = [];
  const sockets = new Map<string, string[]>();
  for (const each of planned)
    if (each.kind === "socket") sockets.set(each.first, [...(sockets.get(each.first) ?? []), each.path]);
    else if (await make(each, made)) held.push(each.path);
  for (const [first, paths] of sockets) if (await makeSockets(first, paths, made)) held.push(...paths);
  return held;
}

/** False where this user cannot make anything, for then no command can. */
async function make(planned: Exclude<Planned, { kind: "socket" }>, made: Made[]): Promise<boolean> {
  const { path, kind } = planned;
  try {
    if (kind === "folder") await mkdir(path);
    else {
      await using file = await open(path, "wx", 0o644);
      await file.writeFile(planned.content);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return true;
    if (isClosed(error)) return false;
    throw error;
  }
  made.push(describeMade(path, kind, await lstat(path)));
  return true;
}

/** One socket under many names of a folder, left behind by the server that made it. */
async function makeSockets(first: string, paths: readonly string[], made: Made[]): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(dirname(first), constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
  let server: Server | null = null;
  try {
    // A socket's path has little room, which the path of a project may exceed.
    server = await listen(`/proc/self/fd/${handle.fd}/${basename(first)}`);
    // All names are of the same one.
    const own = describeMade(first, "socket", await lstat(first));
    for (const path of paths) {
      const isNew = await link(first, path).then(
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
    await unlink(first).catch(() => undefined); // closing has removed it, as a rule
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

function isClosed(error: unknown): boolean {
  return ["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR"].includes(
    (error as NodeJS.ErrnoException).code ?? "",
  );
}
