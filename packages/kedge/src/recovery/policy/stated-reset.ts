import type { Verdict } from "../verdict.ts";
import { MAX_INSTANT_MS } from "../verdict-clean.ts";

const MIN_DELAY_MS = 1_000;
/** Nobody asks for a longer pause; a limit that lasts longer has a reset. */
const MAX_DELAY_MS = 86_400_000;
const DELAY = /^retry[-_]after/;

/**
 * The instant that somebody stated credibly and that no wake may undercut (epoch ms); null when nobody did; `too_long` for a mere
 * delay of over a day, which is neither waited for nor shortened. A delay is 1 s at least.
 */
export function statedReset({ reset, atMs }: Verdict): number | "too_long" | null {
  if (reset?.isPlausible !== true || !(reset.atMs > 0 && reset.atMs <= MAX_INSTANT_MS)) return null;
  if (!DELAY.test(reset.from) || !Number.isFinite(atMs)) return reset.atMs;
  const delayMs = reset.atMs - atMs;
  if (delayMs > MAX_DELAY_MS) return "too_long";
  return Math.max(reset.atMs, atMs + MIN_DELAY_MS);
}
