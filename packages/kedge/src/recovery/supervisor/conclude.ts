import type { FailedTurn, SessionRun } from "../../agents/index.ts";
import { readFailedTurns } from "../../agents/index.ts";
import { isRecoveryError } from "../errors.ts";
import type { Job } from "../queue/job.ts";
import type { ClaimedJob } from "../queue/job-runner.ts";
import type { Verdict } from "../verdict.ts";
import { judgeFailure } from "../verdict-judge.ts";
import { readTranscriptWitness, type SessionFacts, type WitnessRecord } from "../witness.ts";
import { costOf, type JobProgress, storedProgress } from "./job-progress.ts";
import type { SupervisorPorts } from "./ports.ts";
import { findTranscript, type Work } from "./prepare.ts";
import { runWitnesses } from "./run-witnesses.ts";
import { type SettledFailure, settleFailure } from "./settle.ts";

/** A run that is over. */
export interface EndedRun {
  readonly claimed: ClaimedJob;
  readonly work: Work;
  readonly run: SessionRun;
  /** As it was stored when the run began, with how its place stands now. */
  readonly progress: JobProgress;
}

/** Transcripts have the agent's clock, and are written a little before or after the stream. */
const SLACK_MS = 1_000;

/** Says how a run ended, keeps what there is to keep of it, and gives the job back or ends it. */
export async function concludeRun(ended: EndedRun, ports: SupervisorPorts): Promise<Job> {
  const { claimed, work, run } = ended;
  const { observed } = run;
  const progress = afterRun(ended);
  const costUsd = Math.max(0, costOf(progress) - costOf(ended.progress));
  const turn = await failedTurn(work, progress.sessionId, run.startedAtMs);
  const witnesses = runWitnesses({
    ...{ runId: runIdOf(claimed), sessionId: progress.sessionId, run, seenAtMs: ports.now() },
    ...{ turn: turn?.turn ?? null, session: sessionFacts(ended, progress, { path: turn?.path, costUsd }) },
  });
  const judged = judge(witnesses, ports);
  if (observed.result && observed.result.isError !== true)
    await ports.files.keepResult(claimed.job.key, observed.result);
  const own = { sessionId: progress.sessionId, costUsd, progress: storedProgress(progress) };
  if (judged.cause === "none") {
    await ports.governor.ended({ account: claimed.job.account, sessionId: claimed.job.key });
    return ports.queue.finish(claimed.lease, own);
  }
  if (judged.cause === "degraded" || judged.cause === "stopped_by_policy") {
    await ports.governor.ended({ account: claimed.job.account, sessionId: claimed.job.key });
    const isDone = judged.cause === "degraded" && ports.policy.degraded === "pass";
    const why = endedWords(judged, observed.result?.terminalReason, observed.result?.permissionDenials ?? []);
    return ports.queue.finish(claimed.lease, {
      ...own,
      state: isDone ? "done" : "degraded",
      why,
      cause: judged.cause,
    });
  }
  const failure = await record(claimed.job.key, witnesses, judged, ports);
  return settleFailure({ ...failure, claimed, account: work.launch.account, progress, costUsd }, ports);
}

/**
 * Concludes an attempt whose supervisor died from what the agent left behind: a failure with which its transcript ends.
 *
 * @returns null when there is none: the session may simply go on
 */
export async function concludeDead(
  { claimed, work, progress, startedMs }: Omit<EndedRun, "run"> & { readonly startedMs: number },
  ports: SupervisorPorts,
): Promise<Job | null> {
  const found = await failedTurn(work, progress.sessionId, startedMs);
  if (found === null) return null;
  const session = sessionFacts({ work, claimed }, progress, { path: found.path, costUsd: 0 });
  const about = { agent: work.adapter.name, sessionId: progress.sessionId, seenAtMs: ports.now(), session };
  const witnesses = [readTranscriptWitness(found.turn, about)];
  const failure = await record(claimed.job.key, witnesses, judge(witnesses, ports), ports);
  return settleFailure({ ...failure, claimed, account: work.launch.account, progress, costUsd: 0 }, ports);
}

