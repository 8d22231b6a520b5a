import { setTimeout as sleep } from "node:timers/promises";
import { countOf, type FailureRow, type Ingested, type Ingester } from "../../recovery/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords, openUndrained, type Records, tell } from "../open-ledger.ts";
import { startProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { failureJson } from "./failure-json.ts";
import { showFailure } from "./failure-shown.ts";
import { failureLine } from "./ingest-line.ts";
import { watchSpool } from "./ingest-watch.ts";

/** Options of the command. */
export interface IngestOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** How often somebody who waits for another process looks again, in ms. */
const LOOK_MS = 500;

/** `kedge ingest`: takes in what hooks left, once or until it is interrupted, and says what failed. */
export async function ingestSpool(
  options: IngestOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using records = await openUndrained(context, moment);
  const { spool, ingester } = await records.spool();
  const show = createPrinter(options, { records, context, moment });
  if (options.watch) return await watchSpool({ spool, ingester, records, context, show });
  const waiting = (await spool.waiting().catch(rethrow)).length;
  const done = await drainWhenFree(ingester, waiting, context);
  tell(done, records, context);
  const { terminal } = context;
  if (options.json) {
    const failures = done.failures.map((row) => failureJson(showFailure(row, records.redactor)));
    terminal.out(JSON.stringify({ files: done.files, setAside: done.setAside, failures }, null, 2));
    return EXIT.ok;
  }
  show(done.failures);
  terminal.out(terminal.style.faint(doneWords(done)));
  return EXIT.ok;
}

/** Takes in what waits; while another process does that, it waits until that one is done or gone. */
async function drainWhenFree(ingester: Ingester, waiting: number, { terminal }: Context): Promise<Ingested> {
  for (let tries = 0; ; tries++) {
    const done = await drainOnce(ingester, waiting, terminal);
    if (!done.isElsewhere) return done;
    if (tries === 0) terminal.err("kedge: another process takes in what hooks leave; waiting for it.");
    await sleep(LOOK_MS);
  }
}

async function drainOnce(ingester: Ingester, waiting: number, { err }: Terminal): Promise<Ingested> {
  using _progress = startProgress(() => `Taking in ${countOf(waiting, "file")} …`, err);
  return await ingester.drain().catch(rethrow);
}

function rethrow(error: unknown): never {
  throw inWords(error);
}

function doneWords({ files, failures }: Ingested): string {
  if (files === 0) return "Nothing waits to be taken in.";
  return `Took in ${countOf(files, "file")}: ${failures.length === 0 ? "no failure" : countOf(failures.length, "failure")}.`;
}

/** Prints failures as they come, a line each; more that becomes known of one is said to be that. */
function createPrinter(
  { json }: IngestOptions,
  { records, context, moment }: { records: Records; context: Context; moment: Moment },
): (failures: readonly FailureRow[]) => void {
  const { terminal } = context;
  const known = new Set<string>();
  return (failures) => {
    for (const row of failures.toSorted((a, b) => a.at_ms - b.at_ms)) {
      const shown = showFailure(row, records.redactor);
      const isKnown = known.has(row.id);
      known.add(row.id);
      terminal.out(
        json ? JSON.stringify(failureJson(shown)) : failureLine(shown, { terminal, moment, isKnown }),
      );
    }
  };
}
