import { join } from "node:path";
import { createProcessFinder } from "../../platform/index.ts";
import { isRecoveryError } from "../errors.ts";
import { judgeWait } from "./judge-wait.ts";
import { troubleWords } from "./leave.ts";
import { createPlaces } from "./places.ts";
import type { Standing, Step } from "./standing.ts";
import { openWaitFiles, type Wait } from "./wait-files.ts";
import type { WaitFinding } from "./wait-finding.ts";
import type { WaitingSessionsOptions, WaitPorts } from "./wait-ports.ts";
import { createGate } from "./wake-gate.ts";

/** Sessions that are open at terminals, have failed, and wait to be woken. */
export interface WaitingSessions extends AsyncDisposable {
  /**
   * Looks once: judges sessions that have begun to wait, and wakes those whose time has come and that the governor lets in. Made to be called
   * about once a second, and by one process at a time.
   *
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`: what was not done is done with the next call
   */
  look(): Promise<readonly WaitFinding[]>;
}

/** What nobody has touched for so long belongs to no session any more, ms. */
const FORGOTTEN_MS = 7 * 86_400_000;
const SWEEP_EVERY_MS = 600_000;
/** A process began before its waiter wrote down when; beginnings are told to within two seconds. */
const BEGAN_SLACK_MS = 5_000;

/** Looks after the sessions whose waiters are in Kedge's state folder. */
export function createWaitingSessions(options: WaitingSessionsOptions): WaitingSessions {
  const { stateDir, governor, now, findProcess = createProcessFinder() } = options;
  const files = openWaitFiles(join(stateDir, "waits"));
  const places = createPlaces({ governor, files, now });
  const ports: WaitPorts = { ...options, files, places, gate: createGate(options) };
  const standings = new Map<string, Standing>();
  let sweptMs = Number.NEGATIVE_INFINITY;
  const isAlive = (pid: number, { sinceMs }: Wait): boolean => {
    const found = findProcess(pid);
    return found !== null && (found.beganMs === null || found.beganMs <= sinceMs + BEGAN_SLACK_MS);
  };
  const clearUp = async (wait: Wait): Promise<WaitFinding> => {
    const { sessionId } = wait;
    await files.forget(sessionId, { isOver: !isAlive(wait.agentPid, wait) });
    await places.giveBack(sessionId);
    standings.delete(sessionId);
    return { type: "gone", sessionId, atMs: now(), why: "Its waiter was killed." };
  };
  // What stands in the way of one session does not stop the others.
  const judgeSafely = async (standing: Standing): Promise<Step> => {
    try {
      return await judgeWait(standing, ports);
    } catch (error) {
      if (isRecoveryError(error)) throw error;
      const { sessionId } = standing.wait;
      return { standing, found: [{ type: "trouble", sessionId, atMs: now(), why: troubleWords(error) }] };
    }
  };
  const troubles = new Map<string, string>();
  const isNewTrouble = ({ type, sessionId, why }: WaitFinding): boolean => {
    const before = troubles.get(sessionId);
    if (type === "trouble") troubles.set(sessionId, why);
    else troubles.delete(sessionId);
    return type !== "trouble" || why !== before;
  };
  return {
    async look() {
      const waits = (await files.list()).toSorted((one, other) => one.sinceMs - other.sinceMs);
      const present = new Set(waits.map(({ sessionId }) => sessionId));
      for (const known of [standings, troubles])
        for (const sessionId of known.keys()) if (!present.has(sessionId)) known.delete(sessionId);
      await places.giveBackOld();
      const findings: WaitFinding[] = [];
      for (const wait of waits) {
        if (!isAlive(wait.pid, wait)) {
          findings.push(await clearUp(wait));
          continue;
        }
        const before = standings.get(wait.sessionId);
        // A newer waiter of the same session: it has failed once more.
        const own = before?.wait.pid === wait.pid ? before : null;
        const { standing, found } = await judgeSafely(own ?? { kind: "new", wait, seenMs: now() });
        standings.set(wait.sessionId, standing);
        findings.push(...found.filter((finding) => isNewTrouble(finding)));
      }
      if (Math.abs(now() - sweptMs) >= SWEEP_EVERY_MS) {
        sweptMs = now();
        await files.sweep(FORGOTTEN_MS, sweptMs);
      }
      return findings;
    },
    [Symbol.asyncDispose]: () => places.giveBackOld({ isOver: true }),
  };
}
