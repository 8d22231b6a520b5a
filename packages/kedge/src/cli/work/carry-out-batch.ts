import { countOf, type ItemOutcome, type Job, type Policy, supervise } from "../../recovery/index.ts";
import type { BatchSource } from "../batch-file.ts";
import type { Context } from "../context.ts";
import { chooseGlyphs } from "../glyphs.ts";
import type { Moment } from "../moment.ts";
import { startProgress } from "../progress.ts";
import { stateDir } from "../state-dir.ts";
import { createBatchDisplay } from "./batch-display.ts";
import { batchId, keepItems, type PlannedBatch, planBatch } from "./batch-jobs.ts";
import { eventJson, sayJson } from "./event-json.ts";
import { jobsOf, readOutcome } from "./item-outcome.ts";
import { eventWords, nowClock } from "./job-words.ts";
import { letGoOn } from "./let-go-on.ts";
import { createLiveLines } from "./live-line.ts";
import type { WorkRoom } from "./open-work.ts";
import { patienceOf } from "./patience.ts";
import { outliveReaders } from "./stdout-writer.ts";
import { watchStopSignals } from "./stop-signals.ts";

/** A batch that is to be carried out. */
export interface BatchOrder {
  readonly source: BatchSource;
  readonly policy: Policy;
  /** Absolute path of the policy's file; null for the defaults. */
  readonly policyPath: string | null;
  /** Sessions at once. */
  readonly concurrency: number;
  /** Whether items that failed are begun once more. */
  readonly again: boolean;
  /** Whether to stay until everything has gone on that goes on by itself. */
  readonly waits: boolean;
  /** Print events as JSON Lines on standard error, in place of words. */
  readonly json: boolean;
}

/** What became of a batch. */
export interface CarriedBatch {
  readonly planned: PlannedBatch;
  /** In the order of the batch. */
  readonly outcomes: readonly ItemOutcome[];
  /** Whether somebody stopped it. */
  readonly isStopped: boolean;
}

interface Place {
  readonly context: Context;
  readonly moment: Moment;
}

/** Runs what is left to run of a batch, and shows it on standard error. */
export async function carryOutBatch(order: BatchOrder, room: WorkRoom, place: Place): Promise<CarriedBatch> {
  const { source, policy, policyPath, again, json } = order;
  const { context, moment } = place;
  const { err } = context.terminal;
  await room.retain();
  const ports = room.ports({ policy, onEvent: () => {} });
  const before = await jobsOf(batchId(source).id, ports);
  const planned = planBatch(source, before, { again });
  if (!json) tellPlan(planned, err);
  {
    using _progress = startProgress(() => `Preparing ${countOf(planned.fresh.length, "item")} …`, err);
    await room.queue.add(
      await keepItems(planned, { source, policy, policyPath, stateDir: stateDir(context) }, ports),
    );
  }
  const own = new Set(planned.items.map(({ id }) => id));
  const known = before.filter(({ key }) => own.has(key));
  await cancelRemoved(before, own, room, json ? () => {} : err);
  const renewed = await letGoOn(known, room, { moment, say: (text) => err(`kedge: ${text}`) });
  const isStopped = await work(planned, { ...order, renewed }, room, place);
  const outcomes = await Promise.all(planned.items.map(({ item, id }) => readOutcome(item.key, id, room)));
  return { planned, outcomes, isStopped };
}

/** What was taken out of the file is wanted no more: it would run on beside what is in it, and be told of nowhere. */
async function cancelRemoved(
  before: readonly Job[],
  own: ReadonlySet<string>,
  { queue }: WorkRoom,
  say: (text: string) => void,
): Promise<void> {
  const removed = before
    .filter(({ key, endedMs }) => endedMs === null && !own.has(key))
    .map(({ key }) => key);
  if (removed.length === 0) return;
  await queue.cancel(removed, "It was taken out of its batch.");
  const shown = removed.slice(0, 5).join(", ");
  const more = removed.length > 5 ? ` and ${removed.length - 5} more` : "";
  say(
    `kedge: ${shown}${more} ${removed.length === 1 ? "is" : "are"} not in the batch any more, and cancelled.`,
  );
}

/** Runs what is left to run. @returns whether somebody stopped it */
async function work(
  planned: PlannedBatch,
  {
    waits: isPatient,
    json,
    concurrency,
    policy,
    renewed,
  }: BatchOrder & { readonly renewed: ReadonlySet<string> },
  room: WorkRoom,
  { context, moment }: Place,
): Promise<boolean> {
  const titles = new Map(planned.items.map(({ id, item }) => [id, item.key]));
  const display = createBatchDisplay(planned.items.length, titles, {
    moment,
    glyphs: chooseGlyphs(context.env),
  });
  outliveReaders();
  using live = createLiveLines(() => (json ? [] : display.lines()));
  const say = (text: string): void => {
    if (!json) live.print(`${nowClock(moment)} ${text}`);
  };
  using signals = watchStopSignals({
    first: () => say("stopping: sessions are ended in good order and put aside; once more to cancel them"),
    second: () => say("cancelling: sessions are ended at once"),
  });
  await using _telling = room.tell({ say: json ? sayJson : say, hurry: signals.kill });
  const end = await supervise(
    {
      ...{ scope: { batch: planned.id }, concurrency, renewed, stop: signals.stop, kill: signals.kill },
      ...patienceOf(isPatient),
      onStanding(standing, waits) {
        display.stand(standing, waits);
        live.draw();
      },
    },
    room.ports({
      policy,
      onEvent(event) {
        if (json) process.stderr.write(`${JSON.stringify(eventJson(event))}\n`);
        display.take(event);
        const words = eventWords(event, moment);
        const name = "key" in event ? (titles.get(event.key) ?? event.key) : "";
        if (words !== null) say(name === "" ? words : `${name}: ${words}`);
      },
    }),
  );
  return end === "stopped";
}

function tellPlan({ items, fresh, changed }: PlannedBatch, say: (text: string) => void): void {
  const known = items.length - fresh.length;
  if (known > 0)
    say(
      `kedge: going on: ${known} of ${countOf(items.length, "item")} ${known === 1 ? "is" : "are"} known from before.`,
    );
  for (const { item } of changed.slice(0, 5))
    say(
      `kedge: ${item.key} is not the work that it was when it began. What began goes on; give new work another key.`,
    );
  if (changed.length > 5) say(`kedge: and ${changed.length - 5} more are not what they were.`);
}
