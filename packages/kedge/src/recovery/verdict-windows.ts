import type { Evidence, LimitWindow, Witness } from "./evidence.ts";
import { rankOf } from "./verdict-join.ts";

/** What the most trusted witness of the account's limits says of one of them. */
export interface LimitWord {
  readonly witness: Witness;
  readonly atMs: number;
  /** The window; undefined where only the overall status is known. */
  readonly window?: string;
  readonly isRejected: boolean;
  /** Whether it is the overall word, not that of one window. */
  readonly isOverall: boolean;
  readonly resetAtMs?: number;
  /** Where the reset was read. */
  readonly from: string;
  readonly errorCode?: string;
}

/**
 * Reads what is said of the account's limits, by the most trusted witness that says anything of them: the newest word on each window.
 *
 * A window is rejected if its status says so or, without a status, when all of it is used. Spending beyond the plan is no window: it
 * is "rejected" on every account that may not buy more.
 *
 * @param believed most trusted first, and newest first
 */
export function readLimitWords(believed: readonly Evidence[]): readonly LimitWord[] {
  const speaking = believed.filter(({ rateLimit }) => rateLimit !== undefined);
  const [first] = speaking;
  if (first === undefined) return [];
  const words = speaking.filter((one) => rankOf(one) === rankOf(first)).flatMap(wordsOf);
  const seen = new Set<string>();
  return words.filter(({ window, isOverall }) => {
    const key = `${window ?? ""} ${isOverall}`;
    return !seen.has(key) && seen.add(key);
  });
}

function wordsOf(evidence: Evidence): readonly LimitWord[] {
  const { rateLimit = {}, witness, atMs } = evidence;
  const { windows = {}, window, errorCode } = rateLimit;
  const shared = { witness, atMs, from: originOf(evidence) };
  const overall: LimitWord = {
    ...shared,
    isOverall: true,
    isRejected: isRejected(rateLimit),
    ...(window !== undefined && { window }),
    ...(rateLimit.resetAtMs !== undefined && { resetAtMs: rateLimit.resetAtMs }),
    ...(errorCode !== undefined && { errorCode }),
  };
  const each = Object.entries(windows).filter(([name]) => name !== "overage");
  return [
    overall,
    ...each.map(([name, one]) => ({
      ...shared,
      isOverall: false,
      window: name,
      isRejected: isRejected(one),
      ...(one.resetAtMs !== undefined && { resetAtMs: one.resetAtMs }),
    })),
  ];
}

function isRejected({ status, utilization = 0 }: LimitWindow): boolean {
  return status === undefined ? utilization >= 1 : status === "rejected";
}

function originOf({ witness, event, resetFrom }: Evidence): string {
  if (witness === "stream") return event ?? "rate_limit_event";
  return witness === "statusline" ? witness : (resetFrom ?? "anthropic-ratelimit-unified-reset");
}
