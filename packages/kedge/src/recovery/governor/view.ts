import type { AccountView, LaneView } from "./governor-api.ts";
import { type Account, countRunning, type Lane, opensAt } from "./state.ts";

/** Says what is known of an account, for people. */
export function viewAccount(account: Account): AccountView {
  const { canary, sessions } = account;
  const canaryModel = canary === null ? null : (sessions.get(canary)?.model ?? null);
  const models = [...account.models].map(
    ([model, lane]): LaneView => ({ model, ...viewLane(account, lane, canaryModel === model) }),
  );
  return {
    ...viewLane(account, account.whole, canary !== null),
    ...(canary !== null && { canary }),
    admitted: listAdmitted(account),
    models,
  };
}

/** Ids of the sessions that were let in before an instant, epoch ms, in the order of their admission. */
export function listAdmitted({ sessions }: Account, beforeMs = Number.POSITIVE_INFINITY): readonly string[] {
  return [...sessions]
    .filter(([, { atMs }]) => atMs < beforeMs)
    .toSorted(([, a], [, b]) => a.seq - b.seq)
    .map(([id]) => id);
}

function viewLane(account: Account, lane: Lane, hasCanary: boolean): LaneView {
  const { state, sinceMs, why, window, limit, level } = lane;
  const isClosed = state === "closed";
  return {
    state: isClosed && hasCanary ? "canary" : state,
    sinceMs,
    ...(isClosed && { untilMs: opensAt(lane, account.seenAtMs) }),
    ...(why !== null && { why }),
    ...(window !== null && { window }),
    concurrency: Math.floor(limit),
    ...(level !== null && { learntLevel: Math.floor(level) }),
    running: countRunning(account, lane),
  };
}
