import { isJsonObject } from "../../protocol/index.ts";
import type { PolicyAction } from "../policy/index.ts";
import type { JsonValue } from "../queue/job.ts";
import type { GitFacts } from "./git-facts.ts";

/** How the next attempt of a job begins. */
export interface NextStep {
  readonly action: PolicyAction;
  /** What the session is told. */
  readonly nudge: string;
  /** In place of the user's model. */
  readonly model?: string;
}

/**
 * What the holder of a job leaves to the next one, in the queue: it outlives every process. Plain data without words of the session.
 */
export interface JobProgress {
  readonly version: 1;
  /** The agent's session that the work is in; changes with a fork and with a new start. */
  readonly sessionId: string;
  /** The session that it is a copy of. */
  readonly parentId?: string;
  /** Whether the agent may have been started in it. */
  readonly isBegun: boolean;
  /** Names the processes of the last attempt: who comes next ends what is left of them. */
  readonly mark: string | null;
  /** Epoch ms: when the work began, or when a person let it go on again. */
  readonly startedMs: number;
  /** Null: as it was launched, or as it stood when its holder died. */
  readonly next: NextStep | null;
  /** How the working directory stood when the last attempt ended; null where nobody looked. */
  readonly place: GitFacts | null;
  /** Tries that were charged, by the cause that led to each. */
  readonly tries: Readonly<Record<string, number>>;
  /** How often it was asked for smaller steps. */
  readonly continues: number;
  /** US dollars of sessions that are left behind, and of the one that goes on, over all its runs. */
  readonly earlierUsd: number;
  readonly sessionUsd: number;
  /** The model that stands in since. */
  readonly model?: string;
  /** The last real answer of the session. */
  readonly lastAnswerId?: string;
  /** The last failure of the work, in the ledger. */
  readonly failureId?: string;
}

/** What is known of a job that nobody has held yet. */
export function firstProgress(sessionId: string, nowMs: number): JobProgress {
  return {
    ...{ version: 1, sessionId, isBegun: false, mark: null, startedMs: nowMs, next: null, place: null },
    ...{ tries: {}, continues: 0, earlierUsd: 0, sessionUsd: 0 },
  };
}

/** Reads what a holder left; null when it left nothing, or what a later version of Kedge left. */
export function readProgress(value: JsonValue): JobProgress | null {
  return isJsonObject(value) && value.version === 1 && typeof value.sessionId === "string"
    ? (value as unknown as JobProgress)
    : null;
}

/** As the queue stores it. */
export function storedProgress(progress: JobProgress): JsonValue {
  return {
    ...progress,
    next: progress.next && { ...progress.next },
    place: progress.place && { ...progress.place },
  };
}

/** US dollars of the job so far. */
export function costOf({ earlierUsd, sessionUsd }: JobProgress): number {
  return earlierUsd + sessionUsd;
}

/** A person lets the work go on: what was tried counts no more; what it cost does. */
export function renewed(progress: JobProgress, nowMs: number): JobProgress {
  return { ...progress, startedMs: nowMs, tries: {}, continues: 0 };
}

/** The first start of another session for the same work. */
export function inSession(progress: JobProgress, sessionId: string): JobProgress {
  const { lastAnswerId: _answer, parentId: _parent, ...rest } = progress;
  return {
    ...rest,
    ...{ sessionId, isBegun: false, earlierUsd: costOf(progress), sessionUsd: 0 },
  };
}
