import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, lstat, readdir, readFile, stat, statfs } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { packagedEntry, SPOOL_FOLDERS } from "../../agents/index.ts";
import { type Check, fine } from "./doctor-check.ts";

const INSTALL_AGAIN = "Run `kedge install claude-code` again.";

/** What is known of a program of ours. */
interface Program {
  /** Of the check. */
  readonly name: string;
  readonly words: string;
  /** As this package brings it. */
  readonly packaged: string | null;
  /** Where nothing else helps. */
  readonly advice: string;
}

/** Whether the entry is there, is what this package brings, and nobody else can change it. */
export function checkScript(script: string): Promise<Check> {
  return checkProgram(script, {
    ...{ name: "script", words: "The entry", packaged: packagedEntry(), advice: INSTALL_AGAIN },
  });
}

/** The same of a program that need not be the entry. */
export async function checkProgram(
  script: string,
  { name, words, packaged, advice: again }: Program,
): Promise<Check> {
  const bad = (state: Check["state"], what: string, advice = again): Check => ({
    ...{ name, state, advice },
    text: `${words} ${script} ${what}.`,
  });
  if (!isAbsolute(script))
    return bad("warning", "is named in a way that only a shell can resolve; it was not looked at");
  const stats = await stat(script).catch(() => null);
  if (!stats) return bad("problem", "is not there");
  if (!stats.isFile()) return bad("problem", "is no file");
  if (!isOwn(stats)) return bad("problem", `belongs to user ${stats.uid}`, "Remove it, and install again.");
  if ((stats.mode & 0o022) !== 0) return bad("problem", `may be changed by others (mode ${modeOf(stats)})`);
  const isExecutable = await isAllowed(script, constants.X_OK);
  if (!isExecutable || (stats.mode & 0o100) === 0)
    return bad("problem", `is not executable (mode ${modeOf(stats)})`);
  const [own, wanted] = await Promise.all([hashOf(script), packaged === null ? null : hashOf(packaged)]);
  if (own === null) return bad("problem", "cannot be read");
  if (own !== wanted) return bad("warning", "is not the one of this version of Kedge, or was changed");
  return fine(name, `${words} ${script} is in place (sha256 ${own.slice(0, 12)}).`);
}

/** Whether records can be written and nobody else can read them; how many wait, and whether there is room. */
export async function checkSpool(spool: string): Promise<readonly Check[]> {
  const root = await checkFolder(spool);
  // The entry makes what is missing; of what is no folder there is nothing more to say.
  if (root && (root.state === "problem" || !(await isAllowed(spool, constants.F_OK)))) return [root];
  const folders = SPOOL_FOLDERS.map((name) => join(spool, name));
  const wrong = [root, ...(await Promise.all(folders.map(checkFolder)))].filter((check) => check !== null);
  if (wrong.some(({ state }) => state === "problem")) return wrong;
  const count = async (name: string): Promise<number> =>
    (await readdir(join(spool, name)).catch(() => [])).length;
  const [waiting, bad] = [await count("new"), await count("bad")];
  const records = `${waiting} ${waiting === 1 ? "record waits" : "records wait"}`;
  const text = `The spool ${spool} can be written to; ${records}${bad > 0 ? `, ${bad} could not be read` : ""}.`;
  return [...wrong, fine("spool", text), await checkDisk(spool)];
}

async function checkFolder(folder: string): Promise<Check | null> {
  const name = "spool";
  const bad = (what: string, state: Check["state"] = "problem"): Check => ({
    ...{ name, state, text: `${folder} ${what}.` },
    advice: INSTALL_AGAIN,
  });
  const stats = await lstat(folder).catch(() => null);
  if (!stats) return bad("is not there", "warning");
  if (!stats.isDirectory()) return bad("is no folder");
  if (!isOwn(stats)) return bad(`belongs to user ${stats.uid}`);
  if (!(await isAllowed(folder, constants.W_OK | constants.X_OK)) || (stats.mode & 0o300) !== 0o300)
    return bad(`cannot be written to (mode ${modeOf(stats)})`);
  return (stats.mode & 0o077) === 0 ? null : bad(`is open to others (mode ${modeOf(stats)})`, "warning");
}

async function checkDisk(folder: string): Promise<Check> {
  const found = await statfs(folder).catch(() => null);
  return judgeDisk(
    folder,
    found && { freeBytes: found.bavail * found.bsize, freeFiles: found.files === 0 ? null : found.ffree },
  );
}

const MIB = 1024 * 1024;

/** What is left of a disk. A record has at most a little more than 1 MiB; most have a few KiB. */
export function judgeDisk(
  folder: string,
  room: {
    readonly freeBytes: number /** Null where files are not counted. */;
    readonly freeFiles: number | null;
  } | null,
): Check {
  const name = "disk";
  if (!room) return { name, state: "warning", text: `How much room ${folder} has is not known.` };
  const left = `${Math.floor(room.freeBytes / MIB)} MiB${room.freeFiles === null ? "" : ` and ${room.freeFiles} files`}`;
  const text = `The disk of ${folder} has room for ${left}.`;
  const advice = "Make room: on a full disk nothing is recorded.";
  if (room.freeBytes < 2 * MIB || (room.freeFiles ?? 100) < 10)
    return { name, state: "problem", text, advice };
  if (room.freeBytes < 64 * MIB || (room.freeFiles ?? 1_000) < 1_000)
    return { name, state: "warning", text, advice };
  return fine(name, text);
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

function isOwn(stats: Stats): boolean {
  const uid = process.geteuid?.();
  return uid === undefined || stats.uid === uid || stats.uid === 0;
}

function modeOf(stats: Stats): string {
  return (stats.mode & 0o7777).toString(8).padStart(4, "0");
}

async function hashOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}
