import { isAbsolute } from "node:path";
import { formatProblem, type Problem } from "../protocol/index.ts";
import type { Clock } from "./ports.ts";
import { type HandlerHash, hashHandler, type TrustContext, type TrustSubject } from "./trust-hash.ts";
import { judgeHandlers, needsDecision, type TrustJudgement } from "./trust-judge.ts";
import { openPlace, projectPath, refuseState } from "./trust-place.ts";
import { RECORD_FORMAT, type TrustRecord } from "./trust-record.ts";
import {
  type RecordsReading,
  readAllRecords,
  readRecord,
  readRecords,
  recordFile,
  removeRecord,
  writeRecord,
} from "./trust-records.ts";

/** Judgements in the order of the subjects. */
interface TrustReading {
  readonly judgements: readonly TrustJudgement[];
  /** Records that could not be used; nothing runs on their word. */
  readonly problems: readonly Problem[];
}

/** What the user is shown, and decides about: exactly this is trusted then, whatever happens to the files meanwhile. */
export interface TrustReview {
  readonly judgement: TrustJudgement;
  /** Real path of the project. */
  readonly project: string;
  readonly content: HandlerHash;
}

/** How {@link createTrustStore} keeps and judges. */
export interface TrustStoreOptions {
  /** The user's own folder for state, absolute; never from anything that a project says. */
  readonly stateDir: string;
  readonly clock: Clock;
  /** Version of Kedge, for the records. */
  readonly version: string;
  /** False: handlers of the user's own settings, plugins, skills and agents ask as well. Default true. */
  readonly isUserTrusted?: boolean;
}

/** Keeps what the user trusts. All state is in files: several stores and processes may use one folder at once. */
export interface TrustStore {
  /**
   * Judges the handlers of a project together. Reads a file that a handler names only if that handler was trusted before;
   * makes nothing, asks no git, never throws.
   */
  judge(subjects: readonly TrustSubject[], context: TrustContext): Promise<TrustReading>;
  /**
   * Hashes handlers to show them to the user, and to trust them after a yes. Leaves out those that ask for nothing.
   *
   * @throws the failure of the file system, when a file that a handler names cannot be read for a reason that may pass
   */
  review(judgements: readonly TrustJudgement[], context: TrustContext): Promise<readonly TrustReview[]>;
  /**
   * Trusts what was reviewed, in place of other content of the same handlers. Another form of a handler stays trusted as well,
   * because it may be one of another handler, or of another writer; a `modified` judgement names its record for `untrust`.
   *
   * @throws {TrustError} `STATE_IN_PROJECT`
   * @throws {FileError} when the state folder is not private; any other failure of writing is the file system's own
   */
  trust(reviews: readonly TrustReview[]): Promise<readonly TrustRecord[]>;
  /** Takes trust back, of some records or of all of a project, and says of how many. The project may be gone. */
  untrust(projectDir: string, ids?: readonly string[]): Promise<number>;
  /** Everything that is trusted, in every project or in one. */
  list(projectDir?: string): Promise<RecordsReading>;
  /** Whether a record still stands as it was read. */
  holds(record: TrustRecord): Promise<boolean>;
}

/**
 * A mistake in using trust.
 * - `STATE_DIR_RELATIVE`: the state folder must not depend on where the process runs
 * - `STATE_IN_PROJECT`: a project that holds the records could trust itself
 */
class TrustError extends Error {
  override readonly name = "TrustError";
  readonly code: "STATE_DIR_RELATIVE" | "STATE_IN_PROJECT";

  constructor(code: TrustError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Makes a store. What it answers follows from the real path of the project, the content of its handlers, and the user's state
 * folder alone.
 *
 * @throws {TrustError} `STATE_DIR_RELATIVE`
 */
export function createTrustStore(options: TrustStoreOptions): TrustStore {
  const { stateDir, clock, version, isUserTrusted = true } = options;
  if (!isAbsolute(stateDir))
    throw new TrustError("STATE_DIR_RELATIVE", `Expected an absolute state folder, got ${stateDir}`);
  return {
    async judge(subjects, context) {
      const judgedAt = clock.now();
      const isAsked = subjects.some((subject) => needsDecision(subject, isUserTrusted));
      const { problems, ...place } = isAsked
        ? await openPlace(stateDir, context.projectDir)
        : { project: context.projectDir, records: [], problems: [], unread: [] };
      const evidence = { ...place, context, isUserTrusted, judgedAt };
      return { judgements: await judgeHandlers(subjects, evidence), problems };
    },

    async review(judgements, context) {
      const project = await projectPath(context.projectDir);
      const asking = judgements.filter((judgement) => judgement.definition !== undefined);
      return Promise.all(
        asking.map(async (judgement) => ({
          judgement,
          project,
          content: await hashHandler(judgement.subject, context),
        })),
      );
    },

    async trust(reviews) {
      const records: TrustRecord[] = [];
      for (const { project, content } of reviews) {
        const refusal = await refuseState(stateDir, project);
        if (refusal) throw new TrustError("STATE_IN_PROJECT", formatProblem(refusal));
        const { hash, definition, env, files } = content;
        const trustedAt = clock.now();
        const record: TrustRecord = {
          format: RECORD_FORMAT,
          ...definition,
          project,
          hash,
          env,
          files,
          trustedAt,
          version,
        };
        await writeRecord(stateDir, record);
        records.push(record);
      }
      return records;
    },

    async untrust(projectDir, ids) {
      const { records } = await readRecords(stateDir, await projectPath(projectDir));
      const gone = records.filter((record) => ids === undefined || ids.includes(record.id));
      for (const record of gone) await removeRecord(stateDir, record);
      return gone.length;
    },

    list: async (projectDir) =>
      projectDir === undefined
        ? readAllRecords(stateDir)
        : readRecords(stateDir, await projectPath(projectDir)),

    async holds(record) {
      const reading = await readRecord(stateDir, recordFile(stateDir, record.project, record.id));
      return "record" in reading && reading.record?.hash === record.hash;
    },
  };
}
