import { formatDuration } from "../policy/index.ts";
import { policyName } from "../supervisor/account-name.ts";
import { CAUSES, type KnownCause, type Verdict } from "../verdict.ts";
import { about, leave } from "./leave.ts";
import { LONGEST_WAIT_MS, planLive } from "./live-plan.ts";
import type { Due, Judged, Standing, Step } from "./standing.ts";
import { findFailure, unknownFailure } from "./wait-failure.ts";
import type { Try } from "./wait-files.ts";
import type { WaitPorts } from "./wait-ports.ts";
import { wakeIfDue } from "./wake-due.ts";

/** The word of a wake that ends a park, and is no try. */
const PARK = "park";

const TOO_LONG = `It would be woken in over ${formatDuration(LONGEST_WAIT_MS)}, and nobody waits at a terminal for so long.`;

/** What the agent writes of a failure besides what its hook gets may come a moment later, ms. */
const SETTLED_MS = 2_000;
/** A failure that is not in the ledger by then never was recorded, ms. */
const PATIENCE_MS = 60_000;
/** What is older, and names no time to come, says nothing of how the account is now, ms. */
const NEWS_MS = 900_000;

/** Does the next thing there is to do for a session that waits. */
export async function judgeWait(standing: Standing, ports: WaitPorts): Promise<Step> {
  if (standing.kind === "told") return { standing, found: [] };
  if (standing.kind === "due") return wakeIfDue(standing, ports);
  const { wait, seenMs } = standing;
  const { ledger, now, defaultAccount } = ports;
  const nowMs = now();
  if (Math.abs(nowMs - seenMs) < SETTLED_MS && Math.abs(nowMs - wait.sinceMs) < SETTLED_MS)
    return { standing, found: [] };
  const failure = await findFailure(wait, ledger);
  if (failure === null && Math.abs(nowMs - seenMs) < PATIENCE_MS) return { standing, found: [] };
  const verdict = failure?.verdict ?? unknownFailure(wait);
  const account = failure?.account ?? defaultAccount;
  const about = { wait, verdict, account, failureId: failure?.id ?? null };
  await tellAccount(about, ports);
  return plan(about, ports);
}

/** A failed session has no place on its account any more; and what refused it may refuse the others. */
async function tellAccount({ wait, verdict, account }: Judged, { governor, places, now }: WaitPorts) {
  const { sessionId } = wait;
  const isNews =
    now() - verdict.atMs < NEWS_MS || (verdict.reset?.isPlausible === true && verdict.reset.atMs > now());
  if (!isNews) return places.giveBack(sessionId);
  await governor.refused({ account, sessionId, verdict });
  places.lose(sessionId);
}

async function plan(judged: Judged, ports: WaitPorts): Promise<Step> {
  const { wait, verdict, account, failureId } = judged;
  const { files, policy, now, random, spentToday } = ports;
  const name = policyName(account, policy);
  const tries = await files.tries(wait.sessionId);
  const decided = planLive(policy, {
    verdict,
    job: factsOf(tries, judged),
    account: {
      ...(name === undefined ? {} : { name }),
      costTodayUsd: (await spentToday?.(account)) ?? 0,
    },
    ...{ nowMs: now(), random },
  });
  if (decided.kind === "stop") return leave(judged, decided.why, ports);
  const { notBeforeMs: dueMs, isTry, nudge, why } = decided;
  if (dueMs - wait.sinceMs > LONGEST_WAIT_MS) return leave(judged, TOO_LONG, ports);
  const word = isTry ? causeOf(verdict) : PARK;
  const due: Due = {
    ...{ kind: "due", wait, verdict, account, failureId, dueMs, nudge, why },
    ...{ word, isCounted: false },
  };
  return { standing: due, found: [{ type: "due", ...about(due), atMs: now(), why, dueMs }] };
}

/**
 * What was tried since the last prompt, as a policy counts it. A waiter counts by the word of the hook, of which nobody knows what it was: it counts
 * for whatever failed now.
 */
function factsOf(tries: readonly Try[], { wait, verdict }: Judged) {
  const made = tries.filter(({ word }) => word !== PARK);
  const isCause = (word: string): boolean => CAUSES.some((cause) => cause === word);
  const own = made.filter(({ word }) => word === causeOf(verdict) || !isCause(word));
  return {
    attempts: made.length,
    attemptsByCause: { [verdict.cause]: own.length },
    startedMs: tries[0]?.atMs ?? wait.sinceMs,
    costUsd: 0,
    continues: made.filter(({ word }) => word === "cut_answer" || word === "max_output_tokens").length,
  };
}

/** The cause by which a policy judges. */
function causeOf({ cause }: Verdict): KnownCause {
  return CAUSES.find((known) => known === cause) ?? "unknown";
}
