import { isAbsolute } from "node:path";
import { CANARY_PREFIX, type FailedTurn } from "../agents/index.ts";
import { isRecoveryError } from "./errors.ts";
import type { Lease, Ledger } from "./ledger/ledger.ts";
import type { FailureRow } from "./ledger/schema.ts";
import { isPoison } from "./ledger/sqlite.ts";
import { type LaunchManifest, readManifest } from "./manifest.ts";
import type { Spool, SpoolFile } from "./spool/spool.ts";
import { readHookWitness, readTranscriptWitness, type WitnessRecord } from "./witness.ts";

/** Reads what a transcript says of failed turns. */
export interface TranscriptReader {
  /** Whose transcript a path can be; null for one that is none. Hooks name it, and hooks are fed by anybody. */
  agentOf(path: string): string | null;
  /** The failed turns at the end of a transcript; null when it cannot be read. */
  failedTurns(path: string): Promise<readonly FailedTurn[] | null>;
}

/** What one pass over the spool came to. */
export interface Ingested {
  /** Files that were taken in, and those that were set aside. */
  readonly files: number;
  readonly setAside: number;
  readonly failures: readonly FailureRow[];
  /** Another process takes the spool in: nothing was done. */
  readonly isElsewhere: boolean;
}

/** Takes the spool into the ledger. */
export interface Ingester {
  /**
   * Takes in what waits. Files go only after what they say is in the ledger: after a crash at any point the next pass does the rest, and
   * what is known already changes nothing.
   *
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`, `SPOOL_NOT_USABLE`; all files are still there then
   */
  drain(): Promise<Ingested>;
  /** Gives the right to take in back. */
  close(): Promise<void>;
}

/** How an ingester is made. */
export interface IngestOptions {
  readonly spool: Spool;
  readonly ledger: Ledger;
  readonly transcripts: TranscriptReader;
  /** Keeps how sessions were launched. */
  readonly keepManifest: (manifest: LaunchManifest) => Promise<void>;
  /** Removes what was kept of sessions that were launched before an instant, epoch ms. */
  readonly forgetManifests?: (beforeMs: number) => Promise<void>;
  /** How long failures are kept, in ms; without it for good. */
  readonly keepMs?: number;
  /** Names this process. */
  readonly holder: string;
  readonly now: () => number;
}

/** Name of the right to take in. */
export const INGEST_LEASE = "ingest";

/** After that long without a sign of life the right is another process's, in ms. */
export const INGEST_LEASE_MS = 15_000;

/** Each renewal is a write that is synced. Whether the lease holds still is looked at with everything that is recorded. */
const RENEW_MS = INGEST_LEASE_MS / 3;

/** Files that one transaction takes in. */
const FILES_AT_ONCE = 2_000;

/** Witnesses after which a transaction takes no further files. */
const RECORDS_AT_ONCE = 10_000;

/** Files between which the right to take in is looked at. */
const FILES_BETWEEN = 50;

/** How long `kedge doctor` has to find its own record before it is thrown away, in ms. */
const CANARY_MS = 60_000;

/** What is too old goes once a day, in ms. */
const RETAIN_EVERY_MS = 86_400_000;

/** Makes an ingester. Of several over one ledger one works, and the others see it. */
export function createIngester(options: IngestOptions): Ingester {
  const { spool, ledger, holder, now } = options;
  let renewedAt = 0;
  let retainedAt: number | null = null;
  let lease: Lease | null = null;
  const isHolder = async (isFirst: boolean): Promise<boolean> => {
    if (lease && !isFirst && now() - renewedAt < RENEW_MS) return true;
    renewedAt = now();
    lease = await ledger.lease(INGEST_LEASE, holder, INGEST_LEASE_MS);
    return lease !== null;
  };
  return {
    async drain() {
      const before = spool.setAside;
      const failures = new Map<string, FailureRow>();
      let files = 0;
      const end = (isElsewhere: boolean): Ingested => ({
        ...{ files, isElsewhere, setAside: spool.setAside - before },
        failures: [...failures.values()],
      });
      const names = await spool.waiting();
      for (let at = 0; at < names.length; ) {
        if (!(await isHolder(at === 0))) return end(true);
        const read = await readBatch(names.slice(at, at + FILES_AT_ONCE), options, () => isHolder(false));
        // Reading may have taken its time.
        if (!(await isHolder(false)) || !lease) return end(true);
        const asideBefore = spool.setAside;
        const recorded = await takeIn(read.cases, lease, options);
        if (recorded === null) return end(true);
        for (const failure of recorded) failures.set(failure.id, failure);
        files += read.cases.length - (spool.setAside - asideBefore);
        await keepManifests(read.cases, options);
        await spool.done([...read.cases.map(({ name }) => name), ...read.canaries]);
        at += read.files;
      }
      // A command that only looks does not clean up first.
      if (retainedAt === null ? files > 0 : now() - retainedAt >= RETAIN_EVERY_MS) {
        retainedAt = now();
        await retain(options);
      }
      retainedAt ??= now();
      return end(false);
    },
    async close() {
      if (lease) await ledger.release(lease);
      lease = null;
    },
  };
}

/** One file of the spool, and everything that is known through it. */
interface FileCase {
  readonly name: string;
  readonly witnesses: readonly WitnessRecord[];
  readonly manifest: LaunchManifest | null;
}

