import type { Pace } from "./state.ts";

/** Proofs are averaged over about this long: a few answers of most models. */
const MEMORY_MS = 30_000;
/** One answer in the first moment is no rate yet. */
const YOUNGEST_MS = 5_000;
/** Starts that may follow at once: after a sleep of hours as after one of seconds. */
const MOST_TOKENS = 2;
/** Starts per ms before anything is learnt, and the slowest: an account with slow answers still starts one in 10 s. */
const FIRST_PACE = 1 / 1_000;
const SLOWEST_PACE = 1 / 10_000;
/** A start is a request that comes on top of those of the sessions under way, so starts take half of what is carried. */
const SHARE = 0.5;

/** Counts a proof. */
export function countProof(pace: Pace, nowMs: number): void {
  pace.rate = faded(pace, nowMs) + 1 / MEMORY_MS;
  pace.rateAtMs = nowMs;
}

/** Keeps the rate of proofs as what the account carries. An earlier higher one fades by halves. Who never proved has taught nothing. */
export function learnPace(pace: Pace, nowMs: number): void {
  if (pace.rate > 0) pace.learntRate = Math.max(rateAt(pace, nowMs), (pace.learntRate ?? 0) / 2);
}

/** Epoch ms of the next start: `nowMs` when it may be now. */
export function nextStart(pace: Pace, nowMs: number): number {
  refill(pace, nowMs);
  return pace.tokens >= 1 ? nowMs : nowMs + Math.ceil((1 - pace.tokens) / startsPerMs(pace, nowMs));
}

/** Takes the token of a start, which {@link nextStart} has allowed. */
export function takeStart(pace: Pace, nowMs: number): void {
  refill(pace, nowMs);
  pace.tokens -= 1;
}

/** Leaves no start that was saved up: what follows a closing begins slowly. */
export function emptyPace(pace: Pace, nowMs: number): void {
  pace.tokens = 0;
  pace.tokensAtMs = nowMs;
}

function refill(pace: Pace, nowMs: number): void {
  const broughtBy = (nowMs - pace.tokensAtMs) * startsPerMs(pace, nowMs);
  pace.tokens = Math.min(MOST_TOKENS, pace.tokens + broughtBy);
  pace.tokensAtMs = nowMs;
}

function startsPerMs(pace: Pace, nowMs: number): number {
  const carried = SHARE * Math.max(rateAt(pace, nowMs), pace.learntRate ?? 0);
  return Math.max(carried, pace.learntRate === null ? FIRST_PACE : SLOWEST_PACE);
}

/** What was averaged over less time than the memory lasts is worth as much more. */
function rateAt(pace: Pace, nowMs: number): number {
  const ageMs = Math.max(YOUNGEST_MS, nowMs - pace.sinceMs);
  return faded(pace, nowMs) / (1 - Math.exp(-ageMs / MEMORY_MS));
}

function faded({ rate, rateAtMs }: Pace, nowMs: number): number {
  return rate * Math.exp((rateAtMs - nowMs) / MEMORY_MS);
}
