import { type BigIntStats, constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Entry } from "./entry.ts";
import type { HeldPath } from "./held-path.ts";
import { overwrite } from "./overwrite.ts";
import { systemWords } from "./system-words.ts";
import { type FileVersion, versionOf } from "./version.ts";

/** Whether a held path may be written to after all: why not, or null. */
export type HeldCheck = (
  held: Pick<HeldPath, "path" | "folder" | "missing" | "entry">,
) => Promise<string | null>;

/** A file as it was read. */
export interface ReadText {
  readonly text: string;
  readonly version: FileVersion;
}

/** How a write ended. */
export type Written =
  /** As the file is now. */
  { readonly ok: true; readonly version: FileVersion } | { readonly ok: false; readonly why: string };

/**
 * Writes a held path: a regular file in place, so that links to it and its mode stay, or a new one with its folders. Rejects with the
 * system's error.
 *
 * @param check is asked before a byte is written, with what is held then
 * @param read what a file that is there must still be; null where none is
 */
export async function writeHeld(
  held: HeldPath,
  content: string,
  check: HeldCheck,
  read: ReadText | null,
): Promise<Written> {
  if (held.entry !== null) {
    const why = await check(held);
    if (why !== null) return { ok: false, why };
    await using file = await held.entry.open(constants.O_WRONLY);
    // Between the reading and this lie looks for what is protected: time enough for another program.
    if (read === null || !isStill(read, await file.stat({ bigint: true })))
      return { ok: false, why: `${held.path} has changed since it was read. Read it again.` };
    return await fill(file, held.path, { before: read.text, after: content });
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
  if (why !== null) return { ok: false, why };
  await using file = await folder.makeFile(name);
  return await fill(file, held.path, { before: "", after: content });
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

/** Whether a file is as it was, and has not been replaced: without a name it is nobody's any more. */
function isStill({ version }: ReadText, now: BigIntStats): boolean {
  return now.nlink > 0n && versionOf(now) === version;
}

async function fill(
  file: FileHandle,
  path: string,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<Written> {
  const end = await overwrite(file, Buffer.from(before), Buffer.from(after));
  if (!end.ok) {
    const effect = end.isBack ? "Nothing was changed." : "It is half written now, and could not be put back.";
    return { ok: false, why: `${systemWords(path, end.error)}. ${effect}` };
  }
  return { ok: true, version: versionOf(await file.stat({ bigint: true })) };
}
