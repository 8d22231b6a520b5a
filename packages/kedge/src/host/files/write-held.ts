import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Entry } from "./entry.ts";
import type { HeldPath } from "./held-path.ts";

/** Whether a held path may be written to after all: why not, or null. */
export type HeldCheck = (
  held: Pick<HeldPath, "path" | "folder" | "missing" | "entry">,
) => Promise<string | null>;

/** How a write ended. */
export type Written =
  /** `mtimeMs` is when the file changed last, epoch ms. */
  { readonly ok: true; readonly mtimeMs: number } | { readonly ok: false; readonly why: string };

/**
 * Writes a held path: a regular file in place, so that links to it and its mode stay, or a new one with its folders. Rejects with the
 * system's error.
 *
 * @param check is asked before a byte is written, with what is held then
 */
export async function writeHeld(held: HeldPath, content: string, check: HeldCheck): Promise<Written> {
  if (held.entry !== null) {
    const why = await check(held);
    if (why !== null) return { ok: false, why };
    return fill(await held.entry.open(constants.O_WRONLY), content);
  }
  await using stack = new AsyncDisposableStack();
  let { folder } = held;
  const names = held.missing.slice(0, -1);
  const name = held.missing.at(-1) ?? "";
  // Nothing is made before it is certain, as far as it can be, that it may be.
  const before = await check(held);
  if (before !== null) return { ok: false, why: before };
  for (const each of names) folder = stack.use(await makeFolder(folder, each));
  // Somebody may have put another folder at the name of one that was made.
  const why = names.length === 0 ? null : await check(await beneath(folder, name));
  return why === null ? await fill(await folder.makeFile(name), content) : { ok: false, why };
}

async function beneath(folder: Entry, name: string): Promise<Parameters<HeldCheck>[0]> {
  const path = await folder.path();
  return { path: path === "/" ? `/${name}` : `${path}/${name}`, folder, missing: [name], entry: null };
}

async function makeFolder(parent: Entry, name: string): Promise<Entry> {
  await parent.makeFolder(name).catch((error: NodeJS.ErrnoException) => {
    // Somebody else made it meanwhile.
    if (error.code !== "EEXIST") throw error;
  });
  const entry = await parent.look(name);
  if (entry.stats.isDirectory()) return entry;
  await entry[Symbol.asyncDispose]();
  throw new Error(`${name} is no folder`);
}

async function fill(handle: FileHandle, content: string): Promise<Written> {
  await using file = handle;
  await file.truncate(0);
  await file.writeFile(content);
  return { ok: true, mtimeMs: (await file.stat()).mtimeMs };
}