/** Names a run for good. */
function runIdOf({ job }: ClaimedJob): string {
  return `${job.key}.${job.token}`;
}

function judge(witnesses: readonly WitnessRecord[], { now, zone }: SupervisorPorts): Verdict {
  return judgeFailure(
    witnesses.map(({ evidence }) => evidence),
    { nowMs: now(), zone },
  );
}

/** Puts a failure into the ledger, which knows what came before it; what cannot be kept is judged by itself. */
async function record(
  key: string,
  witnesses: readonly WitnessRecord[],
  judged: Verdict,
  { ledger, now, onEvent }: SupervisorPorts,
): Promise<SettledFailure> {
  const sessionId = witnesses[0]?.evidence.sessionId;
  try {
    const { failures } = await ledger.record(witnesses);
    const row = failures
      .filter((each) => each.session_id === sessionId && each.subagent_id === null)
      .toSorted((a, b) => a.at_ms - b.at_ms)
      .at(-1);
    if (row) return { verdict: JSON.parse(row.verdict) as Verdict, failureId: row.id };
    // The transcript was read before, by whoever takes in what hooks leave.
    const known = await ledger.failures({ sessionId: sessionId ?? "", limit: 1 });
    const last = known.failures[0];
    if (last && last.subagent_id === null && last.at_ms >= judged.atMs - SLACK_MS)
      return { verdict: JSON.parse(last.verdict) as Verdict, failureId: last.id };
  } catch (error) {
    if (!isRecoveryError(error)) throw error;
    onEvent({
      type: "notice",
      key,
      atMs: now(),
      words: `${error.message}. The failure is not in the ledger.`,
    });
  }
  return { verdict: judged, failureId: null };
}

/** The failure with which a session's transcript ends, when it is of a run that began then. */
async function failedTurn(
  work: Work,
  sessionId: string,
  startedMs: number,
): Promise<{ readonly turn: FailedTurn; readonly path: string } | null> {
  const path = await findTranscript(work, sessionId);
  const facts = path === null ? null : await readFailedTurns(path);
  const turn = facts?.endsInFailure === true ? facts.failures.at(-1) : undefined;
  return path === null || turn === undefined || turn.atMs < startedMs - SLACK_MS ? null : { turn, path };
}

function sessionFacts(
  { work: { launch }, claimed }: Pick<EndedRun, "work" | "claimed">,
  { place }: JobProgress,
  { path, costUsd }: { readonly path: string | undefined; readonly costUsd: number },
): SessionFacts {
  return {
    projectDir: launch.cwd,
    ...(path === undefined ? {} : { transcriptPath: path }),
    ...(place?.head === undefined ? {} : { gitHead: place.head }),
    ...(costUsd > 0 ? { costUsd } : {}),
    account: claimed.job.account,
  };
}

function afterRun({ run, progress, work }: EndedRun): JobProgress {
  const { observed } = run;
  const { costUsd = 0 } = observed.result ?? {};
  const lastAnswerId = observed.lastAnswer?.id;
  return {
    ...progress,
    // An agent that was asked to resume may say that it goes on under another id.
    sessionId: observed.sessionId ?? progress.sessionId,
    sessionUsd:
      work.adapter.costOf === "run" ? progress.sessionUsd + costUsd : Math.max(progress.sessionUsd, costUsd),
    ...(lastAnswerId === undefined ? {} : { lastAnswerId }),
  };
}

function endedWords(verdict: Verdict, reason: string | undefined, denials: readonly string[]): string {
  if (verdict.cause === "degraded")
    return `It ended well, but ${denials.length} ${denials.length === 1 ? "call was" : "calls were"} not permitted (${[...new Set(denials)].slice(0, 5).join(", ")}).`;
  return `A limit, a hook or a setting of yours ended it${reason === undefined ? "" : ` (${reason})`}.`;
}
