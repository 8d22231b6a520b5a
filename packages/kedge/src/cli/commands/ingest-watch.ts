import { watch } from "node:fs";
import { join } from "node:path";
import {
  countOf,
  type FailureRow,
  INGEST_LEASE,
  INGEST_LEASE_MS,
  type Ingester,
  type Lease,
  type Spool,
} from "../../recovery/index.ts";
import { watchSignals } from "../agent-signals.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { inWords, type Records, tell } from "../open-ledger.ts";

/** What watching needs. */
export interface Watching {
  readonly spool: Spool;
  readonly ingester: Ingester;
  readonly records: Records;
  readonly context: Context;
  readonly show: (failures: readonly FailureRow[]) => void;
}

/** Files are seen at once where the system tells of them, and by looking this often, in ms. */
const SWEEP_MS = 2_000;

/**
 * Takes in what hooks leave, as it comes, until it is interrupted. Of two watchers the second waits until the first is gone. A ledger that
 * cannot be written is said once and tried again: nothing is lost meanwhile, the files stay.
 */
export async function watchSpool({ spool, ingester, records, context, show }: Watching): Promise<number> {
  const { terminal } = context;
  const bell = createBell();
  const signals = watchSignals({ first: bell.ring, second: () => {} });
  const files = watchFolder(join(spool.dir, "new"), bell.ring);
  let lease: Lease | null = null;
  let said = "";
  let count = 0;
  const sayOnce = (words: string): void => {
    if (words !== said && words !== "") terminal.err(words);
    said = words;
  };
  try {
    while (!signals.isInterrupted) {
      const had = lease;
      try {
        lease = await records.ledger.lease(INGEST_LEASE, records.holder, INGEST_LEASE_MS);
        if (lease === null)
          sayOnce("kedge: another process takes in what hooks leave; waiting for it to end.");
        else {
          if (had === null) terminal.err("Taking in what hooks leave, until Ctrl-C.");
          const done = await ingester.drain();
          sayOnce("");
          tell({ ...done, isElsewhere: false }, records, context);
          count += done.failures.length;
          show(done.failures);
        }
      } catch (error) {
        const known = inWords(error);
        if (!(known instanceof CommandError)) throw error;
        sayOnce(`kedge: ${known.message} Trying again.`);
      }
      if (!signals.isInterrupted) await bell.wait(SWEEP_MS);
    }
  } finally {
    files?.close();
    signals.stop();
    if (lease !== null) await records.ledger.release(lease);
  }
  terminal.err(count === 0 ? "No failure came." : `${countOf(count, "failure")} came.`);
  return EXIT.ok;
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
