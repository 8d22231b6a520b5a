import { isAbsolute } from "node:path";
import { CANARY_PREFIX, type FailedTurn } from "../agents/index.ts";
import type { IngestOptions, TranscriptReader } from "./ingest-options.ts";
import { type LaunchManifest, readManifest } from "./manifest.ts";
import type { SpoolFile } from "./spool/spool.ts";
import { readHookWitness, readTranscriptWitness, type WitnessRecord } from "./witness.ts";

/** How long `kedge doctor` has to find its own record before it is thrown away, in ms. */
const CANARY_MS = 60_000;

/** Witnesses after which a transaction takes no further files. */
const RECORDS_AT_ONCE = 10_000;

/** What they may say in bytes: all of it is in memory until it is recorded. */
const BYTES_AT_ONCE = 32 * 1024 * 1024;

/** Files between which the right to take in is looked at. */
const FILES_BETWEEN = 50;

/** One file of the spool, and everything that is known through it. */
export interface FileCase {
  readonly name: string;
  readonly witnesses: readonly WitnessRecord[];
  readonly manifest: LaunchManifest | null;
}

export interface Batch {
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
export async function readBatch(
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
  let bytes = 0;
  for (const name of names) {
    if (records >= RECORDS_AT_ONCE || bytes >= BYTES_AT_ONCE) break;
    if (files++ % FILES_BETWEEN === 0) await stay();
    const file = await spool.read(name);
    if (file === null) continue;
    bytes += file.bytes;
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
    accountOf,
    now,
    keepMs = Number.POSITIVE_INFINITY,
  }: IngestOptions & { readonly readTurns: ReadTurns },
): Promise<readonly WitnessRecord[]> {
  const path = said.session.transcriptPath;
  const account = await accountOf?.({
    credentials: record.facts.credential ?? [],
    ...(path === undefined ? {} : { transcriptPath: path }),
  });
  const session = { ...said.session, ...(account === undefined ? {} : { account }) };
  const agent = path !== undefined && isAbsolute(path) ? transcripts.agentOf(path) : null;
  if (path === undefined || agent === null) return [{ ...said, session }];
  // The entry is the same for every agent that reads the settings of Claude Code; where the transcript lies says which one it was.
  const own = { ...said, session, evidence: { ...said.evidence, agent } };
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
