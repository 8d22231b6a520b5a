import { readdir, readlink, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { readTextFile } from "../../platform/index.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** A line of the list: the number of the socket, and the path that its program gave it. The name of one without a path begins with `@`. */
const LINE = /^(?:\S+\s+){6}(\d+)\s+([^@].*)$/;

/**
 * Paths of the sockets that programs outside listen on: a namespace of the network does not hold those that have a path, and a read-only mount
 * does not either. A path that is relative is looked for where the programs are that have the socket open. Empty where nobody can tell.
 *
 * @source Linux `unix(7)`, proc_pid_net(5), "/proc/net/unix"
 */
export async function hostSockets(): Promise<readonly string[]> {
  const reading = await readTextFile("/proc/net/unix", MAX_BYTES);
  if (!reading.ok) return [];
  const paths = new Set<string>();
  const relative = new Map<string, string>();
  for (const line of reading.text.split("\n")) {
    const [, inode = "", path = ""] = LINE.exec(line) ?? [];
    if (path.startsWith("/")) paths.add(path);
    else if (path !== "") relative.set(`socket:[${inode}]`, path);
  }
  if (relative.size > 0) for (const path of await pathsOfOwners(relative)) paths.add(path);
  const real = await Promise.all([...paths].map((path) => realpath(path).catch(() => null)));
  return real.filter((path) => path !== null);
}

/** @param relative paths by what a descriptor of their socket leads to */
async function pathsOfOwners(relative: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Another user's process, or one that has just ended, tells nothing.
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ""));
      const own = (await Promise.all(targets)).flatMap((target) => relative.get(target) ?? []);
      if (own.length === 0) return [];
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
      return cwd === null ? [] : own.map((path) => resolve(cwd, path));
    }),
  );
  return found.flat();
}
