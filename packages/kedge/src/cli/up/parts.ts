import { setTimeout as sleep } from "node:timers/promises";
import { isRecoveryError } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { HealthBook } from "./health.ts";
import type { UpLog } from "./up-log.ts";

/** A part of `kedge up`: something that is done again and again. */
export interface Part {
  readonly name: string;
  /** Between two times, ms. */
  readonly everyMs: number;
  work(): Promise<void>;
}

/** What parts report to. */
export interface PartPorts {
  readonly health: HealthBook;
  readonly log: UpLog;
  readonly signal: AbortSignal;
}

/** What passes: somebody else has the ledger, or a disk is full. */
function isPassing(error: unknown): error is Error {
  if (error instanceof CommandError) return PASSING_EXITS.includes(error.exitCode);
  return isRecoveryError(error) && PASSING.includes(error.code);
}

const PASSING: readonly string[] = ["LEDGER_NOT_USABLE", "SPOOL_NOT_USABLE"];
const PASSING_EXITS: readonly number[] = [EXIT.ioError, EXIT.noInput];

/** What failed is tried again after so long, however seldom it is done, ms. */
const AGAIN_MS = 30_000;

/**
 * Does the work of a part until it is told to stop. What stands in its way and passes is told once, and tried again; anything else is a
 * mistake, which ends it.
 */
export async function keepDoing({ name, everyMs, work }: Part, ports: PartPorts): Promise<void> {
  const { signal } = ports;
  while (!signal.aborted) {
    let pauseMs = everyMs;
    try {
      await work();
      ports.health.well(name);
    } catch (error) {
      if (!isPassing(error)) throw error;
      tellTrouble(name, error.message, ports);
      pauseMs = Math.min(everyMs, AGAIN_MS);
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** Tells what stands in the way of a part, once. */
export function tellTrouble(
  name: string,
  words: string,
  { health, log }: Pick<PartPorts, "health" | "log">,
): void {
  if (health.trouble(name, words)) log({ level: "error", event: "trouble", words, data: { part: name } });
}
