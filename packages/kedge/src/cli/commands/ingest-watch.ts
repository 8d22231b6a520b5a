import { countOf, type FailureRow, type Ingester, type Spool } from "../../recovery/index.ts";
import { watchSignals } from "../agent-signals.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { followSpool } from "../follow-spool.ts";
import { type Records, tell } from "../open-ledger.ts";

/** What watching needs. */
export interface Watching {
  readonly spool: Spool;
  readonly ingester: Ingester;
  readonly records: Records;
  readonly context: Context;
  readonly show: (failures: readonly FailureRow[]) => void;
}

/**
 * Takes in what hooks leave, as it comes, until it is interrupted. Of two watchers the second waits until the first is gone. A ledger that
 * cannot be written is said once and tried again.
 */
export async function watchSpool({ spool, ingester, records, context, show }: Watching): Promise<number> {
  const { terminal } = context;
  const stop = new AbortController();
  const signals = watchSignals({ first: () => stop.abort(), second: () => {} });
  let said = "";
  let count = 0;
  const sayOnce = (words: string): void => {
    if (words !== said && words !== "") terminal.err(words);
    said = words;
  };
  try {
    await followSpool({
      ...{ spool, ingester, records, signal: stop.signal },
      onBegin: () => terminal.err("Taking in what hooks leave, until Ctrl-C."),
      onElsewhere: () => sayOnce("kedge: another process takes in what hooks leave; waiting for it to end."),
      onDrained(done) {
        sayOnce("");
        tell(done, records, context);
        count += done.failures.length;
        show(done.failures);
      },
      onTrouble: (words) => sayOnce(`kedge: ${words} Trying again.`),
    });
  } finally {
    signals.stop();
  }
  terminal.err(count === 0 ? "No failure came." : `${countOf(count, "failure")} came.`);
  return EXIT.ok;
}
