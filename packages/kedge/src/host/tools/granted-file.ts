import { constants } from "node:fs";
import type { Entry } from "../files/entry.ts";
import type { HeldPath, NoPath } from "../files/held-path.ts";
import type { HeldCheck } from "../files/write-held.ts";
import { type FileReading, type NotRead, notRead, readText } from "./read-text.ts";

/** What the system says of a path on which something is not there. */
const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** What a call may work on. */
interface GrantedEntry {
  readonly ok: true;
  readonly entry: Entry;
  /** Where it is, without links. */
  readonly reached: string;
}

/** What stands at a path, if it is what the call was permitted for. */
export async function grantedEntry(
  path: string,
  held: HeldPath | NoPath,
  check: HeldCheck,
): Promise<GrantedEntry | NotRead> {
  if (!held.ok) return MISSING.has(held.code) ? notRead(`${path} does not exist.`, true) : notRead(held.why);
  const why = await check(held);
  if (why !== null) return notRead(why);
  const { entry } = held;
  return entry === null ? notRead(`${path} does not exist.`, true) : { ok: true, entry, reached: held.path };
}

/** Reads a file, if it is the one that the call was permitted for. */
export async function readGranted(
  filePath: string,
  held: HeldPath | NoPath,
  check: HeldCheck,
): Promise<FileReading> {
  const granted = await grantedEntry(filePath, held, check);
  if (!granted.ok) return granted;
  const { entry } = granted;
  if (entry.stats.isDirectory()) return notRead(`${filePath} is a folder.`);
  // A device may do something as soon as it is opened.
  if (!entry.stats.isFile()) return notRead(`${filePath} is no regular file.`);
  return readText(filePath, () => entry.open(constants.O_RDONLY));
}
