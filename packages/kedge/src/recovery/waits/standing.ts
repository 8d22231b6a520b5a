import type { Verdict } from "../verdict.ts";
import type { Wait } from "./wait-files.ts";
import type { WaitFinding, WaitPorts } from "./waiting-sessions.ts";

/** How a session that waits stands. */
export type Standing =
  | {
      readonly kind: "new";
      readonly wait: Wait;
      /** Epoch ms. */
      readonly seenMs: number;
    }
  | Due
  /** It was told to go on, or to go away. */
  | { readonly kind: "told"; readonly wait: Wait };

/** A session that is woken when its time has come. */
export interface Due {
  readonly kind: "due";
  readonly wait: Wait;
  readonly verdict: Verdict;
  readonly failureId: string | null;
  readonly account: string;
  /** Epoch ms: not before. */
  readonly dueMs: number;
  /** What the wake is counted as. */
  readonly word: string;
  /** Whether it is counted already. */
  readonly isCounted: boolean;
  readonly nudge: string;
  readonly why: string;
}

/** How a session stands from now on, and what became of it. */
export interface Step {
  readonly standing: Standing;
  readonly found: readonly WaitFinding[];
}

/** A failure of a session that waits, judged. */
export type Judged = Pick<Due, "wait" | "verdict" | "account" | "failureId">;

/** Leaves a session to the person in front of it. */
export async function leave(judged: Judged, why: string, { files, now }: WaitPorts): Promise<Step> {
  const { wait } = judged;
  await files.say(wait.sessionId, "stop", why);
  return {
    standing: { kind: "told", wait },
    found: [{ type: "stopped", ...about(judged), atMs: now(), why }],
  };
}

/** What every finding says of its session. */
export function about({ wait, verdict, account, failureId }: Judged) {
  const { sessionId } = wait;
  const { cause } = verdict;
  return { sessionId, cause, account, ...(failureId === null ? {} : { failureId }) };
}

/** What stands in the way, in one sentence: by its code, since messages have names of temporary files in them. */
export function troubleWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `It cannot be told to go on: ${code ?? message}.`;
}
