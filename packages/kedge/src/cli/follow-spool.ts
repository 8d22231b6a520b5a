import { watch } from "node:fs";
import { join } from "node:path";
import {
  INGEST_LEASE,
  INGEST_LEASE_MS,
  type Ingested,
  type Ingester,
  type Lease,
  type Spool,
} from "../recovery/index.ts";
import { CommandError } from "./command-error.ts";
import { inWords, type Records } from "./open-ledger.ts";

/** What following a spool needs, and who hears of it. */
export interface SpoolFollowing {
  readonly spool: Spool;
  readonly ingester: Ingester;
  readonly records: Records;
  /** Aborted: end. */
  readonly signal: AbortSignal;
  /** The right to take in was got. */
  readonly onBegin: () => void;
  /** Something was taken in, or nothing was there. */
  readonly onDrained: (done: Ingested) => void;
  /** Another process takes in. */
  readonly onElsewhere: () => void;
  /** The ledger or the spool cannot be used for now: one line for people. Nothing is lost, the files stay. */
  readonly onTrouble: (words: string) => void;
}

/** Files are seen at once where the system tells of them, and by looking this often, in ms. */
const SWEEP_MS = 2_000;

/** Takes in what hooks leave, as it comes, until it is told to end. Of two followers the second waits until the first is gone. */
export async function followSpool(following: SpoolFollowing): Promise<void> {
  const { spool, ingester, records, signal } = following;
  const bell = createBell();
  const files = watchFolder(join(spool.dir, "new"), bell.ring);
  signal.addEventListener("abort", bell.ring);
  let lease: Lease | null = null;
  try {
    while (!signal.aborted) {
      const had = lease;
      try {
        lease = await records.ledger.lease(INGEST_LEASE, records.holder, INGEST_LEASE_MS);
        if (lease === null) following.onElsewhere();
        else {
          if (had === null) following.onBegin();
          following.onDrained({ ...(await ingester.drain()), isElsewhere: false });
        }
      } catch (error) {
        const known = inWords(error);
        if (!(known instanceof CommandError)) throw error;
        following.onTrouble(known.message);
      }
      if (!signal.aborted) await bell.wait(SWEEP_MS);
    }
  } finally {
    files?.close();
    signal.removeEventListener("abort", bell.ring);
    if (lease !== null) await records.ledger.release(lease).catch(() => "it runs out by itself");
  }
}

/** Wakes who waits; a ring that comes before counts for the next wait. */
function createBell(): { ring(): void; wait(forMs: number): Promise<void> } {
  let wake: (() => void) | null = null;
  let hasRung = false;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async wait(forMs) {
      if (!hasRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, forMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      wake = null;
      hasRung = false;
    },
  };
}

/** Null where the system has no watches left or none for such a folder: the sweep sees every file all the same. */
function watchFolder(folder: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher = watch(folder, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
