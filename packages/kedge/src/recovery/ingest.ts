import { isRecoveryError } from "./errors.ts";
import type { IngestOptions } from "./ingest-options.ts";
import type { Lease } from "./ledger/lease.ts";
import type { FailureRow } from "./ledger/schema.ts";
import { isPoison } from "./ledger/sqlite.ts";
import { type FileCase, readBatch } from "./read-batch.ts";

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

/** Name of the right to take in. */
export const INGEST_LEASE = "ingest";

/** After that long without a sign of life the right is another process's, in ms. */
export const INGEST_LEASE_MS = 15_000;

/** Each renewal is a write that is synced. Whether the lease holds still is looked at with everything that is recorded. */
const RENEW_MS = INGEST_LEASE_MS / 3;

/** Files that one transaction takes in: of more, fewer pages are written twice; and others wait for half a second. */
const FILES_AT_ONCE = 5_000;

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
