import { resolve } from "node:path";
import { writeFileAtomic } from "../../platform/index.ts";
import { describeBatch, reportBatch, supervise, toJsonReport, toJUnit } from "../../recovery/index.ts";
import { loadBatch } from "../batch-file.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { chooseGlyphs } from "../glyphs.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { countOf, dollars } from "../numbers.ts";
import { inWords } from "../open-ledger.ts";
import { startProgress } from "../progress.ts";
import { stateDir } from "../state-dir.ts";
import { durationWords } from "../time-words.ts";
import { createBatchDisplay } from "../work/batch-display.ts";
import { batchId, checkCommands, keepItems, type PlannedBatch, planBatch } from "../work/batch-jobs.ts";
import { eventJson } from "../work/event-json.ts";
import { jobsOf, readOutcome } from "../work/item-outcome.ts";
import { clockTime, eventWords, nowClock } from "../work/job-words.ts";
import { letGoOn } from "../work/let-go-on.ts";
import { createLiveLines } from "../work/live-line.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { outcomeTable } from "../work/outcome-table.ts";
import { watchStopSignals } from "../work/stop-signals.ts";
import { loadPolicy } from "./policy-file.ts";

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

/** With `--no-wait` a pause of up to this long is still waited for. */
const SHORT_MS = 60_000;

/** `kedge batch <file>`: many sessions to their true ends; the same command goes on after any crash. */
export async function runBatch(
  file: string,
  options: BatchOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  const { terminal } = context;
  const found = await loadPolicy(options.policy, context);
  const { policy } = found;
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
  await using room = await openWork(context, moment, policy);
  try {
    const ports = room.ports({ policy, onEvent: () => {} });
    const before = await jobsOf(batchId(source).id, ports);
    const planned = planBatch(source, before, { again: options.retryFailed === true });
    tellPlan(planned, options, terminal);
    const policyPath = found.name === null ? null : resolve(context.cwd, found.name);
    {
      using _progress = startProgress(
        () => `Preparing ${countOf(planned.fresh.length, "item")} …`,
        terminal.err,
      );
      await room.queue.add(
        await keepItems(planned, { source, policy, policyPath, stateDir: stateDir(context) }, ports),
      );
    }
    const own = new Set(planned.items.map(({ id }) => id));
    const say = (text: string): void => terminal.err(`kedge: ${text}`);
    const known = before.filter(({ key }) => own.has(key));
    const renewed = await letGoOn(known, room, { moment, say });
    const isStopped = await work(planned, { options, concurrency, policy, renewed }, room, {
      context,
      moment,
    });
    return await report(planned, { options, isStopped }, room, { context, moment });
  } catch (error) {
    throw inWords(error);
  }
}

interface Place {
  readonly context: Context;
  readonly moment: Moment;
}

/** Runs what is left to run. @returns whether somebody stopped it */
async function work(
  planned: PlannedBatch,
  {
    options,
    concurrency,
    policy,
    renewed,
  }: {
    readonly options: BatchOptions;
    readonly concurrency: number;
    readonly policy: Parameters<WorkRoom["ports"]>[0]["policy"];
    readonly renewed: ReadonlySet<string>;
  },
  room: WorkRoom,
  { context, moment }: Place,
): Promise<boolean> {
  const titles = new Map(planned.items.map(({ id, item }) => [id, item.key]));
  const display = createBatchDisplay(planned.items.length, titles, {
    moment,
    glyphs: chooseGlyphs(context.env),
  });
  using live = createLiveLines(() => (options.json ? [] : display.lines()));
  const say = (text: string): void => {
    if (!options.json) live.print(`${nowClock(moment)} ${text}`);
  };
  using signals = watchStopSignals({
    first: () => say("stopping: sessions are ended in good order and put aside; once more to cancel them"),
    second: () => say("cancelling: sessions are ended at once"),
  });
  const end = await supervise(
    {
      ...{ scope: { batch: planned.id }, concurrency, renewed, stop: signals.stop, kill: signals.kill },
      ...(options.wait ? {} : { patienceMs: SHORT_MS }),
      onStanding(standing, waits) {
        display.stand(standing, waits);
        live.draw();
      },
    },
    room.ports({
      policy,
      onEvent(event) {
        if (options.json) process.stderr.write(`${JSON.stringify(eventJson(event))}\n`);
        display.take(event);
        const words = eventWords(event, moment);
        const name = "key" in event ? (titles.get(event.key) ?? event.key) : "";
        if (words !== null) say(name === "" ? words : `${name}: ${words}`);
      },
    }),
  );
  return end === "stopped";
}

/** Says how it went, in a table, or as the files and formats that were asked for. */
async function report(
  { id, name, items }: PlannedBatch,
  { options, isStopped }: { readonly options: BatchOptions; readonly isStopped: boolean },
  room: WorkRoom,
  { context, moment }: Place,
): Promise<number> {
  const { terminal, cwd } = context;
  const outcomes = await Promise.all(items.map(({ item, id: key }) => readOutcome(item.key, key, room)));
  const made = reportBatch(outcomes, { redactor: room.redactor });
  const { summary } = made;
  const json = `${JSON.stringify(toJsonReport(made, { name }), null, 2)}\n`;
  if (options.report !== undefined) await write(resolve(cwd, options.report), json);
  if (options.junit !== undefined) await write(resolve(cwd, options.junit), toJUnit(made, { name }));
  if (options.json) terminal.out(json.trimEnd());
  else {
    terminal.out("");
    terminal.out(outcomeTable(made.items, terminal, moment));
    const cost = summary.costUsd === null || summary.costUsd === 0 ? "" : `, ${dollars(summary.costUsd)}`;
    const took = summary.durationMs === null ? "" : ` in ${durationWords(summary.durationMs)}`;
    terminal.out(`\n${name}: ${terminal.style.strong(describeBatch(summary))}${took}${cost}.`);
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
      : ` The next is due ${clockTime(nextDueMs, moment)}.`;
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

function tellPlan(
  { items, fresh, changed }: PlannedBatch,
  { json }: BatchOptions,
  terminal: Context["terminal"],
): void {
  if (json) return;
  const known = items.length - fresh.length;
  if (known > 0)
    terminal.err(
      `kedge: going on: ${countOf(known, "item")} of ${items.length} ${known === 1 ? "is" : "are"} known from before.`,
    );
  for (const { item } of changed.slice(0, 5))
    terminal.err(
      `kedge: ${item.key} is not the work that it was when it began. What began goes on; give new work another key.`,
    );
  if (changed.length > 5) terminal.err(`kedge: and ${changed.length - 5} more are not what they were.`);
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
