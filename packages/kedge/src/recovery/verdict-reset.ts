import type { Evidence } from "./evidence.ts";
import { readResetText } from "./reset-text.ts";
import { isPlausible, PAST_MS } from "./reset-window.ts";
import type { Reset } from "./verdict.ts";
import { describeCause } from "./verdict-causes.ts";
import { MAX_INSTANT_MS } from "./verdict-clean.ts";
import type { Finding } from "./verdict-finding.ts";
import { rankOf } from "./verdict-join.ts";
import { readLimitWords } from "./verdict-windows.ts";

interface Candidate {
  readonly reset: Reset;
  /** Of the statement: 0 is most trusted. */
  readonly origin: number;
  /** Of the witness: 0 is most trusted. */
  readonly rank: number;
}

/** Origins of a stated instant, most trusted first; what is not here comes after them, then delays, buckets and texts. */
const ORIGINS: readonly RegExp[] = [/^rate_limit_event$/, /^statusline$/, /^anthropic-ratelimit-unified-/];
const DELAY = /^retry[-_]after/;
/** When the bucket of an API key is full again: long after it has room for one request, which `retry-after` is about. */
const BUCKET = /^anthropic-ratelimit-/;
const NAMED = ORIGINS.length;
const [DELAYED, FULL, TEXT] = [NAMED + 1, NAMED + 2, NAMED + 3];

/**
 * Says when a limit ends: by the most trusted origin that states it, and there by the most trusted witness. Of several rejected
 * windows the latest wins, since all must end. A time that was over 2 minutes past at the failure is no reset; one that the
 * window cannot reach is kept, and said to be implausible. Never makes up a time, never shortens a stated one.
 *
 * @param believed most trusted first, and newest first
 */
export function chooseReset(
  believed: readonly Evidence[],
  finding: Finding,
  { zone, nowMs }: { zone: string; nowMs: number },
): Reset | undefined {
  const wanted = describeCause(finding.cause).reset;
  if (wanted === "none") return undefined;
  const stated = believed.flatMap((one) => stateDelay(one));
  if (wanted === "limit") {
    stated.push(...stateWindows(believed, finding), ...believed.flatMap((one) => stateInstant(one, finding)));
    stated.push(...believed.flatMap((one) => stateText(one, finding, { zone, nowMs })));
  }
  const [best, ...others] = stated.toSorted((a, b) => a.origin - b.origin || a.rank - b.rank);
  if (best === undefined) return undefined;
  const peers = others.filter(({ origin, rank }) => origin === best.origin && rank === best.rank);
  const isOfWindows = best.origin !== DELAYED && best.origin !== TEXT;
  // of one window, and of delays and texts, the newest statement holds; of several windows the latest
  return (isOfWindows ? peers : []).reduce((a, b) => (b.reset.atMs > a.reset.atMs ? b : a), best).reset;
}

function stateWindows(believed: readonly Evidence[], finding: Finding): readonly Candidate[] {
  return readLimitWords(believed).flatMap((word) => {
    const { resetAtMs, isRejected, isOverall, window = finding.window, witness, atMs } = word;
    if (resetAtMs === undefined || !(isRejected || (isOverall && finding.cause === "spend"))) return [];
    return build({ witness, atMs }, { resetAtMs, from: word.from, window: windowOf(finding, window) });
  });
}

function stateInstant(evidence: Evidence, finding: Finding): readonly Candidate[] {
  const { resetAtMs, resetFrom = "stated" } = evidence;
  if (resetAtMs === undefined) return [];
  return build(evidence, { resetAtMs, from: resetFrom, window: windowOf(finding, finding.window) });
}

function stateDelay(evidence: Evidence): readonly Candidate[] {
  const { retryAfterMs, atMs } = evidence;
  if (retryAfterMs === undefined) return [];
  return build(evidence, { resetAtMs: atMs + retryAfterMs, from: "retry_after", window: undefined });
}

function stateText(
  evidence: Evidence,
  finding: Finding,
  { zone, nowMs }: { zone: string; nowMs: number },
): readonly Candidate[] {
  const { message, atMs } = evidence;
  const read = readResetText(message ?? "", { messageAtMs: atMs, zone, nowMs });
  if (read === undefined) return [];
  const { window, isDue: _, ...reset } = read;
  const isPossible = isPlausible(window ?? windowOf(finding, finding.window), reset.atMs - atMs);
  return [{ reset: { ...reset, isPlausible: isPossible }, origin: TEXT, rank: rankOf(evidence) }];
}

interface Statement {
  readonly resetAtMs: number;
  readonly from: string;
  readonly window: string | undefined;
}

function build(
  { witness, atMs, event }: Pick<Evidence, "witness" | "atMs" | "event">,
  { resetAtMs, from, window }: Statement,
): readonly Candidate[] {
  const afterMs = resetAtMs - atMs;
  if (afterMs < -PAST_MS || resetAtMs > MAX_INSTANT_MS) return [];
  const known = ORIGINS.findIndex((origin) => origin.test(from));
  const origin = known >= 0 ? known : DELAY.test(from) ? DELAYED : BUCKET.test(from) ? FULL : NAMED;
  const rank = rankOf({ witness, atMs, seenAtMs: atMs, agent: "", sessionId: "", ...(event && { event }) });
  const reset = {
    atMs: resetAtMs,
    from,
    precision: "exact",
    isPlausible: isPlausible(window, afterMs),
  } as const;
  return [{ reset, origin, rank }];
}

/** Spending and billing go by months where nothing else is said. */
function windowOf({ cause }: Finding, window: string | undefined): string | undefined {
  return window ?? (cause === "spend" || cause === "billing" ? "monthly" : undefined);
}
