import type { Ledger } from "../ledger/ledger.ts";
import type { Verdict } from "../verdict.ts";
import type { Wait } from "./wait-files.ts";

/** The failure because of which a session waits. */
export interface WaitFailure {
  readonly id: string;
  readonly verdict: Verdict;
  /** Key of the account that pays; null where nobody knows. */
  readonly account: string | null;
}

/** The ledger has a failure by the instant of its first witness, which may lie before that of the waiter, ms. */
const SLACK_MS = 5_000;
/** With the same id of the prompt nothing else can be meant. */
const PROMPT_SLACK_MS = 60_000;
/** Of sessions whose ids begin alike the newest failures come together. */
const NEWEST = 50;

/** Finds the failure of a wait; null when the ledger has not got it yet. */
export async function findFailure(wait: Wait, ledger: Pick<Ledger, "failures">): Promise<WaitFailure | null> {
  const { sessionId, sinceMs, promptId } = wait;
  const { failures } = await ledger.failures({
    ...{ sessionId, includesSubagents: false, limit: NEWEST },
    fromMs: sinceMs - PROMPT_SLACK_MS,
  });
  const row = failures.find((each) => {
    // The filter takes the beginning of an id for the whole.
    if (each.session_id !== sessionId) return false;
    if (promptId !== undefined && each.prompt_id !== null) return each.prompt_id === promptId;
    return each.at_ms >= sinceMs - SLACK_MS;
  });
  return row ? { id: row.id, verdict: JSON.parse(row.verdict) as Verdict, account: row.account } : null;
}

/** What is known of a failure that was never recorded: the session waits, so something failed. */
export function unknownFailure({ sinceMs }: Wait): Verdict {
  return {
    ...{ cause: "unknown", confidence: "guess", basis: { words: "Its failure was not recorded." } },
    ...{ kind: "unknown", isTransient: false, scope: "session", isSubagent: false },
    ...{ isGreenExit: false, isRepeat: false, atMs: sinceMs },
  };
}
