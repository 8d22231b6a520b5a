import { type AgentCommand, createOutput, type Observed, type SessionLine } from "../../agents/index.ts";
import { type Job, type Policy, type SupervisorEvent, supervise } from "../../recovery/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Moment } from "../moment.ts";
import { endWords } from "./end-words.ts";
import { eventJson, sayJson } from "./event-json.ts";
import {
  eventWords,
  nowClock,
  progressWords,
  STATE_WORDS,
  stopwatch,
  WAIT_WORDS,
  whenWords,
} from "./job-words.ts";
import { createLiveLines } from "./live-line.ts";
import type { WorkRoom } from "./open-work.ts";
import { patienceOf } from "./patience.ts";
import { createAnswerWriter, outliveReaders } from "./stdout-writer.ts";
import { watchStopSignals } from "./stop-signals.ts";

/** How one job is followed to its end. */
export interface FollowOptions {
  readonly key: string;
  readonly command: AgentCommand;
  readonly policy: Policy;
  /** Jobs that a person let go on. */
  readonly renewed: ReadonlySet<string>;
  /** Whether to stay until it goes on, however long that is. */
  readonly waits: boolean;
  /** Print events as JSON Lines on standard error. */
  readonly json: boolean;
}

/** Works on one job until it ends or is put aside; its answer goes to standard output, all else to standard error. */
export async function followJob(
  options: FollowOptions,
  room: WorkRoom,
  { context, moment }: { readonly context: Context; readonly moment: Moment },
): Promise<number> {
  const { key, command, policy, renewed, waits, json } = options;
  await room.retain();
  const { style } = context.terminal;
  outliveReaders();
  const answers = createAnswerWriter();
  const output = createOutput(command.output);
  const state = createState(key, moment);
  using live = createLiveLines(() => (json ? [] : [state.line()]));
  const say = (text: string): void => {
    if (!json) live.print(`${nowClock(moment)} ${text}`);
  };
  using signals = watchStopSignals({
    first: () =>
      say(
        `${style.caution("stopping")}: the session is ended in good order and put aside; once more to cancel it`,
      ),
    second: () => say("cancelling: the session is ended at once"),
  });
  const before = await room.queue.get(key);
  if (before?.state === "running")
    say(`${key} is run by ${before.holder ?? "another process"}: waiting for it to end`);
  const started = moment.now();
  await using _telling = room.tell({ say: json ? sayJson : say, hurry: signals.kill });
  const end = await supervise(
    {
      ...{ scope: { key }, concurrency: 1, renewed, stop: signals.stop, kill: signals.kill },
      ...patienceOf(waits),
      onStanding: (_standing, waits_) => {
        state.waits(waits_);
        live.draw();
      },
    },
    room.ports({
      policy,
      onEvent(event) {
        if (json) process.stderr.write(`${JSON.stringify(eventJson(event))}\n`);
        state.take(event);
        const words = eventWords(event, moment);
        // How it ended is said at the end.
        if (words !== null && !(event.type === "changed" && isEnded(event.state))) say(words);
      },
      onLine: async (_key, line: SessionLine) => {
        const text = output.line(line.text);
        if (text === "") return;
        live.pass(() => {});
        await answers.write(text);
      },
      onStderr: (_key, chunk) => live.pass(() => process.stderr.write(chunk)),
    }),
  );
  const job = await room.queue.get(key);
  live[Symbol.dispose]();
  if (job === null) {
    say(`${key} is not there any more: somebody removed it while it was worked on`);
    return EXIT.findings;
  }
  const result = (await room.files.readResult(key)) as NonNullable<Observed["result"]> | null;
  const isAnswered = job.state === "done" || job.state === "degraded";
  if (isAnswered && result !== null) await answers.write(output.end({ result }));
  const isOldNews = before !== null && before.endedMs !== null;
  const tookMs = isOldNews ? null : moment.now() - started;
  const account = await room.governor.view(job.account);
  const stoppedBy = job.state !== "running" && account?.state === "stopped" ? (account.why ?? "") : null;
  say(endWords(job, { moment, tookMs, stoppedBy, isStopped: end === "stopped" }));
  if (end === "stopped") return EXIT.interrupted;
  return exitCodeOf(job, { isAccountStopped: stoppedBy !== null });
}

/** What the shell is told of a job. */
function exitCodeOf(
  { state, dueMs }: Job,
  { isAccountStopped }: { readonly isAccountStopped: boolean },
): number {
  if (state === "done") return EXIT.ok;
  const isDue = dueMs !== null && !isAccountStopped;
  const goesOn = state === "running" || ((state === "queued" || state === "parked") && isDue);
  return goesOn ? EXIT.parked : EXIT.findings;
}

/** What the line at the foot of the terminal says. */
function createState(key: string, moment: Moment) {
  const { now } = moment;
  const since = now();
  let doing = "waits for its turn";
  let begun: number | null = null;
  let dueMs: number | null = null;
  let why = "";
  return {
    take(event: SupervisorEvent): void {
      if (event.type === "started") {
        begun = event.atMs;
        dueMs = null;
        why = "";
        doing = event.isCanary ? "goes first" : "works";
      } else if (event.type === "progress")
        doing = `works, ${progressWords(event.answers, event.toolResults)}`;
      else if (event.type === "failed") why = event.plan.why;
      else if (event.type === "changed") {
        begun = null;
        dueMs = event.dueMs;
        doing = STATE_WORDS[event.state];
      }
    },
    waits(waits: readonly { readonly why: string; readonly untilMs: number | null }[]): void {
      const [wait] = waits;
      if (begun === null && wait !== undefined) {
        doing = WAIT_WORDS[wait.why] ?? "waits";
        if (wait.untilMs !== null) dueMs = wait.untilMs;
      }
    },
    line(): string {
      if (begun !== null)
        return `${key}  ${doing}  ${stopwatch(now() - begun)} of ${stopwatch(now() - since)}`;
      const when = dueMs === null || dueMs <= now() ? "" : `, goes on ${whenWords(dueMs, moment)}`;
      return `${key}  ${doing}${when}${why === "" ? "" : `  (${why})`}`;
    },
  };
}

function isEnded(state: Job["state"]): boolean {
  return state !== "queued" && state !== "parked" && state !== "running";
}
