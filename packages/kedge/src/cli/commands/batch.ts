import { resolve } from "node:path";
import { writeFileAtomic } from "../../platform/index.ts";
import {
  atTime,
  countOf,
  describeBatch,
  dollars,
  durationWords,
  reportBatch,
  toJsonReport,
  toJUnit,
} from "../../recovery/index.ts";
import { loadBatch } from "../batch-file.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { checkCommands } from "../work/batch-jobs.ts";
import { type CarriedBatch, carryOutBatch } from "../work/carry-out-batch.ts";
import { clockTime } from "../work/job-words.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { outcomeTable } from "../work/outcome-table.ts";
import { loadLastingPolicy, namedAlerts } from "./policy-file.ts";

/** What `kedge batch` was asked for. */
export interface BatchOptions {
  readonly policy?: string;
  readonly concurrency?: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly retryFailed?: boolean;
  readonly check?: boolean;
  readonly report?: string;
  readonly junit?: string;
  readonly json?: boolean;
}

/** `kedge batch <file>`: many sessions to their true ends; the same command goes on after any crash. */
export async function runBatch(
  file: string,
  options: BatchOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const { terminal } = context;
  const own = await loadLastingPolicy(options.policy, context);
  const { policy, path: policyPath } = own;
  const source = await loadBatch(file, context, { accounts: Object.keys(policy.accounts) });
  for (const note of source.notes) terminal.err(`kedge: ${note}`);
  checkCommands(source);
  const concurrency = readConcurrency(options.concurrency) ?? source.batch.concurrency;
  if (options.check) {
    terminal.out(
      `${source.name}: ${countOf(source.batch.items.length, "item")}, ${concurrency} at once. It is sound.`,
    );
    return EXIT.ok;
  }
  await using room = await openWork(context, moment, policy, namedAlerts(own));
  try {
    const order = { source, policy, policyPath, concurrency, again: options.retryFailed === true };
    const show = { waits: options.wait, json: options.json === true };
    const carried = await carryOutBatch({ ...order, ...show }, room, { context, moment });
    return await report(carried, options, room, { context, moment });
  } catch (error) {
    throw inWords(error);
  }
}

interface Place {
  readonly context: Context;
  readonly moment: Moment;
}

/** Says how it went, in a table, or as the files and formats that were asked for. */
async function report(
  { planned: { id, name }, outcomes, isStopped }: CarriedBatch,
  options: BatchOptions,
  room: WorkRoom,
  { context, moment }: Place,
): Promise<number> {
  const { terminal, cwd } = context;
  const made = reportBatch(outcomes, { redactor: room.redactor });
  const { summary } = made;
  const json = `${JSON.stringify(toJsonReport(made, { name }), null, 2)}\n`;
  if (options.report !== undefined) await write(resolve(cwd, options.report), json);
  if (options.junit !== undefined) await write(resolve(cwd, options.junit), toJUnit(made, { name }));
  if (options.json) terminal.out(json.trimEnd());
  else {
    terminal.out("");
    terminal.out(outcomeTable(made.items, terminal, moment));
    const { costUsd, durationMs } = summary;
    const spent = [
      ...(durationMs === null ? [] : [durationWords(durationMs)]),
      ...(costUsd === null || costUsd === 0 ? [] : [dollars(costUsd)]),
    ].join(", ");
    terminal.out(
      `\n${name}: ${terminal.style.strong(describeBatch(summary))}${spent === "" ? "" : ` (${spent})`}.`,
    );
    for (const line of nextSteps(id, summary, { options, isStopped, moment })) terminal.out(line);
  }
  return isStopped ? EXIT.interrupted : summary.exitCode;
}

function nextSteps(
  id: string,
  { remaining, waiting, nextDueMs, counts }: ReturnType<typeof reportBatch>["summary"],
  {
    options,
    isStopped,
    moment,
  }: { readonly options: BatchOptions; readonly isStopped: boolean; readonly moment: Moment },
): readonly string[] {
  const due =
    nextDueMs === null || nextDueMs <= moment.now()
      ? ""
      : ` The next is due ${atTime(clockTime(nextDueMs, moment))}.`;
  return [
    ...(isStopped || remaining > 0 ? [`The same command goes on where this one stopped.${due}`] : []),
    ...(waiting > 0 && !isStopped
      ? ["See to what waits for you, then run the same command again: kedge status says what it is."]
      : []),
    ...(counts.failed + counts.degraded > 0 && !options.retryFailed
      ? [`Failed items are begun again with --retry-failed. (Batch ${id}.)`]
      : []),
  ];
}

function readConcurrency(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 256) return count;
  throw new CommandError(
    EXIT.usage,
    `expected --concurrency from 1 to 256, got ${JSON.stringify(text.slice(0, 20))}.`,
  );
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text, { mode: 0o644 });
  } catch (error) {
    throw new CommandError(
      EXIT.ioError,
      `the report ${path} cannot be written: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}
