import { createHash } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFolder, readPrivateFile, writeFileAtomic } from "../../platform/index.ts";
import { isJsonObject } from "../../protocol/index.ts";
import { RecoveryError } from "../errors.ts";
import type { JsonValue } from "../queue/job.ts";
import type { GitFacts } from "./git-facts.ts";

/**
 * How a job's session is launched: all it takes to start it, and to go on with it after everything that knew of it has died. Kept in a
 * private file of its own beside the ledger: it holds the prompt and whatever else stood on the command line. The queue knows its id only.
 */
export interface LaunchContract {
  readonly version: 1;
  /** The key of its job. */
  readonly id: string;
  /** What the work is called, for people: the batch's key of an item, or a few words of the command. */
  readonly title: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** As the user gave it. */
  readonly argv: readonly string[];
  /** Standard input of the first start, base64; absent when there was none. */
  readonly stdin?: string;
  readonly cwd: string;
  /** Names of the variables that were set; never values. */
  readonly envNames: readonly string[];
  /** Account of the policy that pays; absent where none was named. */
  readonly account?: string;
  /** Absolute path of the policy's file; null for the defaults. */
  readonly policyPath: string | null;
  /** Of the working directory before the first start; absent outside of a repository. */
  readonly git?: GitFacts;
  /** Digest of what the work is, so that a key that means something else is noticed. */
  readonly digest?: string;
  /** Of a session that Kedge did not start: how it stood when it was taken over, as `JobProgress`. */
  readonly begun?: JsonValue;
}

/** What became of reading a contract. */
export type LaunchReading =
  | { readonly ok: true; readonly launch: LaunchContract }
  | { readonly ok: false; readonly why: string };

/** A prompt may be large; a file that is larger than this was not written by Kedge. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps the launch contracts and the answers of jobs in files that nobody else can read. */
export interface JobFiles {
  /** @throws {RecoveryError} `LEDGER_NOT_USABLE`: the disk is full */
  keepLaunch(launch: LaunchContract): Promise<void>;
  readLaunch(id: string): Promise<LaunchReading>;
  /** Keeps the last result of a session, from which its answer is printed however often it is asked for. Throws as `keepLaunch`. */
  keepResult(id: string, result: unknown): Promise<void>;
  /** Null when there is none. */
  readResult(id: string): Promise<unknown>;
  /** Removes all that is kept of jobs. */
  forget(ids: readonly string[]): Promise<void>;
  /** Removes what was kept before an instant, epoch ms, of jobs that nobody knows: a process was killed before it added them. */
  forgetStray(isKnown: (id: string) => Promise<boolean>, beforeMs: number): Promise<void>;
}

export function createJobFiles(stateDir: string): JobFiles {
  const dir = join(stateDir, "jobs");
  // A digest: on some disks names that differ by case are one file.
  const path = (id: string, kind: "launch" | "result"): string =>
    join(dir, `${createHash("sha256").update(id).digest("hex").slice(0, 40)}.${kind}.json`);
  const write = async (file: string, value: unknown): Promise<void> => {
    try {
      await ensurePrivateFolder(dir);
      await writeFileAtomic(file, `${JSON.stringify(value)}\n`);
    } catch (cause) {
      throw inWords(cause, dir);
    }
  };
  return {
    keepLaunch: (launch) => write(path(launch.id, "launch"), launch),
    async readLaunch(id) {
      const read = await readJson(path(id, "launch"));
      if ("why" in read) return { ok: false, why: read.why };
      const launch = readContract(read.value, id);
      return launch
        ? { ok: true, launch }
        : { ok: false, why: "its launch contract is not as Kedge writes it" };
    },
    keepResult: (id, result) => write(path(id, "result"), { id, result }),
    async readResult(id) {
      const read = await readJson(path(id, "result"));
      return "value" in read && isJsonObject(read.value) ? (read.value.result ?? null) : null;
    },
    async forget(ids) {
      for (const id of ids)
        for (const kind of ["launch", "result"] as const) await rm(path(id, kind), { force: true });
    },
    async forgetStray(isKnown, beforeMs) {
      for (const name of await readdir(dir).catch(() => [])) {
        const file = join(dir, name);
        const stats = await lstat(file).catch(() => null);
        if (stats === null || stats.mtimeMs >= beforeMs) continue;
        const read = await readJson(file);
        const id = "value" in read && isJsonObject(read.value) ? read.value.id : undefined;
        if (typeof id !== "string" || !(await isKnown(id))) await rm(file, { force: true });
      }
    },
  };
}

/** The disk is the ledger's: what stands in its way stands in the ledger's, and passes with it. */
function inWords(cause: unknown, dir: string): unknown {
  const { code } = (cause ?? {}) as { code?: unknown };
  if (code !== "ENOSPC" && code !== "EDQUOT") return cause;
  const message = `The files of work in ${dir} cannot be written: the disk is full. Make room`;
  return new RecoveryError("LEDGER_NOT_USABLE", message, { cause });
}

async function readJson(file: string): Promise<{ readonly value: unknown } | { readonly why: string }> {
  const reading = await readPrivateFile(file, MAX_BYTES);
  if (!reading.ok)
    return { why: `its launch contract cannot be read: expected a private file, got ${reading.came}` };
  try {
    return { value: JSON.parse(reading.text) as unknown };
  } catch {
    return { why: "its launch contract is not whole" };
  }
}

function readContract(value: unknown, id: string): LaunchContract | null {
  if (!isJsonObject(value)) return null;
  const { version, argv, cwd, envNames, title, atMs, policyPath } = value;
  const isText = (each: unknown): each is string => typeof each === "string";
  const isWhole =
    version === 1 &&
    value.id === id &&
    Array.isArray(argv) &&
    argv.length > 0 &&
    argv.every(isText) &&
    Array.isArray(envNames) &&
    envNames.every(isText) &&
    isText(cwd) &&
    isText(title) &&
    typeof atMs === "number" &&
    (policyPath === null || isText(policyPath));
  return isWhole ? (value as unknown as LaunchContract) : null;
}
