import { type FailedTurn, readEnding, type SessionRun } from "../../agents/index.ts";
import { STALLED } from "../verdict-end.ts";
import { readTranscriptWitness, type SessionFacts, type WitnessRecord } from "../witness.ts";

/** One run of a session's process, as whoever started it saw it. */
export interface WatchedRun {
  /** Names it for good: the job and the number of the attempt. */
  readonly runId: string;
  /** As it was started; the stream's own id counts where it says one. */
  readonly sessionId: string;
  readonly run: SessionRun;
  readonly session: SessionFacts;
  /** The failure with which the transcript ends, if it is of this run. */
  readonly turn: FailedTurn | null;
  /** Epoch ms. */
  readonly seenAtMs: number;
}

/** What a run and its transcript say, as the ledger takes it in. */
export function runWitnesses({
  runId,
  sessionId,
  run,
  session,
  turn,
  seenAtMs,
}: WatchedRun): readonly WitnessRecord[] {
  const facts = readEnding(run.observed, { ...run, sessionId });
  const own = facts.map((each, index): WitnessRecord => {
    const atMs = Math.min(each.atMs, seenAtMs);
    return { id: `r_${runId}_${index}`, evidence: { ...each, atMs, seenAtMs, runId }, session };
  });
  const [first] = facts;
  const about = { agent: run.observed.agent, sessionId: run.observed.sessionId ?? sessionId, seenAtMs };
  if (run.cause === "stalled")
    own.push({
      id: `r_${runId}_stalled`,
      evidence: {
        ...{ ...about, witness: "watcher", event: STALLED, runId, isRunning: true },
        atMs: first?.atMs ?? seenAtMs,
        ...(run.observed.lastEventAtMs === undefined ? {} : { lastEventAtMs: run.observed.lastEventAtMs }),
      },
      session,
    });
  return turn === null ? own : [...own, readTranscriptWitness(turn, { ...about, session })];
}
