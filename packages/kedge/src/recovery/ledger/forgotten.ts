import { createHash } from "node:crypto";
import type { WitnessRecord } from "../witness.ts";
import type { FailureRow } from "./schema.ts";

/** Which failure was purged. */
interface Purged {
  readonly agent: string;
  readonly sessionId: string;
  /** `*` stands for any. */
  readonly promptId: string | null;
  readonly subagentId: string | null;
  /** As the agent called it. */
  readonly kind: string | null;
}

/** A hook and the entry of the transcript speak of the same failure within this time, in ms. What comes later is another one. */
const NEAR_MS = 10_000;

/** A digest, so that nothing of what was purged can be read in it. */
function keyOf({ agent, sessionId, promptId, subagentId, kind }: Purged): string {
  const words = JSON.stringify([agent, sessionId, promptId, subagentId, kind]);
  return `f_${createHash("sha256").update(words).digest("hex").slice(0, 32)}`;
}

/** What is kept of a failure that is purged: its id, and keys for witnesses of its prompt and for those that name none. */
export function forgottenKeys(row: FailureRow): readonly string[] {
  const { agent, session_id: sessionId, subagent_id: subagentId, agent_kind: kind } = row;
  const keys = [row.prompt_id, "*"].map((promptId) =>
    keyOf({ agent, sessionId, promptId, subagentId, kind }),
  );
  return [row.id, ...keys];
}

/** What a witness that was not known at the time of a purge may have been purged as; null for one that always counts. */
export function purgedAs({ evidence }: WitnessRecord): PurgedAs | null {
  // What hooks deliver happened just now. A transcript tells again and again what was.
  if (evidence.witness !== "transcript") return null;
  const { agent, sessionId, promptId, subagent, kind = null, atMs } = evidence;
  const about = { agent, sessionId, subagentId: subagent?.id ?? null, kind };
  // Whoever names a prompt speaks of a failure of that prompt, or of one that named none.
  const prompts = promptId === undefined ? ["*"] : [promptId, null];
  const keys = prompts.map((each) => keyOf({ ...about, promptId: each }));
  return { keys, fromMs: atMs - NEAR_MS, toMs: atMs + NEAR_MS };
}

interface PurgedAs {
  readonly keys: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}
