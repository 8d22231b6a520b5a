import { createHash } from "node:crypto";
import type { WitnessRecord } from "../witness.ts";

/** Which failure was purged. */
interface Purged {
  readonly agent: string;
  readonly sessionId: string;
  readonly promptId: string | null;
  readonly subagentId: string | null;
}

/** Witnesses of one failure speak within this time of each other, in ms. */
const NEAR_MS = 60_000;

/** A digest, so that nothing of what was purged can be read in it. */
export function forgottenKey({ agent, sessionId, promptId, subagentId }: Purged): string {
  const words = JSON.stringify([agent, sessionId, promptId, subagentId]);
  return `f_${createHash("sha256").update(words).digest("hex").slice(0, 32)}`;
}

/** What a witness that was not known at the time of a purge may have been purged as; null for one that always counts. */
export function purgedAs({ evidence }: WitnessRecord): { key: string; fromMs: number; toMs: number } | null {
  // What hooks deliver happened just now. A transcript tells again and again what was.
  if (evidence.witness !== "transcript") return null;
  const { agent, sessionId, promptId = null, subagent, atMs } = evidence;
  const key = forgottenKey({ agent, sessionId, promptId, subagentId: subagent?.id ?? null });
  return { key, fromMs: atMs - NEAR_MS, toMs: atMs + NEAR_MS };
}
