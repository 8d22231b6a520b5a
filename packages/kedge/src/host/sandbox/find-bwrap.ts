import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { isProgram } from "../find-program.ts";
import { isInside } from "../paths.ts";

/** Where bubblewrap is, or why there is none. */
export type BwrapFinding =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly why: string };

/**
 * Looks for bubblewrap on a PATH. One in a folder that commands or the project may write is never taken: whoever put it there would decide what
 * the sandbox is. Nor is one of a relative folder, which is another one in each place.
 *
 * @param writable absolute, without links
 */
export async function findBwrap(
  path: string | undefined,
  writable: readonly string[],
): Promise<BwrapFinding> {
  let planted: string | null = null;
  for (const folder of (path ?? "").split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, "bwrap");
    if (!(await isProgram(candidate))) continue;
    const real = await realpath(candidate);
    if (!writable.some((dir) => isInside(dir, real) || isInside(dir, candidate)))
      return { ok: true, path: real };
    planted ??= candidate;
  }
  return {
    ok: false,
    why:
      planted === null
        ? "bubblewrap (bwrap) is not installed"
        : `${planted} is inside of where the session works, so it is not run, and there is no other bubblewrap (bwrap)`,
  };
}