interface Batch {
  /** Files that were looked at. */
  readonly files: number;
  readonly cases: readonly FileCase[];
  /** Records that proved that the way is clear, and are nothing else. */
  readonly canaries: readonly string[];
}

/**
 * Reads files, as many as say what one transaction takes in; those that say nothing are set aside.
 *
 * @param stay keeps the right to take in meanwhile
 */
async function readBatch(
  names: readonly string[],
  options: IngestOptions,
  stay: () => Promise<unknown>,
): Promise<Batch> {
  const cases: FileCase[] = [];
  const canaries: string[] = [];
  const { spool, now } = options;
  const readTurns = onceEach(options.transcripts);
  let files = 0;
  let records = 0;
  for (const name of names) {
    if (records >= RECORDS_AT_ONCE) break;
    if (files++ % FILES_BETWEEN === 0) await stay();
    const file = await spool.read(name);
    if (file === null) continue;
    const reading = readHookWitness(file, now());
    if (!reading.ok) await spool.putAside(name, reading.why);
    else if (isCanary(file, reading.witness)) {
      // Whoever fired it may still look for it.
      if (now() - file.atMs >= CANARY_MS) canaries.push(name);
    } else {
      const witnesses = await withTranscript(file, reading.witness, { ...options, readTurns });
      const manifest = readManifest(file);
      const agent = witnesses[0]?.evidence.agent ?? file.record.agent;
      cases.push({ name, witnesses, manifest: manifest && { ...manifest, agent } });
      records += witnesses.length;
    }
  }
  return { files, cases, canaries };
}

/** The failed turns of a transcript, for a session of it; what was told in this batch is not told again. */
type ReadTurns = (path: string, sessionId: string) => Promise<readonly FailedTurn[]>;

/** An agent that fails in a loop leaves a file for each time, and all of them name the same transcript. */
function onceEach(transcripts: TranscriptReader): ReadTurns {
  const told = new Set<string>();
  return async (path, sessionId) => {
    const key = `${sessionId}\n${path}`;
    if (told.has(key)) return [];
    told.add(key);
    return (await transcripts.failedTurns(path)) ?? [];
  };
}

/** Keeps how sessions were launched. What cannot be kept is set aside, so that it stops nothing else. */
async function keepManifests(
  cases: readonly FileCase[],
  { spool, keepManifest }: Pick<IngestOptions, "spool" | "keepManifest">,
): Promise<void> {
  for (const { name, manifest } of cases) {
    if (manifest === null) continue;
    try {
      await keepManifest(manifest);
    } catch (error) {
      await spool.putAside(name, `how its session was launched cannot be kept: ${(error as Error).message}`);
    }
  }
}

function isCanary({ record }: SpoolFile, { evidence }: WitnessRecord): boolean {
  return record.witness === "canary" || evidence.sessionId.startsWith(CANARY_PREFIX);
}

/** What a hook says, and what the transcript that it names says besides. */
async function withTranscript(
  { record }: SpoolFile,
  said: WitnessRecord,
  {
    transcripts,
    readTurns,
    now,
    keepMs = Number.POSITIVE_INFINITY,
  }: IngestOptions & { readonly readTurns: ReadTurns },
): Promise<readonly WitnessRecord[]> {
  const path = said.session.transcriptPath;
  const agent = path !== undefined && isAbsolute(path) ? transcripts.agentOf(path) : null;
  if (path === undefined || agent === null) return [said];
  // The entry is the same for every agent that reads the settings of Claude Code; where the transcript lies says which one it was.
  const own = { ...said, evidence: { ...said.evidence, agent } };
  if (record.witness === "start") return [own];
  const { sessionId, seenAtMs } = own.evidence;
  const turns = await readTurns(path, sessionId);
  return [
    own,
    ...turns
      .filter((turn) => turn.sessionId === undefined || turn.sessionId === sessionId)
      .filter(({ atMs }) => atMs >= now() - keepMs)
      .map((turn) => readTranscriptWitness(turn, { agent, sessionId, seenAtMs, session: own.session })),
  ];
}

/**
 * Takes in what files say. What the ledger can never hold is set aside, so that it stops nothing else.
 *
 * @returns null when another process has taken over meanwhile: nothing was written, and no file may go
 */
async function takeIn(
  cases: readonly FileCase[],
  lease: Lease,
  options: Pick<IngestOptions, "ledger" | "spool">,
): Promise<readonly FailureRow[] | null> {
  const { ledger, spool } = options;
  try {
    return (
      await ledger.record(
        cases.flatMap(({ witnesses }) => witnesses),
        lease,
      )
    ).failures;
  } catch (error) {
    if (isRecoveryError(error) && error.code === "LEASE_LOST") return null;
    if (!isPoison(error)) throw error;
    const [only, ...others] = cases;
    if (only && others.length === 0) {
      await spool.putAside(only.name, `the ledger cannot hold what it says: ${(error as Error).message}`);
      return [];
    }
    const failures: FailureRow[] = [];
    for (const each of cases) {
      const recorded = await takeIn([each], lease, options);
      if (recorded === null) return null;
      failures.push(...recorded);
    }
    return failures;
  }
}

/** Lets go of what is older than it is to be kept. */
async function retain({ ledger, spool, keepMs, forgetManifests, now }: IngestOptions): Promise<void> {
  if (keepMs === undefined) return;
  await ledger.retain({ failuresMs: keepMs });
  await forgetManifests?.(now() - keepMs);
  await spool.forget(now() - keepMs);
}
