import { formatDuration } from "../policy/index.ts";
import { drawShare, nextWake } from "../policy/wake-time.ts";
import { about, leave, troubleWords } from "./leave.ts";
import type { Due, Step } from "./standing.ts";
import type { WaitPorts } from "./wait-ports.ts";

/** Wakes a session whose time has come and that the governor lets in; another time, where it may not be woken now. */
export async function wakeIfDue(due: Due, ports: WaitPorts): Promise<Step> {
  const { wait, verdict, dueMs } = due;
  const { policy, now, random, gate } = ports;
  const stays: Step = { standing: due, found: [] };
  const nowMs = now();
  if (nowMs < dueMs) return stays;
  const sinceMs = Math.max(wait.sinceMs, verdict.atMs);
  if (nowMs - sinceMs > policy.maxParkMs)
    return leave(due, `It has waited for over ${formatDuration(policy.maxParkMs)}.`, ports);
  // What held it back may have lasted into hours in which nobody is woken.
  const opensMs = nextWake(policy, nowMs, drawShare(random));
  if (opensMs === null) return leave(due, "There are no hours in which it may be woken.", ports);
  if (opensMs > nowMs) return { standing: { ...due, dueMs: opensMs }, found: [] };
  const answer = await gate.ask(due);
  if (answer === "stopped") return leave(due, "Its account is stopped until a person acts.", ports);
  if (answer === "later") return stays;
  return (await isStillThere(due, ports)) ? wake(due, answer.isCanary, ports) : stays;
}

/** A person may have typed meanwhile, or the waiter have gone away: it would wake a session that does not wait. */
async function isStillThere({ wait, account }: Due, { files, governor }: WaitPorts): Promise<boolean> {
  const { sessionId, pid } = wait;
  if ((await files.read(sessionId))?.pid === pid) return true;
  await governor.ended({ account, sessionId });
  return false;
}

/** A session that cannot be told is not in the way of others meanwhile, ms. */
const TROUBLE_MS = 300_000;

/** What cannot be counted is not done; what is counted and could not be said is said later. */
async function wake(due: Due, isCanary: boolean, ports: WaitPorts): Promise<Step> {
  const { wait, account, nudge, why, word } = due;
  const { files, governor, places, now } = ports;
  const { sessionId } = wait;
  let { isCounted } = due;
  try {
    if (!isCounted) await files.addTry(sessionId, { atMs: now(), word });
    isCounted = true;
    await files.say(sessionId, "go", nudge);
  } catch (error) {
    await governor.ended({ account, sessionId });
    return {
      standing: { ...due, isCounted, dueMs: now() + TROUBLE_MS },
      found: [{ type: "trouble", ...about(due), atMs: now(), why: troubleWords(error) }],
    };
  }
  places.take(sessionId, account);
  await governor.started({ account, sessionId });
  return {
    standing: { kind: "told", wait },
    found: [{ type: "woken", ...about(due), atMs: now(), why, isCanary }],
  };
}
