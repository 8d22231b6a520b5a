import { realpath } from "node:fs/promises";
import { readTextFile } from "../../platform/index.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Paths of the sockets that programs outside listen on: a namespace of the network does not hold those that have a path, and a read-only mount
 * does not either. Empty where nobody can tell.
 */
export async function hostSockets(): Promise<readonly string[]> {
  const reading = await readTextFile("/proc/net/unix", MAX_BYTES);
  if (!reading.ok) return [];
  const paths = reading.text.split("\n").flatMap((line) => /^(?:\S+\s+){7}(\/.*)$/.exec(line)?.[1] ?? []);
  const real = await Promise.all([...new Set(paths)].map((path) => realpath(path).catch(() => null)));
  return real.filter((path) => path !== null);
}
