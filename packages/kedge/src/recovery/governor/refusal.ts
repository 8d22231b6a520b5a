import { type Closing, closeLane, holdUntil, isAfterClosing, missLane } from "./closing.ts";
import { readStatement, SHORTEST_MS } from "./delay.ts";
import type { Parking, RefusalNews } from "./governor-api.ts";
import { cutLevel, keepLevel } from "./level.ts";
import { emptyPace, learnPace } from "./pace.ts";
import { isOfModel, reactionTo } from "./reactions.ts";
import {
  type Account,
  countRunning,
  createLane,
  FIRST_LIMIT,
  type Lane,
  lanesFor,
  opensAt,
  release,
} from "./state.ts";

/** What a refusal is dealt with by. */
export interface RefusalPorts {
  readonly random: () => number;
  /** Draws the wait, in ms, after so many canaries in vain. */
  readonly draw: (misses: number) => number;
  /** Sessions of one account at once, at most. */
  readonly most: number;
}

/** A moment that is asked for is waited for; for longer the account closes, and one canary finds out. */
const MOMENT_MS = 60_000;

/** Takes in that a session was refused or failed. */
export function takeRefusal(account: Account, news: RefusalNews, ports: RefusalPorts): Parking {
  const { sessionId, nowMs, verdict } = news;
  const reaction = reactionTo(verdict.cause);
  const session = account.sessions.get(sessionId);
  const model = session?.model ?? verdict.model ?? null;
  // a subagent's own trouble says nothing of the session, which goes on
  const isOwn = reaction === "none" && verdict.isSubagent === true;
  const wasCanary = !isOwn && account.canary === sessionId;
  if (wasCanary) account.canary = null;
  if (verdict.isSubagent !== true) release(account, sessionId);
  if (account.whole.state === "stopped" || isOwn) return park(account, model, nowMs, false);

  const lane = reaction === "none" ? undefined : laneOf(account, model, isOfModel(verdict.cause));
  const isAgain =
    lane?.state === "closed" && lane.why === verdict.cause && lane.window === (verdict.window ?? null);
  const closing: Closing = {
    why: verdict.cause,
    window: verdict.window ?? null,
    nowMs,
    statement: readStatement(verdict, nowMs, ports.random),
    lastSeq: account.seq,
    seq: session?.seq,
    draw: ports.draw,
  };
  if (wasCanary)
    for (const each of lanesFor(account, model))
      if (each !== lane && each.state === "closed") missLane(each, nowMs, ports.draw);
  if (lane === undefined) return park(account, model, nowMs, false);
  if (reaction === "stop") stopAccount(account, verdict.cause, nowMs);
  else if (reaction === "fresh_process") tryLogin(account, news, closing);
  else if (reaction === "close") closeUnlessOld(account, lane, closing);
  else slowDown(account, lane, closing, ports.most);
  return park(account, model, nowMs, isAgain);
}

/** Stops an account: nobody is let in until a person clears it. */
export function stopAccount(account: Account, why: string, nowMs: number): void {
  account.canary = null;
  Object.assign(account.whole, { state: "stopped", sinceMs: nowMs, why, window: null });
}

function park(account: Account, model: string | null, nowMs: number, isAgain: boolean): Parking {
  if (account.whole.state === "stopped") return { notBeforeMs: null, isAgain };
  return {
    notBeforeMs: Math.max(nowMs, ...lanesFor(account, model).map((lane) => opensAt(lane, nowMs))),
    isAgain,
  };
}

function laneOf(account: Account, model: string | null, isOfOne: boolean): Lane {
  // a limit of nobody knows which model holds all: sessions that name none would run into it otherwise
  if (!isOfOne || model === null) return account.whole;
  const known = account.models.get(model);
  if (known !== undefined) return known;
  const lane = createLane(account.seenAtMs, FIRST_LIMIT);
  account.models.set(model, lane);
  lane.limit = Math.max(FIRST_LIMIT, countRunning(account, lane) + 1);
  return lane;
}

/** The canary of an account that was closed for its login is the one fresh process. */
function tryLogin(account: Account, { verdict }: RefusalNews, closing: Closing): void {
  const lane = account.whole;
  const wasTried = isAfterClosing(lane, closing.seq) && lane.why === verdict.cause;
  if (wasTried || verdict.isRepeat === true) stopAccount(account, verdict.cause, closing.nowMs);
  else shut(account, lane, closing, false);
}

function closeUnlessOld(account: Account, lane: Lane, closing: Closing): void {
  const { seq, statement, nowMs } = closing;
  // let in before a closing that is over: without a time that is still to come, it was refused by that very limit
  const isOld = lane.state === "open" && seq !== undefined && seq <= lane.closedSeq;
  if (isOld && !(statement !== undefined && statement.untilMs > nowMs)) return;
  shut(account, lane, closing);
}

function slowDown(account: Account, lane: Lane, closing: Closing, most: number): void {
  const { statement, nowMs, seq, lastSeq } = closing;
  if (lane.state === "closed") {
    shut(account, lane, closing);
    return;
  }
  const isNew = (seq ?? 0) > lane.decreaseSeq;
  const isVain = isNew && !lane.hasProvedSince;
  if (isNew) learnPace(account.pace, nowMs);
  const running = countRunning(account, lane);
  cutLevel(lane, { running, most }, seq ?? 0, lastSeq);
  const isLong = statement !== undefined && statement.untilMs > nowMs + MOMENT_MS;
  // fewer have not helped, or nobody is left who could prove that it is over
  if (isLong || isVain || (running === 0 && !lane.hasProvedSince)) {
    shut(account, lane, closing);
    return;
  }
  holdUntil(lane, statement ?? { untilMs: nowMs, isAbsolute: false }, nowMs);
  lane.untilMs = Math.max(lane.untilMs, nowMs + SHORTEST_MS);
}

/** @param isOfLoad whether it says anything of how much the account carries; that a login was refused does not */
function shut(account: Account, lane: Lane, closing: Closing, isOfLoad = true): void {
  if (lane.state === "open" && !isOfLoad) lane.level = Math.max(lane.level ?? 1, lane.limit);
  else if (lane.state === "open") {
    keepLevel(lane, countRunning(account, lane) + 1);
    learnPace(account.pace, closing.nowMs);
  }
  if (lane === account.whole && isOfLoad) emptyPace(account.pace, closing.nowMs);
  closeLane(lane, closing);
}
