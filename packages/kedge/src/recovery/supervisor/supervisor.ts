import { setTimeout as sleep } from "node:timers/promises";
import { isRecoveryError } from "../errors.ts";
import { SWEEP_EVERY_MS } from "../queue/job-keeper.ts";
import { type AccountWait, type Admitted, createAdmissions, type WorkScope } from "./admit.ts";
import { freeLostPlaces, freePlaces } from "./free-places.ts";
import { GIVE_UP_MS } from "./patient-ports.ts";
import type { SupervisorPorts } from "./ports.ts";
import { runJob } from "./run-job.ts";
import { type Standing, standingOf } from "./standing.ts";

/** How a supervisor works. */
export interface SuperviseOptions {
  readonly scope: WorkScope;
  /** Sessions at once in this process. */
  readonly concurrency: number;
  /** Jobs that a person lets go on: what was tried before counts no more. */
  readonly renewed?: ReadonlySet<string>;
  /** Leave as soon as nothing can go on within this time, ms; default: stay for as long as anything goes on by itself. */
  readonly patienceMs?: number;
  /** Stay when every job has ended or waits: more may come. Only the signals end it then. */
  readonly stays?: boolean;
  /** Aborted: begin nothing more, and park what runs. */
  readonly stop: AbortSignal;
  /** Aborted: end what runs at once, and cancel it. */
  readonly kill: AbortSignal;
  /** Gets how things stand, about once a second and whenever something has changed. */
  readonly onStanding?: (standing: Standing, waits: readonly AccountWait[]) => void;
}

/** Why a supervisor came back. */
export type SuperviseEnd =
  /** Every job has ended. */
  | "over"
  /** What is left waits for a person, or for longer than the supervisor has patience. */
  | "waiting"
  /** It was told to stop. */
  | "stopped";

/** How often it looks around, ms: as often as the queue wants to be swept. */
const LOOK_EVERY_MS = SWEEP_EVERY_MS;
/** Each how manieth look is at places that nobody gave back. */
const LOST_EVERY = 10;

/**
 * Works on jobs until they have ended, or until nothing goes on by itself any more: takes over what dead holders left, lets sessions in as
 * their accounts carry them, and runs each to the point where it ends or is put aside.
 *
 * Everything that must outlive it is in the queue, the governor's rows and the job files: killed at any point, another one goes on.
 *
 * @throws {RecoveryError} `LEDGER_NOT_USABLE` when that lasts, `LEDGER_NEWER`
 */
export async function supervise(options: SuperviseOptions, ports: SupervisorPorts): Promise<SuperviseEnd> {
  const { scope, stop, kill, concurrency } = options;
  const { queue, now } = ports;
  const admissions = createAdmissions(scope, ports);
  const runs = new Map<string, Promise<void>>();
  const bell = createBell();
  const renewed = new Set(options.renewed);
  let looks = 0;
  const failed = new AbortController();
  const halted = AbortSignal.any([stop, failed.signal]);
  const heard = (account: string): void => {
    admissions.heard(account);
    bell.ring();
  };
  const begin = ({ claimed, isCanary }: Admitted): void => {
    const { key, account } = claimed.job;
    const isRenewed = renewed.delete(key);
    const work = runJob(claimed, { isCanary, isRenewed, stop: halted, kill }, ports)
      .then(() => {})
      .catch((error: unknown) => {
        if (!isRecoveryError(error)) throw error;
        // The lease runs out, and the attempt is concluded by whoever takes the job next.
        ports.onEvent({ type: "notice", key, atMs: now(), words: error.message });
      })
      .finally(() => {
        runs.delete(key);
        heard(account);
      });
    runs.set(key, work);
    work.catch((error: unknown) => bell.fail(error));
  };
  const look = async (): Promise<Standing> => {
    const swept = await queue.sweep();
    await freePlaces(swept, ports);
    while (!stop.aborted && !kill.aborted && runs.size < concurrency) {
      const admitted = await admissions.next();
      if (admitted === null) break;
      begin(admitted);
    }
    if (++looks % LOST_EVERY === 0) await freeLostPlaces(admissions.waits(), ports);
    const standing = await standingOf(scope, ports);
    options.onStanding?.(standing, admissions.waits());
    return standing;
  };
  const ring = (): void => bell.ring();
  stop.addEventListener("abort", ring);
  kill.addEventListener("abort", ring);
  let brokenSince: number | null = null;
  try {
    for (;;) {
      try {
        const standing = await look();
        brokenSince = null;
        const end = endOf(standing, runs.size, options, now());
        if (end !== null) return end;
      } catch (error) {
        const isPassing = isRecoveryError(error) && error.code === "LEDGER_NOT_USABLE";
        brokenSince ??= performance.now();
        if (!isPassing || performance.now() - brokenSince > GIVE_UP_MS) throw error;
        ports.onEvent({ type: "notice", key: "", atMs: now(), words: error.message });
      }
      await bell.wait(LOOK_EVERY_MS);
    }
  } catch (error) {
    // Nobody looks after what runs any more: it is parked, like on a stop.
    failed.abort();
    throw error;
  } finally {
    stop.removeEventListener("abort", ring);
    kill.removeEventListener("abort", ring);
    await Promise.allSettled(runs.values());
  }
}

function endOf(
  standing: Standing,
  running: number,
  { stop, kill, patienceMs, stays = false }: SuperviseOptions,
  nowMs: number,
): SuperviseEnd | null {
  if (running > 0) return null;
  if (stop.aborted || kill.aborted) return "stopped";
  if (stays) return null;
  if (standing.open === 0) return "over";
  if (standing.nextMs === null) return "waiting";
  return patienceMs !== undefined && standing.nextMs - nowMs > patienceMs ? "waiting" : null;
}

/** Wakes whoever waits. */
function createBell(): { ring(): void; fail(error: unknown): void; wait(ms: number): Promise<void> } {
  let { promise, resolve } = Promise.withResolvers<void>();
  let failure: { readonly error: unknown } | null = null;
  const ring = (): void => resolve();
  return {
    ring,
    fail(error) {
      failure ??= { error };
      ring();
    },
    async wait(ms) {
      const timer = new AbortController();
      await Promise.race([promise, sleep(ms, undefined, { signal: timer.signal }).catch(() => {})]);
      timer.abort();
      ({ promise, resolve } = Promise.withResolvers<void>());
      if (failure !== null) throw failure.error;
    },
  };
}
