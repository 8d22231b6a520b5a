import { createHash, randomBytes } from "node:crypto";
import { isAbsolute } from "node:path";
import { endMarked } from "../../platform/index.ts";
import { isRecoveryError } from "../errors.ts";
import { accountEnvironment, type Environment } from "../policy/index.ts";
import type { Attempt, Job } from "../queue/job.ts";
import type { ClaimedJob } from "../queue/job-runner.ts";
import { concludeDead, concludeRun } from "./conclude.ts";
import { type Drift, findDrift, isDirectory, missingDirectory } from "./drift.ts";
import { type GitFacts, readGitFacts } from "./git-facts.ts";
import { firstProgress, type JobProgress, readProgress, renewed, storedProgress } from "./job-progress.ts";
import { createLeaseKeeper, type LeaseKeeper } from "./lease-keeper.ts";
import { patientPorts } from "./patient-ports.ts";
import type { SupervisorPorts } from "./ports.ts";
import { firstSession, prepareAttempt, readWork, type Work } from "./prepare.ts";
import { stepAfterRenewal } from "./renew.ts";
import { PERSON } from "./settle.ts";
import { watchRun } from "./watch-run.ts";

/** How a job is to be run. */
export interface RunJobOptions {
  readonly isCanary: boolean;
  /** A person lets it go on: what was tried before counts no more. */
  readonly isRenewed: boolean;
  /** Aborted when the supervisor is to stop: the job is parked for a person. */
  readonly stop: AbortSignal;
  /** Aborted when it is to end at once: the job is cancelled. */
  readonly kill: AbortSignal;
}

/** One job in the hands of this process. */
interface Held {
  readonly claimed: ClaimedJob;
  readonly keeper: LeaseKeeper;
  readonly options: RunJobOptions;
  readonly ports: SupervisorPorts;
}

/** What becomes of a job that cannot be run: it is given up, waits for a person, or is tried again when the machine has room. */
type Remedy = "give_up" | "hold" | "later";

/** Why a job cannot be run now. */
class Refusal extends Error {
  override readonly name = "Refusal";
  readonly remedy: Remedy;
  constructor(words: string, remedy: Remedy) {
    super(words);
    this.remedy = remedy;
  }
}

/** Starts that fail for lack of room, or because somebody ended the process before it began: they say nothing of the command. */
const PASSING: readonly string[] = ["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ECANCELED", "ETXTBSY"];
const LATER_MS = 30_000;

/**
 * Makes one attempt at a job that was claimed and let in, up to the point where the job is given back or has ended.
 *
 * @returns the job as it stands then; null when another process has taken it over
 * @throws {RecoveryError} `LEDGER_NOT_USABLE`: how it ended could not be written; its lease runs out, and another attempt concludes it
 */
export async function runJob(
  claimed: ClaimedJob,
  options: RunJobOptions,
  given: SupervisorPorts,
): Promise<Job | null> {
  const ports = patientPorts(given);
  const keeper = createLeaseKeeper(claimed, ports.queue);
  const { key, account } = claimed.job;
  let isLost = false;
  try {
    const job = await attempt({ claimed, keeper, options, ports });
    ports.onEvent({
      type: "changed",
      key,
      atMs: ports.now(),
      state: job.state,
      why: job.why,
      dueMs: job.dueMs,
    });
    // What was given up stands still: somebody has to know.
    if (job.endedMs !== null && job.state !== "failed")
      await ports.incidents.workOver({ key, atMs: ports.now() });
    return job;
  } catch (error) {
    if (!isRecoveryError(error) || error.code !== "LEASE_LOST") throw error;
    isLost = true;
    ports.onEvent({ type: "lost", key, atMs: ports.now(), words: error.message });
    return null;
  } finally {
    keeper.close();
    // After a failure that is settled it changes nothing. After a loss the place is that of whoever has the job.
    if (!isLost) await ports.governor.ended({ account, sessionId: key });
  }
}

async function attempt(held: Held): Promise<Job> {
  const { claimed, keeper, options, ports } = held;
  const { queue, policy } = ports;
  const { lease } = claimed;
  try {
    const { work, env } = await readLaunch(held);
    const found = await takeOver(held, work);
    if ("job" in found) return found.job;
    await checkPlace(held, work, found.progress);
    const prepared = await prepareAttempt(work, { ...found.progress, mark: markOf(claimed) }, policy);
    const signal = AbortSignal.any([keeper.signal, options.stop, options.kill]);
    const run = await watchRun(
      {
        ...{ claimed, work, prepared, keeper, env, signal },
        isCanary: options.isCanary,
        graceMs: policy.graceMs,
      },
      ports,
    );
    if (run.cause === "start_failed")
      throw new Refusal(
        run.message ?? "The agent did not start.",
        PASSING.includes(run.code ?? "") ? "later" : "give_up",
      );
    const place = await readPlace(work, ports);
    const progress = { ...prepared.progress, place };
    // Only the queue refuses what a former holder writes: nothing is said elsewhere of a run that somebody else has ended.
    await keeper.keep();
    if (run.cause === "aborted") return await leaveStopped(held, progress);
    return await concludeRun({ claimed, work, run, progress }, ports);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const why = error.message;
    if (error.remedy === "give_up") return queue.fail(lease, { why });
    if (error.remedy === "hold") return queue.park(lease, { why, untilMs: null, owner: PERSON });
    return queue.requeue(lease, { why, isCharged: false, notBeforeMs: ports.now() + LATER_MS });
  }
}

