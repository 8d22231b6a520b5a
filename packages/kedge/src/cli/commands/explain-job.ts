import { isJsonObject } from "../../protocol/index.ts";
import {
  type Attempt,
  accountWords,
  causeWords,
  dollars,
  durationWords,
  fromNow,
  fullTime,
  type Job,
} from "../../recovery/index.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { layOut, type Row } from "../terminal.ts";
import { ACTION_WORDS, clockTime, STATE_WORDS, whenWords } from "../work/job-words.ts";
import type { WorkRoom } from "../work/open-work.ts";
import { layOutFacts } from "./explain-layout.ts";
import { timeJson } from "./failure-json.ts";

/** A piece of work with every start of it. */
export interface ExplainedJob {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
}

/** Finds a piece of work by its whole id; the `run-` may be left out. Null where there is none. */
export async function findExplainedJob(id: string, { queue }: WorkRoom): Promise<ExplainedJob | null> {
  const typed = id.trim();
  if (!isKey(typed)) return null;
  const job = (await queue.get(typed)) ?? (await queue.get(`run-${typed}`));
  return job && { job, attempts: await queue.attempts(job.key) };
}

/** What the queue takes for a key at all. */
function isKey(text: string): boolean {
  return text !== "" && text.length <= 500 && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

/** A piece of work on one page: how it stands, and every attempt with what it ended in. */
export function jobText(
  { job, attempts }: ExplainedJob,
  {
    context,
    moment,
    clean,
  }: { readonly context: Context; readonly moment: Moment; readonly clean: (text: string) => string },
): string {
  const { terminal } = context;
  const { style } = terminal;
  const title = isJsonObject(job.payload) && typeof job.payload.title === "string" ? job.payload.title : "";
  const paint = job.state === "done" ? style.good : job.endedMs === null ? style.caution : style.bad;
  const sessions = [...new Set(attempts.flatMap(({ sessionId }) => (sessionId === null ? [] : [sessionId])))];
  const cost = attempts.reduce((sum, each) => sum + (each.costUsd ?? 0), 0);
  const facts = layOutFacts(
    [
      ["Work", [title, job.batch === null ? "" : `Of the batch ${job.batch}.`]],
      ["Stands", [job.why === null ? "" : clean(job.why), nextSentence(job, moment)]],
      ["Account", [accountWords(job.account)]],
      ["Begun", [`${fullTime(job.addedMs, moment)} (${moment.zone.name}), ${fromNow(job.addedMs, moment)}.`]],
      ["Session", sessions.length === 0 ? ["None yet."] : sessions],
      ["Cost", cost === 0 ? [] : [dollars(cost)]],
    ],
    terminal,
  );
  const rows = attempts.map((attempt): Row => attemptRow(attempt, moment, clean));
  const table = rows.length === 0 ? "  It was never started." : layOut(rows, { width: terminal.width });
  return [
    `${style.strong(job.key)}  ${paint(STATE_WORDS[job.state])}`,
    facts,
    `${style.strong(`Attempts (${attempts.length})`)}\n${table}`,
  ].join("\n\n");
}

function nextSentence({ key, batch, state, dueMs, endedMs, holder }: Job, moment: Moment): string {
  if (state === "running") return `${holder ?? "Somebody"} runs it.`;
  if (endedMs !== null) return `Ended ${fullTime(endedMs, moment)}.`;
  const how = batch === null ? `kedge resume ${key}` : "run its batch again";
  return dueMs === null
    ? `It waits for you. Go on with: ${how}`
    : `It goes on ${whenWords(dueMs, moment)}, when somebody runs it: ${how}`;
}

function attemptRow(attempt: Attempt, moment: Moment, clean: (text: string) => string): Row {
  const { number, startedMs, endedMs, outcome, cause, action, why, failureId, isCharged } = attempt;
  const took = endedMs === null ? "runs" : durationWords(Math.max(0, endedMs - startedMs));
  const what =
    cause === null
      ? outcome === "died"
        ? "its Kedge died"
        : outcome === null
          ? "runs"
          : outcome
      : `${causeWords(cause)} → ${action === null ? outcome : (ACTION_WORDS[action] ?? action)}`;
  const rest = [
    ...(failureId === null ? [] : [failureId]),
    ...(outcome === "requeued" && isCharged ? ["counts as a try"] : []),
    ...(cause === null && why !== null ? [clean(why)] : []),
  ];
  return [
    String(number),
    clockTime(startedMs, moment),
    took,
    `${what}${rest.length === 0 ? "" : `  (${rest.join("; ")})`}`,
  ];
}

/** The same as data. */
export function jobJson({ job, attempts }: ExplainedJob, clean: (text: string) => string): object {
  const cleaned = (text: string | null): string | null => (text === null ? null : clean(text));
  return {
    version: 1,
    ...{ id: job.key, batch: job.batch, account: job.account, state: job.state, why: cleaned(job.why) },
    ...{ attemptsCharged: job.attempts, starts: job.claims, holder: job.holder },
    ...timeJson("addedAt", job.addedMs),
    ...timeJson("dueAt", job.dueMs),
    ...timeJson("endedAt", job.endedMs),
    attempts: attempts.map(({ startedMs, endedMs, why, token: _, ...rest }) => ({
      ...rest,
      why: cleaned(why),
      ...timeJson("startedAt", startedMs),
      ...timeJson("endedAt", endedMs),
    })),
  };
}
