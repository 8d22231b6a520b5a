import { lstat, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  ensurePrivateFolder,
  FileError,
  lazyNode,
  readPrivateFile,
  writeFileAtomic,
} from "../platform/index.ts";
import {
  firstLine,
  type JsonObject,
  ownValue,
  type Problem,
  ProblemList,
  readJson,
} from "../protocol/index.ts";
import { parseRecord, RECORD_FORMAT, type TrustRecord } from "./trust-record.ts";

/** Records that were read, and what could not be. */
export interface RecordsReading {
  readonly records: readonly TrustRecord[];
  readonly problems: readonly Problem[];
  readonly unread: readonly Unread[];
}

/** What may stand in the records, and could not be read: of what it would be about, nobody can tell whether it is trusted. */
export interface Unread {
  /** Of the one record; missing for all. */
  readonly id?: string;
  /** What failed; one line. */
  readonly why: string;
}

/** Larger files are no records. */
const MAX_RECORD_BYTES = 1024 * 1024;

/**
 * Where the records of all projects are. One file for each record, in a folder for each project: writers never touch each
 * other's files, so that there is no lock to wait for, to lose or to find stale after a crash, and a broken file costs one
 * record instead of all.
 */
export function trustFolder(stateDir: string): string {
  return join(stateDir, "trust");
}

/** The folder of one project, named for its real path alone. */
function projectFolder(stateDir: string, project: string): string {
  return join(trustFolder(stateDir), lazyNode.crypto.createHash("sha256").update(project).digest("hex"));
}

/** The file of one record. */
export function recordFile(stateDir: string, project: string, id: string): string {
  return join(projectFolder(stateDir, project), `${id}.json`);
}

/** Reads what is trusted in one project. Makes nothing; what cannot be read is not trusted, and a problem says so. */
export function readRecords(stateDir: string, project: string): Promise<RecordsReading> {
  return readFolders(stateDir, [projectFolder(stateDir, project)], new ProblemList(trustFolder(stateDir)));
}

/** Reads what is trusted in every project. */
export async function readAllRecords(stateDir: string): Promise<RecordsReading> {
  const list = new ProblemList(trustFolder(stateDir));
  const { names, unread } = await entriesOf([stateDir, trustFolder(stateDir)], list);
  const folders = names.filter((name) => /^[0-9a-f]{64}$/.test(name));
  const reading = await readFolders(
    stateDir,
    folders.map((name) => join(trustFolder(stateDir), name)),
    list,
  );
  return { ...reading, unread: [...unread, ...reading.unread] };
}

async function readFolders(
  stateDir: string,
  folders: readonly string[],
  list: ProblemList,
): Promise<RecordsReading> {
  const records: TrustRecord[] = [];
  const unread: Unread[] = [];
  for (const folder of folders) {
    const found = await entriesOf([stateDir, trustFolder(stateDir), folder], list);
    unread.push(...found.unread);
    for (const name of found.names.filter((each) => /^[0-9a-f]{64}\.json$/.test(each))) {
      const reading = await readRecord(stateDir, join(folder, name));
      if (!("problem" in reading)) records.push(...(reading.record ? [reading.record] : []));
      else {
        list.problems.push(reading.problem);
        if (reading.isUnread) unread.push({ id: basename(name, ".json"), why: reading.problem.came });
      }
    }
  }
  return { records, problems: list.problems, unread };
}

type RecordReading =
  | { readonly record: TrustRecord | null }
  /** `isUnread`: what stands in it is not known. One that was read and is broken counts for nothing. */
  | { readonly problem: Problem; readonly isUnread: boolean };

/** Reads one record; null when there is none. One that says of itself that it belongs elsewhere is broken. */
export async function readRecord(stateDir: string, path: string): Promise<RecordReading> {
  const list = new ProblemList(path);
  const broken = (expected: string, came: string): RecordReading => ({
    problem: refuse(list, expected, came),
    isUnread: false,
  });
  const reading = await readPrivateFile(path, MAX_RECORD_BYTES);
  if (!reading.ok && reading.reason === "missing") return { record: null };
  if (!reading.ok)
    return {
      problem: refuse(list, "a record of trust that only you can write", reading.came),
      isUnread: reading.reason === "unreadable",
    };
  const json = readJson(reading.text);
  if (!json.ok) return broken("a record of trust", json.message);
  const record = parseRecord(json.value);
  if (record && recordFile(stateDir, record.project, record.id) === path) return { record };
  return broken(`a record of trust of format ${RECORD_FORMAT}`, cameOf(json.value));
}

/** Writes one record, after making the folders it needs. */
export async function writeRecord(stateDir: string, record: TrustRecord): Promise<void> {
  for (const folder of [stateDir, trustFolder(stateDir), projectFolder(stateDir, record.project)])
    await ensurePrivateFolder(folder);
  const path = recordFile(stateDir, record.project, record.id);
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** Removes one record; says nothing when there is none. */
export async function removeRecord(
  stateDir: string,
  record: { readonly project: string; readonly id: string },
): Promise<void> {
  await rm(recordFile(stateDir, record.project, record.id), { force: true });
}

function refuse(list: ProblemList, expected: string, came: string): Problem {
  return list.error({
    code: "unreadable",
    path: "",
    expected,
    came,
    effect: "What it stood for is not trusted.",
    advice: "Remove the file, and trust the handler again.",
  });
}

function cameOf(value: unknown): string {
  const object = typeof value === "object" && value !== null ? (value as JsonObject) : {};
  const format = ownValue(object, "format");
  return typeof format === "number" && format !== RECORD_FORMAT ? `format ${format}` : "something else";
}

/** Names in the last of some folders, one inside of the other; none when one is missing, or not private. */
async function entriesOf(
  folders: readonly string[],
  list: ProblemList,
): Promise<{ readonly names: readonly string[]; readonly unread: readonly Unread[] }> {
  let names: readonly string[] = [];
  for (const folder of folders) {
    try {
      await lstat(folder); // nothing is made by reading
      await ensurePrivateFolder(folder);
      names = (await readdir(folder)).sort();
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return { names: [], unread: [] };
      const cause = error instanceof FileError ? error.cause : error;
      const came = error instanceof Error ? error.message : String(error);
      list.error({
        code: error instanceof FileError ? "forbidden_target" : "unreadable",
        path: "",
        expected: `a folder at ${folder} that only you can use`,
        came,
        effect: "Nothing is trusted.",
      });
      // A folder that was looked at and is not private holds nothing that counts.
      return { names: [], unread: cause === undefined ? [] : [{ why: reasonOf(cause) }] };
    }
  }
  return { names, unread: [] };
}

/** Why something could not be read, in one line. */
export function reasonOf(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}
