import { randomUUID } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { readFailedTurns, transcriptAgent } from "../agents/index.ts";
import {
  countOf,
  createIngester,
  defaultPolicy,
  forgetManifests,
  type Ingested,
  type Ingester,
  isRecoveryError,
  keepManifest,
  type Ledger,
  openLedger,
  openSpool,
  type Policy,
  type RecoveryError,
  type Spool,
  sessionAccount,
} from "../recovery/index.ts";
import { createRedactor, knownSecrets, type Redactor } from "../redact/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import type { Moment } from "./moment.ts";
import { startProgress } from "./progress.ts";
import { stateDir } from "./state-dir.ts";

/** The ledger of this user, and what goes into it. */
export interface Records extends AsyncDisposable {
  readonly ledger: Ledger;
  /** Everything that is shown passes it, though everything has passed one before it was stored. */
  readonly redactor: Redactor;
  /** Folder of the spool. */
  readonly spoolDir: string;
  /** Names this process among those that take the spool in. */
  readonly holder: string;
  /** The policy that says what is told of failures, mostly the user's own: read when it is asked for. One that cannot be read counts as none. */
  readonly ownPolicy: () => Promise<Policy>;
  /** @throws {CommandError} when the spool cannot be used */
  spool(): Promise<{ readonly spool: Spool; readonly ingester: Ingester }>;
}

/**
 * Opens the ledger and takes in what hooks have left, so that no other process need run. What stands in the way of that is said in one line
 * and stops nobody from looking at what is there.
 *
 * @throws {CommandError} when the ledger cannot be used
 */
export async function openRecords(context: Context, moment: Moment): Promise<Records> {
  const records = await openUndrained(context, moment);
  try {
    const { spool, ingester } = await records.spool();
    const waiting = (await spool.waiting()).length;
    using _progress = startProgress(
      () => `Taking in ${countOf(waiting, "file")} that hooks left …`,
      context.terminal.err,
    );
    tell(await ingester.drain(), records, context);
  } catch (error) {
    const known = inWords(error);
    if (!(known instanceof CommandError)) {
      await records[Symbol.asyncDispose]();
      throw error;
    }
    // Nothing is lost: the files stay where they are.
    context.terminal.err(`kedge: ${known.message} What hooks left meanwhile is missing here.`);
  }
  return records;
}

/**
 * Opens the ledger and takes nothing in yet.
 *
 * @param alertPolicy whose alerts hold in place of those of the user's own policy
 */
export async function openUndrained(
  context: Context,
  { now, zone }: Moment,
  alertPolicy?: Policy,
): Promise<Records> {
  const { env, homeDir } = context;
  const dir = stateDir(context);
  const keepMs = readRetention(env);
  const spoolDir = join(dir, "spool");
  const redactor = createRedactor({ known: knownSecrets(env) });
  const holder = `cli-${process.pid}-${randomUUID()}`;
  const ownPolicy = lazily(() => alertPolicy ?? readOwnPolicy(context));
  const ledger = await openLedger({
    ...{ stateDir: dir, redactor, now, zone: zone.name },
    alertRules: async () => (await ownPolicy()).alerts,
  }).catch((error: unknown) => {
    throw inWords(error);
  });
  const configDir = env.CLAUDE_CONFIG_DIR;
  const places = {
    ...{ homeDir, stateDir: dir },
    ...(configDir !== undefined && isAbsolute(configDir) ? { configDir } : {}),
  };
  let ingester: Ingester | undefined;
  return {
    ...{ ledger, redactor, spoolDir, holder, ownPolicy },
    async spool() {
      const spool = await openSpool(spoolDir).catch((error: unknown) => {
        throw inWords(error);
      });
      const transcripts = {
        agentOf: (path: string) => transcriptAgent(path, places),
        failedTurns: async (path: string) => (await readFailedTurns(path))?.failures ?? null,
      };
      ingester = createIngester({
        ...{ spool, ledger, transcripts, holder, now },
        accountOf: async (facts) => sessionAccount(facts, await ownPolicy(), { ...env, HOME: homeDir }),
        keepManifest: (manifest) => keepManifest(dir, manifest),
        forgetManifests: (beforeMs) => forgetManifests(dir, beforeMs),
        keepMs,
      });
      return { spool, ingester };
    },
    async [Symbol.asyncDispose]() {
      try {
        // Another command need not wait until the right to take in has run out.
        await ingester?.close();
      } finally {
        await ledger.close();
      }
    },
  };
}

/** Does it when it is asked for the first time. */
function lazily<T>(work: () => T | Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => (done ??= Promise.resolve(work()));
}

/** What is loaded for it is not small, and most commands find nothing to take in. A policy that cannot be read loses no failure. */
async function readOwnPolicy(context: Context): Promise<Policy> {
  const { loadOwnPolicy } = await import("./commands/policy-file.ts");
  try {
    return (await loadOwnPolicy(context)).policy;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.terminal.err(`kedge: what hooks left is taken in as if there were no policy: ${error.message}`);
    return defaultPolicy();
  }
}

const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

/** How long failures are kept: `KEDGE_RETENTION_DAYS`, else 90 days. */
export function readRetention(env: Context["env"]): number {
  const text = env.KEDGE_RETENTION_DAYS;
  if (text === undefined || text === "") return DEFAULT_DAYS * DAY_MS;
  const days = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (days > 0) return days * DAY_MS;
  throw new CommandError(
    EXIT.usage,
    `expected KEDGE_RETENTION_DAYS to be a number of days from 1, got ${JSON.stringify(text.slice(0, 40))}.`,
  );
}

/** Says what a pass over the spool could not do. */
export function tell(
  { isElsewhere, setAside }: Ingested,
  { spoolDir }: Records,
  { terminal }: Context,
): void {
  if (isElsewhere)
    terminal.err(
      "kedge: another process takes in what hooks leave; its newest failures may be missing here.",
    );
  if (setAside > 0)
    terminal.err(
      `kedge: ${countOf(setAside, "file")} could not be read and ${setAside === 1 ? "was" : "were"} set aside in ${join(spoolDir, "bad")}, with the reason beside.`,
    );
}

/** A failure of the ledger or the spool in the words of a command; any other error stays what it is. */
export function inWords(error: unknown): unknown {
  if (!isRecoveryError(error)) return error;
  const message = /[.!]$/.test(error.message) ? error.message : `${error.message}.`;
  return new CommandError(exitCodeOf(error), message, { cause: error });
}

/** SQLite's own codes for a file that is damaged, and for one that is no database. */
const DAMAGE: readonly unknown[] = [11, 26];

function exitCodeOf({ code, cause }: RecoveryError): number {
  if (code === "LEDGER_NEWER") return EXIT.data;
  if (code === "SPOOL_NOT_USABLE") return EXIT.noInput;
  const sqlite = (cause as { errcode?: unknown } | undefined)?.errcode;
  return typeof sqlite === "number" && DAMAGE.includes(sqlite & 0xff) ? EXIT.data : EXIT.ioError;
}
