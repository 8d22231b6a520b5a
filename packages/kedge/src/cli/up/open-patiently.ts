import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, EXIT } from "../command-error.ts";
import type { Moment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import type { Outside } from "./outside.ts";
import type { UpLog } from "./up-log.ts";

const AGAIN_MS = 10_000;

/** Who hears of it while something cannot be opened. */
export interface PatiencePorts {
  readonly outside: Outside;
  readonly moment: Moment;
  readonly log: UpLog;
  readonly signal: AbortSignal;
}

/**
 * Opens what the ledger is needed for, as often as it takes: a disk may be full for hours, and who ends then tells nobody.
 *
 * @returns null when it was told to stop meanwhile
 * @throws {CommandError} for what does not pass: a ledger that is damaged, or of a newer version
 */
export async function openPatiently<Room>(
  open: () => Promise<Room>,
  { outside, moment, log, signal }: PatiencePorts,
): Promise<Room | null> {
  let sinceMs: number | null = null;
  let said = "";
  while (!signal.aborted) {
    try {
      return await open();
    } catch (error) {
      const known = inWords(error);
      if (!(known instanceof CommandError) || known.exitCode !== EXIT.ioError) throw known;
      sinceMs ??= moment.now();
      if (known.message !== said) log({ level: "error", event: "trouble", words: known.message });
      said = known.message;
      await outside.look(false, { sinceMs, why: known.message });
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}
