import { isJsonObject } from "../../protocol/index.ts";
import {
  type AccountView,
  accountWords,
  atTime,
  causeWords,
  countOf,
  durationWords,
  fromNow,
  type Incident,
  type Job,
  type JobState,
  OTHERS,
  shortTime,
} from "../../recovery/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { inWords } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { layOut, type Row } from "../terminal.ts";
import { readSupervisor, type SupervisorState, supervisorWords } from "../up/supervisor-state.ts";
import { clockTime, STATE_WORDS, whenWords } from "../work/job-words.ts";
import { openWork, type WorkRoom } from "../work/open-work.ts";
import { timeJson } from "./failure-json.ts";

/** What `kedge status` was asked for. */
export interface StatusOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** An open job as it is shown. */
interface Line {
  readonly job: Job;
  readonly account: Named | undefined;
  /** Nothing goes on until a person acts. */
  readonly needsPerson: boolean;
  /** Epoch ms: when it goes on by itself; null while it runs, and where a person has to act. */
  readonly nextMs: number | null;
}

type Named = { readonly account: string } & AccountView;

const OPEN: readonly JobState[] = ["running", "queued", "parked"];

/** Jobs of one kind that are shown; `--all` shows the rest. */
const SHOWN = 20;

/** `kedge status`: what runs, what is parked and why, and when something wakes next. */
export async function showStatus(
  options: StatusOptions,
  context: Context,
  moment: Moment = systemMoment(),
): Promise<number> {
  await using room = await openWork(context, moment);
  try {
    const accounts = await room.governor.views();
    const lines = (await openJobs(room)).map((job) => toLine(job, accounts, moment));
    const { terminal } = context;
    const supervisor = await readSupervisor(stateDir(context), moment);
    const incidents = await room.incidents.list({ open: true, limit: SHOWN });
    const beside = { supervisor, incidents };
    if (options.json) terminal.out(JSON.stringify(statusJson(lines, accounts, beside), null, 2));
    else {
      const place = { context, moment, isAll: options.all === true, room };
      terminal.out([statusText(lines, accounts, place), ...besideLines(beside, place)].join("\n"));
    }
    return EXIT.ok;
  } catch (error) {
    throw inWords(error);
  }
}

/** What else is to be known. */
interface Beside {
  readonly supervisor: SupervisorState;
  readonly incidents: readonly Incident[];
}

function besideLines(
  { supervisor, incidents }: Beside,
  { context: { terminal }, moment }: { readonly context: Context; readonly moment: Moment },
): readonly string[] {
  const words = supervisorWords(supervisor, moment);
  const shown = words === null || supervisor.state !== "died" ? words : terminal.style.bad(words);
  const open = `${incidents.length === SHOWN ? "At least " : ""}${countOf(incidents.length, "incident")} ${incidents.length === 1 ? "is" : "are"} open: kedge incidents`;
  return [...(incidents.length === 0 ? [] : [open]), ...(shown === null ? [] : [shown])];
}

async function openJobs({ queue }: WorkRoom): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let after = 0; ; ) {
    const page = await queue.list({ states: OPEN }, { limit: 1_000, after });
    jobs.push(...page.jobs);
    if (!page.hasMore) return jobs;
    after = page.jobs.at(-1)?.position ?? after;
  }
}

function toLine(job: Job, accounts: readonly Named[], { now }: Moment): Line {
  const account = accounts.find((each) => each.account === job.account);
  const isStopped = account?.state === "stopped" && job.state !== "running";
  const needsPerson = isStopped || (job.state === "parked" && job.dueMs === null);
  const closedMs = account?.state === "closed" ? (account.untilMs ?? 0) : 0;
  const nextMs = needsPerson || job.dueMs === null ? null : Math.max(job.dueMs, closedMs, now());
  return { job, account, needsPerson, nextMs };
}

function statusText(
  lines: readonly Line[],
  accounts: readonly Named[],
  place: {
    readonly context: Context;
    readonly moment: Moment;
    readonly isAll: boolean;
    readonly room: WorkRoom;
  },
): string {
  const { context, moment, isAll, room } = place;
  const { style, width } = context.terminal;
  const part = (title: string, own: readonly Line[], row: (line: Line) => Row): readonly string[] => {
    if (own.length === 0) return [];
    const shown = isAll ? own : own.slice(0, SHOWN);
    const more =
      own.length > shown.length ? [`  and ${own.length - shown.length} more: kedge status --all`] : [];
    return [style.strong(`${title} (${own.length})`), layOut(shown.map(row), { width }), ...more, ""];
  };
  const clean = (text: string | null): string => (text === null ? "" : room.redactor.text(text));
  const name = ({ job }: Line): string => job.key;
  const running = lines.filter(({ job }) => job.state === "running");
  const held = lines.filter(({ needsPerson }) => needsPerson);
  const waiting = lines.filter((line) => !running.includes(line) && !held.includes(line));
  const next = waiting.flatMap(({ nextMs }) => (nextMs === null ? [] : [nextMs]));
  const first = next.length === 0 ? null : next.reduce((a, b) => Math.min(a, b));
  return [
    ...part("Running", running, (line) => [name(line), titleOf(line.job), runningWords(line.job, moment)]),
    ...part("Waiting", waiting, (line) => [
      name(line),
      titleOf(line.job),
      `${waitingWords(line, moment)}${reason(clean(line.job.why))}`,
    ]),
    ...part("Needs you", held, (line) => [name(line), titleOf(line.job), heldWords(line, clean)]),
    ...accountPart(accounts, context, moment),
    lines.length === 0 ? "Nothing runs, and nothing waits." : nextWords({ running, held, first }, moment),
  ].join("\n");
}

