import { constants } from "node:os";
import { join } from "node:path";
import { type Entry, rootEntry } from "./entry.ts";
import { systemWords } from "./system-words.ts";

/** Links that one path may lead through; kernels give up there as well. */
const MAX_LINKS = 40;

/** A path that was walked to its end, or to where nothing is any more. What was met is held until it is disposed of. */
export interface HeldPath extends AsyncDisposable {
  readonly ok: true;
  /** Where it really leads: absolute, without links. */
  readonly path: string;
  /** The last folder that there is on the way; the end itself where that is a folder. */
  readonly folder: Entry;
  /** Names that are not there yet, from that folder on. */
  readonly missing: readonly string[];
  /** What stands at the end; null where nothing does. */
  readonly entry: Entry | null;
}

/** A path that leads nowhere. */
export interface NoPath extends AsyncDisposable {
  readonly ok: false;
  /** Of the system, such as `ELOOP`. */
  readonly code: string;
  /** With the path as it was given. */
  readonly why: string;
}

/**
 * Walks a path part by part, each from the one before, and follows links itself: what is judged then is what is written later, whoever
 * swaps a folder for a link in between. Never rejects.
 *
 * @param path absolute
 * @param platform default: the one this runs on
 */
export async function holdPath(path: string, platform?: NodeJS.Platform): Promise<HeldPath | NoPath> {
  await using stack = new AsyncDisposableStack();
  const keep = (entry: Entry): Entry => stack.use(entry);
  try {
    // No system has such names; asked for one, Node would name the handle in its words.
    if (path.includes("\0")) throw systemError("EINVAL");
    const { folder, entry, missing } = await walk(path, keep(await rootEntry(platform)), keep);
    const reached = join(await (entry ?? folder).path(), ...missing);
    // A folder that was removed while it was held is nowhere.
    if (!reached.startsWith("/") || folder.stats.nlink === 0n) throw systemError("ENOENT");
    const held = stack.move();
    return {
      ...{ ok: true, path: reached, folder, entry, missing },
      [Symbol.asyncDispose]: () => held.disposeAsync(),
    };
  } catch (error) {
    return noPath(path, error);
  }
}

interface Walked {
  readonly folder: Entry;
  readonly entry: Entry | null;
  readonly missing: readonly string[];
}

async function walk(path: string, root: Entry, keep: (entry: Entry) => Entry): Promise<Walked> {
  let folder = root;
  let links = MAX_LINKS;
  const left = partsOf(path);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const entry = await folder.look(name).then(keep, unlessMissing);
    if (entry === null) {
      // Above what is not there is nothing either.
      if (left.includes("..")) throw systemError("ENOENT");
      return { folder, entry: null, missing: [name, ...left.reverse()] };
    }
    if (entry.stats.isSymbolicLink()) {
      if (links-- === 0) throw systemError("ELOOP");
      const target = await folder.readLink(name);
      if (target.startsWith("/")) folder = root;
      left.push(...partsOf(target));
    } else if (entry.stats.isDirectory()) folder = entry;
    else if (left.length === 0) return { folder, entry, missing: [] };
    else throw systemError("ENOTDIR");
  }
  return { folder, entry: folder, missing: [] };
}

/** Parts of a path, the first one at the end. */
function partsOf(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.reverse();
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

function systemError(code: "EINVAL" | "ELOOP" | "ENOENT" | "ENOTDIR"): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code, errno: -constants.errno[code] });
}

function noPath(path: string, error: unknown): NoPath {
  const { code = "" } = error as NodeJS.ErrnoException;
  return { ...{ ok: false, code, why: systemWords(path, error) }, [Symbol.asyncDispose]: async () => {} };
}
