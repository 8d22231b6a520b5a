import { isAfterClosing, missLane, openLane } from "./closing.ts";
import { drawBackoff, readBackoff } from "./delay.ts";
import type {
  Admission,
  Ask,
  Governor,
  GovernorConfig,
  GovernorSnapshot,
  SessionNews,
} from "./governor-api.ts";
import { growLevel, rampLevel } from "./level.ts";
import { countProof, nextStart, takeStart } from "./pace.ts";
import { canaryLapsesAt, letLapse, noticeTime, placeLapsesAt } from "./passing-time.ts";
import { type RefusalPorts, stopAccount, takeRefusal } from "./refusal.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { type Account, countRunning, createAccount, type Lane, lanesFor, opensAt, release } from "./state.ts";
import { listAdmitted, viewAccount } from "./view.ts";

/**
 * Makes a governor: it decides when the sessions of each account may begin or go on.
 *
 * An account is open, and then as many sessions are let in as it has proved to carry, one after the other; or closed by a limit, and
 * then one canary goes first when the limit is said to end; or stopped, until a person clears it. Limits are learnt from refusals,
 * proofs and stated resets alone. It reads no clock, sets no timer and does no I/O: whoever asks says what time it is, asks again when
 * told to, and stores {@link Governor.snapshot} where an admission must outlive the process.
 *
 * @param options.random from 0 up to, and without, 1: for jitter
 * @param options.snapshot what an earlier one knew; nothing by default
 * @throws {RangeError} a setting out of its range, or a snapshot of another version
 */
export function createGovernor({
  random,
  config = {},
  snapshot,
}: {
  readonly random: () => number;
  readonly config?: GovernorConfig;
  readonly snapshot?: GovernorSnapshot;
}): Governor {
  const { maxConcurrency: most = 256, backoffBaseMs, backoffCapMs } = config;
  if (!(most >= 1)) throw new RangeError(`Expected maxConcurrency to be 1 or more, got ${most}`);
  const backoff = readBackoff({
    ...(backoffBaseMs !== undefined && { baseMs: backoffBaseMs }),
    ...(backoffCapMs !== undefined && { capMs: backoffCapMs }),
  });
  const ports: RefusalPorts = { random, most, draw: (misses) => drawBackoff(backoff, misses, random) };
  const accounts = snapshot === undefined ? new Map<string, Account>() : readSnapshot(snapshot);
  const at = ({ account: name, nowMs }: { account: string; nowMs: number }): Account => {
    if (!Number.isFinite(nowMs)) throw new RangeError(`Expected nowMs to be epoch ms, got ${nowMs}`);
    const account = accounts.get(name) ?? createAccount(nowMs);
    accounts.set(name, account);
    noticeTime(account, nowMs);
    letLapse(account, nowMs);
    return account;
  };
  return {
    ask(ask) {
      const own = ask.most ?? 1;
      if (!(Number.isInteger(own) && own >= 1))
        throw new RangeError(`Expected most to be a whole number from 1 on, got ${own}`);
      return admit(at(ask), ask, most);
    },
    started: (news) => {
      const session = at(news).sessions.get(news.sessionId);
      if (session !== undefined) session.isStarted = true;
    },
    proof: (news) => takeProof(at(news), news, most),
    refused: (news) => takeRefusal(at(news), news, ports),
    ended: (news) => takeEnd(at(news), news, ports),
    stop: (order) => stopAccount(at(order), order.why, order.nowMs),
    clear: (order) => clearAccount(at(order), order.nowMs),
    // Who only looks makes no account known.
    admittedBefore: (query) => (accounts.has(query.account) ? listAdmitted(at(query), query.beforeMs) : []),
    snapshot: () => writeSnapshot(accounts),
    view: (name) => {
      const account = accounts.get(name);
      return account && viewAccount(account);
    },
  };
}