function reason(why: string): string {
  return why === "" ? "" : `: ${why}`;
}

function titleOf({ payload }: Job): string {
  return isJsonObject(payload) && typeof payload.title === "string" ? payload.title : "";
}

function runningWords({ changedMs, claims, holder }: Job, { now }: Moment): string {
  return `attempt ${claims}, for ${durationWords(Math.max(0, now() - changedMs))}, by ${holder ?? "nobody"}`;
}

function waitingWords({ job, nextMs }: Line, moment: Moment): string {
  if (nextMs === null) return STATE_WORDS[job.state];
  return nextMs - moment.now() < 1_000
    ? "due, when somebody runs it"
    : `goes on ${whenWords(nextMs, moment)}`;
}

function heldWords({ job, account }: Line, clean: (text: string | null) => string): string {
  const how = job.batch === null || job.batch === OTHERS ? `kedge resume ${job.key}` : "run its batch again";
  if (account?.state !== "stopped") return `${clean(job.why)} Go on with: ${how}`.trim();
  return `${accountWords(job.account)} is stopped (${causeWords(account.why ?? "")}). See to it, then: ${how}`;
}

function accountPart(accounts: readonly Named[], { terminal }: Context, moment: Moment): readonly string[] {
  const { style, width } = terminal;
  const telling = accounts.filter(({ state, running }) => state !== "open" || running > 0);
  if (telling.length === 0) return [];
  const rows = telling.map(
    (view): Row => [
      accountWords(view.account).replace(/^(?:the )?account /, ""),
      accountState(view, moment, style.bad),
    ],
  );
  return [style.strong("Accounts"), layOut(rows, { width }), ""];
}

function accountState(view: Named, moment: Moment, bad: (text: string) => string): string {
  const { state, sinceMs, untilMs, why, concurrency, running } = view;
  const cause = why === undefined ? "" : ` (${causeWords(why)})`;
  switch (state) {
    case "open":
      return `open: ${running} of at most ${countOf(concurrency, "session")} at once`;
    case "canary":
      return `closed${cause}: one session looks whether it works again`;
    case "closed":
      return `closed${cause}: one session goes first ${untilMs === undefined ? "soon" : whenWords(untilMs, moment)}`;
    case "stopped":
      return bad(
        `stopped ${shortTime(sinceMs, moment)}${cause}: nothing is sent on it until you have seen to it`,
      );
  }
}

function nextWords(
  {
    running,
    held,
    first,
  }: { readonly running: readonly Line[]; readonly held: readonly Line[]; readonly first: number | null },
  moment: Moment,
): string {
  if (first !== null && first - moment.now() >= 1_000)
    return `The next is due ${atTime(clockTime(first, moment))}, ${fromNow(first, moment)}. ${WHO_RUNS_IT}`;
  if (first !== null) return `Something is due now. ${WHO_RUNS_IT}`;
  if (running.length > 0) return "Nothing else waits for a time.";
  return held.length === 1 ? "It waits for you." : "All of it waits for you.";
}

const WHO_RUNS_IT =
  "It goes on by itself where a kedge run, kedge batch or kedge up waits for it; else with kedge resume, or its batch again.";

function statusJson(
  lines: readonly Line[],
  accounts: readonly Named[],
  { supervisor, incidents }: Beside,
): object {
  const times = lines.flatMap(({ nextMs }) => (nextMs === null ? [] : [nextMs]));
  return {
    version: 1,
    ...timeJson("nextAt", times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b))),
    jobs: lines.map(({ job, needsPerson, nextMs }) => ({
      ...{ id: job.key, batch: job.batch, account: job.account, title: titleOf(job), state: job.state },
      ...{ why: job.why, attempts: job.attempts, starts: job.claims, holder: job.holder, needsPerson },
      ...timeJson("nextAt", nextMs),
      ...timeJson("addedAt", job.addedMs),
    })),
    accounts: accounts.map(({ account, state, sinceMs, untilMs, why, window, concurrency, running }) => ({
      ...{ account, state, why: why ?? null, window: window ?? null, concurrency, running },
      ...timeJson("since", sinceMs),
      ...timeJson("until", untilMs ?? null),
    })),
    openIncidents: incidents.map(({ id }) => id),
    up: {
      state: supervisor.state,
      pid: supervisor.beat?.pid ?? null,
      health: supervisor.beat?.health ?? null,
      ...timeJson("beatAt", supervisor.beat?.beatMs ?? null),
    },
  };
}
