import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { openPatiently } from "../up/open-patiently.ts";
import { openOutside } from "../up/outside.ts";
import { stayUp } from "../up/stay-up.ts";
import { createUpLog } from "../up/up-log.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { outliveReaders } from "../work/stdout-writer.ts";
import { watchStopSignals } from "../work/stop-signals.ts";
import { loadOwnPolicy } from "./policy-file.ts";

/** What `kedge up` was asked for. */
export interface UpOptions {
  /** Port of the health endpoint; false with `--no-health`. */
  readonly health?: string | boolean;
  readonly json?: boolean;
  readonly once?: boolean;
}

const DEFAULT_PORT = 5334;

/** `kedge up`: looks after sessions that Kedge did not start, until it is stopped. */
export async function runUp(
  { health, json = false, once = false }: UpOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const port = readPort(health);
  const { policy } = await loadOwnPolicy(context);
  const log = createUpLog(context, moment, { json });
  // A log that nobody reads any more, or a disk that is full, ends nothing.
  outliveReaders();
  using signals = watchStopSignals({
    first: () => log({ level: "info", event: "stopping", words: "stopping: sessions are put aside" }),
    second: () => log({ level: "warning", event: "stopping", words: "stopping at once" }),
  });
  await using outside = openOutside(policy, { context, moment, log });
  try {
    const open = (): Promise<WorkRoom> => openWork(context, moment, policy);
    const opened = once
      ? await open()
      : await openPatiently(open, { outside, moment, log, signal: signals.stop });
    if (opened === null) return EXIT.ok;
    await using room = opened;
    return await stayUp({ policy, room, outside, signals, log, port, once }, { context, moment });
  } catch (error) {
    throw inWords(error);
  }
}

/** @returns null for none */
export function readPort(typed: string | boolean | undefined): number | null {
  if (typed === false) return null;
  if (typed === undefined || typed === true) return DEFAULT_PORT;
  if (/^\d{1,5}$/.test(typed) && Number(typed) <= 65_535) return Number(typed);
  throw new CommandError(
    EXIT.usage,
    `expected a port from 0 to 65535 after --health, got ${JSON.stringify(typed.slice(0, 20))}.`,
  );
}