function admit(account: Account, ask: Ask, most: number): Admission {
  const { sessionId, nowMs } = ask;
  const model = ask.model ?? null;
  const lanes = lanesFor(account, model);
  const isClosed = lanes.some(({ state }) => state === "closed");
  const known = account.sessions.get(sessionId);
  if (known !== undefined) {
    const isCanary = account.canary === sessionId;
    // a later reset may have been stated by others since the canary was let in
    const isDue = isCanary && lanes.every((lane) => opensAt(lane, nowMs) <= nowMs);
    const isHeld = account.whole.state === "stopped" || (isClosed && !isDue);
    if (!isHeld && known.model === model) return { ok: true, isCanary };
    // it asks, so it is not under way; what it was let in for is over
    release(account, sessionId);
  }
  const refusal = findObstacle(account, lanes, nowMs, Math.min(ask.most ?? most, most));
  if (refusal !== undefined) return refusal;
  takeStart(account.pace, nowMs);
  account.seq++;
  account.sessions.set(sessionId, { seq: account.seq, model, atMs: nowMs, isStarted: false });
  if (isClosed) account.canary = sessionId;
  return { ok: true, isCanary: isClosed };
}

/** Finds the first thing in the way of one more session. */
function findObstacle(
  account: Account,
  lanes: readonly Lane[],
  nowMs: number,
  most: number,
): Admission | undefined {
  const wait = (why: Exclude<Admission, { ok: true }>["why"], atMs: number): Admission => ({
    ok: false,
    why,
    notBeforeMs: Number.isFinite(atMs) ? Math.max(nowMs, atMs) : null,
  });
  if (account.whole.state === "stopped") return wait("stopped", Number.POSITIVE_INFINITY);
  const isClosed = lanes.some(({ state }) => state === "closed");
  const opensAtMs = Math.max(...lanes.map((lane) => opensAt(lane, nowMs)));
  if (opensAtMs > nowMs) return wait(isClosed ? "closed" : "pace", opensAtMs);
  // one canary for the whole account, whichever limits are in question
  if (isClosed && account.canary !== null) return wait("canary", canaryLapsesAt(account));
  // what was let in before a closing may be under way still: that allows a canary only where it does not exceed what is allowed
  if (countRunning(account, account.whole) >= most) return wait("concurrency", placeLapsesAt(account));
  if (isClosed) return undefined;
  const isFull = lanes.some((lane) => countRunning(account, lane) >= Math.floor(lane.limit));
  if (isFull) return wait("concurrency", placeLapsesAt(account));
  const startMs = nextStart(account.pace, nowMs);
  return startMs > nowMs ? wait("pace", startMs) : undefined;
}

function takeProof(account: Account, { sessionId, nowMs }: SessionNews, most: number): void {
  const session = account.sessions.get(sessionId);
  // a session that we did not let in says nothing about how many we may let in
  if (session === undefined) return;
  session.isStarted = true;
  countProof(account.pace, nowMs);
  if (account.whole.state === "stopped") return;
  const lanes = lanesFor(account, session.model);
  for (const lane of lanes) {
    if (isAfterClosing(lane, session.seq)) {
      openLane(lane, nowMs);
      rampLevel(lane);
    }
    if (lane.state !== "open") continue;
    lane.hasProvedSince = true;
    growLevel(lane, { running: countRunning(account, lane), most });
  }
  if (account.canary === sessionId || !isCanaryNeeded(account)) account.canary = null;
}

/** An earlier canary that was silent for long may prove after all, and open what a later one was to find out. */
function isCanaryNeeded(account: Account): boolean {
  const canary = account.canary === null ? undefined : account.sessions.get(account.canary);
  return canary !== undefined && lanesFor(account, canary.model).some(({ state }) => state === "closed");
}

function takeEnd(account: Account, { sessionId, nowMs }: SessionNews, { draw }: RefusalPorts): void {
  const session = account.sessions.get(sessionId);
  if (session !== undefined && account.canary === sessionId)
    for (const lane of lanesFor(account, session.model))
      if (lane.state === "closed") missLane(lane, nowMs, draw);
  release(account, sessionId);
}

/** Both what is stopped and what waits is due now, for one canary. */
function clearAccount(account: Account, nowMs: number): void {
  for (const lane of [account.whole, ...account.models.values()]) {
    if (lane.state === "open") continue;
    // whoever was let in before a stop proves nothing; a canary that is out may
    if (lane.state === "stopped") Object.assign(lane, { sinceMs: nowMs, closedSeq: account.seq });
    Object.assign(lane, { state: "closed", untilMs: nowMs, statedMs: 0, misses: 0 });
  }
}