/** Reads how the job is launched, and makes the environment that its account needs. */
async function readLaunch({
  claimed,
  ports,
}: Held): Promise<{ readonly work: Work; readonly env: Environment }> {
  const { files, policy, places } = ports;
  const reading = await files.readLaunch(claimed.job.key);
  if (!reading.ok) throw new Refusal(`It cannot be started: ${reading.why}.`, "give_up");
  const { launch } = reading;
  if (launch.account !== undefined && !Object.hasOwn(policy.accounts, launch.account))
    throw new Refusal(`The policy has no account ${JSON.stringify(launch.account)} any more.`, "hold");
  const { env, missing } = accountEnvironment(policy, launch.account, ports.env);
  if (missing.length > 0)
    throw new Refusal(
      `Expected ${missing.join(", ")} to be set for its account, found nothing there.`,
      "hold",
    );
  const configDir = env.CLAUDE_CONFIG_DIR;
  const work = readWork(launch, {
    ...places,
    ...(configDir !== undefined && isAbsolute(configDir) ? { configDir } : {}),
  });
  if (typeof work === "string") throw new Refusal(work, "give_up");
  return { work, env };
}

/** Finds out where the last holder left off, and ends what it left running. */
async function takeOver(
  held: Held,
  work: Work,
): Promise<{ readonly progress: JobProgress } | { readonly job: Job }> {
  const { claimed, options, ports } = held;
  const { job } = claimed;
  const left = readProgress(job.progress);
  if (left === null)
    return {
      progress: readProgress(work.launch.begun ?? null) ?? firstProgress(firstSession(work), ports.now()),
    };
  await endLeftovers(held, left);
  if (options.isRenewed) return { progress: await stepAfterRenewal(renewed(left, ports.now()), work, ports) };
  const startedMs = diedSince(await ports.queue.attempts(job.key));
  if (startedMs === null) return { progress: left };
  const own = { claimed, work, progress: left, startedMs };
  const concluded = await concludeDead(own, ports);
  return concluded === null ? { progress: left } : { job: concluded };
}

/**
 * When the attempts began whose holders died one after the other, epoch ms: the second of them may have died over concluding the first.
 *
 * @returns null when the last one before this did not end so
 */
function diedSince(attempts: readonly Attempt[]): number | null {
  const before = attempts.slice(0, -1);
  const lastOther = before.findLastIndex(({ outcome }) => outcome !== "died");
  return before[lastOther + 1]?.startedMs ?? null;
}

/** A supervisor that was killed leaves its agent behind, and that may still be at work in the session. */
async function endLeftovers({ claimed, ports }: Held, { mark }: JobProgress): Promise<void> {
  if (mark === null) return;
  const ended = await endMarked(mark, ports.policy.graceMs);
  if (ended === null && process.platform === "linux")
    throw new Refusal(
      "Nobody can tell what the attempt before has left running: /proc cannot be read.",
      "later",
    );
  if (ended === null || ended.found === 0) return;
  const { key } = claimed.job;
  if (ended.survivors > 0)
    throw new Refusal(
      `${ended.survivors} processes of the attempt before are still there and cannot be ended; two at once would write into one session.`,
      "hold",
    );
  const words = `Ended ${ended.found} ${ended.found === 1 ? "process" : "processes"} that the attempt before had left.`;
  ports.onEvent({ type: "notice", key, atMs: ports.now(), words });
}

/** Compares the place with how it stood at the failure, as far as the policy cares. */
async function checkPlace(
  { claimed, options, ports }: Held,
  work: Work,
  progress: JobProgress,
): Promise<void> {
  const { policy, onEvent, now } = ports;
  const tell = (drift: Drift): void => onEvent({ type: "drift", key: claimed.job.key, atMs: now(), drift });
  if (!(await isDirectory(work.launch.cwd))) {
    const drift = missingDirectory(policy);
    tell(drift);
    throw new Refusal(drift.words, drift.action === "stop" ? "hold" : "give_up");
  }
  if (progress.place === null) return;
  for (const drift of findDrift(progress.place, await readPlace(work, ports), policy)) {
    if (drift.action === "ignore") continue;
    tell(drift);
    // A person who lets it go on has seen the place.
    if (drift.action === "stop" && !options.isRenewed)
      throw new Refusal(`${drift.words} Look at the place, then let it go on.`, "hold");
  }
}

async function readPlace({ launch }: Work, { children, env }: SupervisorPorts): Promise<GitFacts | null> {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return readGitFacts(launch.cwd, { children, env: Object.fromEntries(set) });
}

/** Gives a job back whose run was ended from outside. */
async function leaveStopped({ claimed, keeper, options, ports }: Held, progress: JobProgress): Promise<Job> {
  const { queue } = ports;
  const { lease } = claimed;
  const own = { sessionId: progress.sessionId, progress: storedProgress(progress) };
  const { halt } = keeper;
  // Refused with what stands in the way, when another process has the job.
  if (halt?.kind === "lost") await keeper.keep();
  if (halt?.kind === "cancelled") return queue.finish(lease, { ...own, state: "cancelled", why: halt.words });
  if (options.kill.aborted)
    return queue.finish(lease, { ...own, state: "cancelled", why: "Kedge was told to end it at once." });
  return queue.park(lease, { ...own, why: "Kedge was told to stop.", untilMs: null, owner: PERSON });
}

/** Of this attempt alone: a job of another queue on this machine may have the same key, and be at the same token. */
function markOf({ job }: ClaimedJob): string {
  const name = createHash("sha256").update(job.key).digest("base64url").slice(0, 12);
  return `job-${name}-${job.token}-${randomBytes(6).toString("hex")}`;
}
