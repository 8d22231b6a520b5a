import { type BigIntStats, closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";

/** What was to be started. */
export interface StartRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where programs are looked for without a `PATH`, as the C library does. */
const DEFAULT_PATH = "/bin:/usr/bin";
/** Bytes of a file that are looked at to see what it is. */
const HEAD_BYTES = 256;

/** The files that a name may stand for, in order and spelled as the C library does it: in the child's `PATH`, seen from its folder. */
export function listCandidates({ file, env }: Pick<StartRequest, "file" | "env">): readonly string[] {
  if (file === "" || file.includes("\0")) return [];
  if (file.includes("/")) return [file];
  const folders = (env.PATH ?? DEFAULT_PATH).split(delimiter);
  return folders.map((folder) => (folder === "" ? file : `${folder}/${file}`));
}

/** The executable file that a name stands for. */
export function findProgram(request: StartRequest): string | null {
  if (request.cwd.includes("\0")) return null;
  for (const candidate of listCandidates(request)) {
    const path = resolve(request.cwd, candidate);
    const stats = look(path);
    if (stats?.isFile() && (Number(stats.mode) & 0o111) !== 0) return path;
  }
  return null;
}

/** What is there; undefined when nothing is, or when it is behind a folder that is closed to us. */
export function look(path: string): Stats | BigIntStats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // as good as not there
  }
}

/** The first bytes of a file; null when it cannot be read, as programs need not be. */
export function readHead(path: string): Buffer | null {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } catch {
    return null;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}
