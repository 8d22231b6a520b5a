import type { SharedGovernor } from "../governor/shared-governor-api.ts";
import type { Policy } from "../policy/index.ts";
import { policyName } from "../supervisor/account-name.ts";
import type { Due } from "./standing.ts";

/** Asks the governor on behalf of sessions that wait. */
export interface Gate {
  /** @returns `later`: it has to wait; `stopped`: until a person acts; else it was let in */
  ask(due: Due): Promise<"later" | "stopped" | { readonly isCanary: boolean }>;
}

/** An account is asked for again after this time, whatever it answered: others hear things of it as well, ms. */
const ASK_AGAIN_MS = 5_000;
/** The same where a session is in the way whose next answer may let one more in. */
const ASK_SOON_MS = 1_000;

/** Of many sessions that wait for the same account, one asks for all. */
export function createGate({
  governor,
  policy,
  now,
}: {
  readonly governor: Pick<SharedGovernor, "ask">;
  readonly policy: Policy;
  readonly now: () => number;
}): Gate {
  const held = new Map<string, { readonly askedMs: number; readonly forMs: number }>();
  return {
    async ask({ account, verdict, wait: { sessionId } }) {
      const { model } = verdict;
      const lane = JSON.stringify([account, model ?? null]);
      const before = held.get(lane);
      if (before !== undefined && Math.abs(now() - before.askedMs) < before.forMs) return "later";
      held.delete(lane);
      const most = policy.accounts[policyName(account, policy) ?? ""]?.sessions;
      const answer = await governor.ask({
        ...{ account, sessionId },
        ...(model === undefined ? {} : { model }),
        ...(most === undefined ? {} : { most }),
      });
      if (answer.ok) return { isCanary: answer.isCanary };
      if (answer.why === "stopped") return "stopped";
      const isInTheWay = answer.why === "canary" || answer.why === "concurrency" || answer.why === "pace";
      const waitMs = Math.max(0, (answer.notBeforeMs ?? Number.POSITIVE_INFINITY) - now());
      held.set(lane, { askedMs: now(), forMs: Math.min(waitMs, isInTheWay ? ASK_SOON_MS : ASK_AGAIN_MS) });
      return "later";
    },
  };
}
