import { spawnSync } from "node:child_process";

/**
 * Bounds the size of files that this process, and what it starts from now on, can write: what goes beyond is written as far as it fits and
 * fails then, as on a full disk. Needs `prlimit`.
 */
export function limitFileSize(bytes: number | "unlimited"): void {
  // The soft limit only: the hard one could not be taken back.
  const run = spawnSync("prlimit", ["--pid", `${process.pid}`, `--fsize=${bytes}:`], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`prlimit: ${run.stderr}`);
}
