import { join } from "node:path";
import { createProcessFinder, type ProcessFinder } from "../../platform/index.ts";
import { isRecoveryError } from "../errors.ts";
import type { SharedGovernor } from "../governor/shared-governor-api.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Policy } from "../policy/index.ts";
import { judgeWait } from "./judge-wait.ts";
import { createPlaces, type Places } from "./places.ts";
import { type Standing, type Step, troubleWords } from "./standing.ts";
import { openWaitFiles, type Wait, type WaitFiles } from "./wait-files.ts";
import { createGate, type Gate } from "./wake-gate.ts";

/** How it looks after sessions that wait. */
export interface WaitingSessionsOptions {
  /** Folder of Kedge's state; waiters are in `waits` below it. */
  readonly stateDir: string;
  /** Whoever calls takes in what hooks leave: a failure that is not in it yet is waited for. */
  readonly ledger: Pick<Ledger, "failures">;
  readonly governor: Pick<SharedGovernor, "ask" | "started" | "refused" | "ended" | "views">;
  readonly policy: Policy;
  /** Key of the account of a session of which nobody knows who pays. */
  readonly defaultAccount: string;
  /** US dollars that an account has cost today. Default: none, as far as anybody knows. */
  readonly spentToday?: (account: string) => Promise<number>;
  /** Epoch ms; it may be set in both directions. */
  readonly now: () => number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  /** Default: that of this machine. */
  readonly findProcess?: ProcessFinder;
}

/** What became of a session that waits; said once. */
export interface WaitFinding {
  /**
   * - `due`: it was judged, and is woken at `dueMs` at the earliest
   * - `woken`: it was told to go on
   * - `stopped`: it is left to the person in front of it
   * - `gone`: its waiter was killed
   * - `trouble`: what is to be done for it cannot be written; it is tried again with every look
   */
  readonly type: "due" | "woken" | "stopped" | "gone" | "trouble";
  readonly sessionId: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** One plain sentence, without texts of the failure. */
  readonly why: string;
  readonly cause?: string;
  readonly account?: string;
  /** Missing for a failure that was never recorded. */
  readonly failureId?: string;
  /** Epoch ms. */
  readonly dueMs?: number;
  /** Of one that is woken: whether it goes first, alone, to find out whether a limit is gone. */
  readonly isCanary?: boolean;
}

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

/** What one look works with. */
export interface WaitPorts extends Omit<WaitingSessionsOptions, "stateDir" | "findProcess"> {
  readonly files: WaitFiles;
  readonly places: Places;
  readonly gate: Gate;
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
