/** What the queue has to look like, kept beside it in the plainest way. */
import { expect } from "vitest";
import type { AttemptOutcome, Job, JobState, JsonValue, NewJob } from "../../src/recovery/queue/job.ts";
import { MAX_DEATHS, TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import { type HolderNews, JOB_LEASE_MS } from "../../src/recovery/queue/job-runner.ts";

/** The most that a clock which is set does to the queue's time, in ms. */
const JUMP_MS = 2_000;

export interface Moment {
  /** Ms that went by in truth, and what the clock says. */
  readonly trueMs: number;
  readonly nowMs: number;
  /** How often the clock was set so far. */
  readonly jumps: number;
}

interface Wait {
  /** Epoch ms; null until an owner wakes it. */
  readonly dueMs: number | null;
  readonly since: Moment;
}

export interface ModelJob {
  readonly given: NewJob;
  state: JobState;
  attempts: number;
  claims: number;
  deaths: number;
  token: number;
  isUnwanted: boolean;
  progress: JsonValue;
  /** Of each attempt; null while nobody said. */
  readonly costs: (number | null)[];
  wait: Wait;
  /** When its holder was last heard of. */
  heard: Moment;
  readonly outcomes: (AttemptOutcome | null)[];
}

export type Leaving = Exclude<AttemptOutcome, "died">;

const STATES: Readonly<Record<Leaving, JobState>> = {
  ...{ parked: "parked", requeued: "queued", done: "done" },
  ...{ degraded: "degraded", failed: "failed", cancelled: "cancelled" },
};

export function isOver({ state }: ModelJob): boolean {
  return !["queued", "running", "parked"].includes(state);
}

/** @param token where its tokens begin */
export function newModelJob(given: NewJob, since: Moment, token: number): ModelJob {
  return {
    ...{ given, state: "queued", attempts: 0, claims: 0, deaths: 0, token, isUnwanted: false },
    ...{ progress: null, costs: [] },
    ...{ wait: { dueMs: given.notBeforeMs, since }, heard: since, outcomes: [] },
  };
}

/** Holds a job to what is known of it. */
export function compare(model: ModelJob, job: Job | null): void {
  expect(job).toMatchObject({
    ...{ key: model.given.key, account: model.given.account, sessionKey: model.given.sessionKey },
    ...{ payload: model.given.payload, state: model.state, attempts: model.attempts, claims: model.claims },
    ...{ deaths: model.deaths, token: model.token, batch: model.given.batch ?? null },
    progress: model.progress,
    dueMs: model.state === "queued" || model.state === "parked" ? model.wait.dueMs : null,
  });
  if (model.state === "running") expect(job?.holder).not.toBeNull();
  if (model.state === "parked") expect(job?.dueMs !== null || job?.owner !== null).toBe(true);
  expect(job?.endedMs !== null).toBe(isOver(model));
}

/** Whether a job may start: the clock says so, or the wait that was asked for is over in truth. */
export function mayStart({ state, wait }: ModelJob, { trueMs, nowMs, jumps }: Moment): boolean {
  if ((state !== "queued" && state !== "parked") || wait.dueMs === null) return false;
  const waitMs = wait.dueMs - wait.since.nowMs;
  const gainedMs = JUMP_MS * (jumps - wait.since.jumps);
  return nowMs >= wait.dueMs || trueMs - wait.since.trueMs + gainedMs >= waitMs;
}

/** Whether a job has to start if somebody asks: the clock says so, or it has waited longer than it may. */
export function mustStart({ state, wait }: ModelJob, { trueMs, nowMs, jumps }: Moment): boolean {
  if ((state !== "queued" && state !== "parked") || wait.dueMs === null) return false;
  const waitMs = Math.max(0, wait.dueMs - wait.since.nowMs);
  const lostMs = JUMP_MS * (jumps - wait.since.jumps);
  return nowMs >= wait.dueMs || trueMs - wait.since.trueMs >= waitMs + JOB_LEASE_MS + lostMs;
}

/** Whether a holder may lose its job, and whether it has to have lost it. */
export function lease({ heard }: ModelJob, { trueMs, jumps }: Moment): { may: boolean; must: boolean } {
  const silentMs = trueMs - heard.trueMs;
  const slackMs = JUMP_MS * (jumps - heard.jumps);
  return {
    may: silentMs >= JOB_LEASE_MS - JUMP_MS - slackMs,
    must: silentMs >= TAKEOVER_MS + slackMs,
  };
}

export function start(model: ModelJob, moment: Moment): void {
  model.state = "running";
  model.claims++;
  model.token++;
  model.heard = moment;
  model.outcomes.push(null);
  model.costs.push(null);
}

/** Takes in what its holder said. */
export function hear(model: ModelJob, { progress, costUsd }: HolderNews): void {
  if (progress !== undefined) model.progress = progress;
  if (costUsd !== undefined) model.costs[model.costs.length - 1] = costUsd;
}

export function die(model: ModelJob, moment: Moment): "requeued" | "failed" | "cancelled" {
  model.deaths++;
  model.token++;
  model.outcomes[model.outcomes.length - 1] = "died";
  const end = model.isUnwanted ? "cancelled" : model.deaths >= MAX_DEATHS ? "failed" : "requeued";
  model.state = end === "requeued" ? "queued" : end;
  model.wait = { dueMs: moment.nowMs, since: moment };
  return end;
}

export function leave(
  model: ModelJob,
  end: { readonly outcome: Leaving; readonly isCharged: boolean; readonly dueMs: number | null },
  since: Moment,
): void {
  const state = STATES[end.outcome];
  model.outcomes[model.outcomes.length - 1] = end.outcome;
  model.state = model.isUnwanted && (state === "queued" || state === "parked") ? "cancelled" : state;
  model.attempts += end.isCharged ? 1 : 0;
  model.deaths = 0;
  model.wait = { dueMs: end.dueMs, since };
}
