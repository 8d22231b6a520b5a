import { randomUUID } from "node:crypto";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  endNamespace,
  holderLine,
  holderPid,
  isForsaken,
  isHolderElsewhere,
  isHolderGone,
  isOfEarlierBoot,
  type NamespaceStart,
  readTextFile,
} from "../../platform/index.ts";
import { isJsonObject, type JsonObject, readJson } from "../../protocol/index.ts";
import type { Made, Planned } from "./made.ts";

const MAX_RECORD_BYTES = 4 * 1024 * 1024;
const MAX_INFO_BYTES = 16_384;

/** What the register says about one command. */
export interface StandInRecord {
  /** The process that runs it, as {@link holderLine} says it. */
  readonly holder: string;
  readonly made: readonly Made[];
  /** What its process was about to make, and did not come to say that it had. */
  readonly planned: readonly Planned[];
  /** When that was, epoch ms. */
  readonly atMs: number;
  readonly writable: readonly string[];
  /** Folders in those that it cannot move. */
  readonly fixed: readonly string[];
}

/** Where one is kept. */
export interface RecordPaths {
  readonly record: string;
  /** What bubblewrap says about the namespace of the command, before that begins. */
  readonly info: string;
}

/** For a new one. */
export function recordPaths(dir: string): RecordPaths {
  return pathsOf(dir, `${process.pid}-${randomUUID()}`);
}

/** All that are there. */
export async function recordsIn(dir: string): Promise<readonly RecordPaths[]> {
  const names = (await readdir(dir)).map((name) => /^(\d+-.*)\.json$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).map((name) => pathsOf(dir, name));
}

function pathsOf(dir: string, name: string): RecordPaths {
  return { record: join(dir, `${name}.json`), info: join(dir, `${name}.info`) };
}

export async function writeRecord(
  { record }: RecordPaths,
  content: Omit<StandInRecord, "holder" | "atMs">,
): Promise<void> {
  const whole: StandInRecord = { holder: holderLine(), atMs: Date.now(), ...content };
  await writeFile(record, JSON.stringify(whole), { flag: "wx", mode: 0o600 });
}

/** What cannot be read, as half a one, is that of the process whose number it is named for, and says nothing else. */
export async function readRecord({ record }: RecordPaths): Promise<StandInRecord> {
  const reading = await readTextFile(record, MAX_RECORD_BYTES);
  const json = reading.ok ? readJson(reading.text, { maxDepth: 4 }) : null;
  const value: JsonObject = json?.ok && isJsonObject(json.value) ? json.value : {};
  const { holder, made, planned, atMs, writable, fixed } = value;
  return {
    holder: typeof holder === "string" ? holder : (basename(record).split("-", 1)[0] ?? ""),
    made: Array.isArray(made) ? made.filter(isMade) : [],
    planned: Array.isArray(planned) ? planned.filter(isPlanned) : [],
    atMs: Number(atMs),
    ...{ writable: textsOf(writable), fixed: textsOf(fixed) },
  };
}

export async function removeRecord({ record, info }: RecordPaths): Promise<void> {
  await rm(record, { force: true });
  await rm(info, { force: true });
}

/**
 * Whether nothing uses what a record says any more. Where the process that wrote it died, something of its command may live on, and is ended
 * first.
 */
export async function isRecordOver(paths: RecordPaths, { holder }: StandInRecord): Promise<boolean> {
  // A container that ended has ended all that was in it.
  if (!isHolderGone(holder)) return isHolderElsewhere(holder) && isForsaken(paths.record);
  if (isOfEarlierBoot(holder) || holderPid(holder) === null) return true;
  const namespace = await namespaceOf(paths);
  return namespace === null || (await endNamespace(namespace));
}

/**
 * The namespace of a record's command; null before it was made.
 *
 * @source bubblewrap(1), `--info-fd`
 */
export async function namespaceOf({ info }: RecordPaths): Promise<NamespaceStart | null> {
  const stats = await stat(info).catch(() => null);
  const reading = await readTextFile(info, MAX_INFO_BYTES);
  if (!stats || !reading.ok) return null;
  const numberAt = (key: string): number => Number(new RegExp(`"${key}": *(\\d+)`).exec(reading.text)?.[1]);
  const pid = numberAt("child-pid");
  return pid > 1 ? { pid, inode: numberAt("pid-namespace"), beforeMs: stats.mtimeMs } : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function isMade(value: unknown): value is Made {
  return isJsonObject(value) && typeof value.path === "string" && basename(value.path) !== "";
}

function isPlanned(value: unknown): value is Planned {
  if (!isJsonObject(value) || typeof value.path !== "string") return false;
  const { kind, content, first } = value;
  if (kind === "file") return typeof content === "string";
  return kind === "folder" || (kind === "socket" && typeof first === "string");
}
