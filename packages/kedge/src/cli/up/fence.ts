import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createProcessFinder } from "../../platform/index.ts";
import { type Heartbeat, type Lease, type Ledger, readHeartbeat } from "../../recovery/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import { readSupervisor } from "./supervisor-state.ts";

/** Name of the right to be the supervisor of this user. */
const UP_LEASE = "up";

/** Without a sign of life for so long the right is another process's, ms. */
const UP_LEASE_MS = 30_000;

/** How often somebody who waits for a dead one looks again, ms. */
const LOOK_MS = 1_000;

/** The right to be the only one. */
export interface Fence {
  /** How the one before ended; null where there was none. */
  readonly before: Heartbeat | null;
  /** False when another process has taken over: nothing more may be done. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** What fencing needs. */
export interface FencePorts {
  readonly ledger: Ledger;
  readonly stateDir: string;
  /** Names this process. */
  readonly holder: string;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly say: (words: string) => void;
}

/** Names this process as the holder of that right, so that others see whether it is there. */
export function upHolder(): string {
  return `up ${process.pid} ${randomUUID()} ${hostname()}`;
}

/** Takes the right from a process of this machine that is gone. @returns false where nobody can tell */
async function freeDead({ ledger }: FencePorts): Promise<boolean> {
  const held = await ledger.holder(UP_LEASE);
  const [, pid, host] = /^up (\d+) \S+ (.+)$/.exec(held?.holder ?? "") ?? [];
  if (held === null || host !== hostname() || createProcessFinder()(Number(pid)) !== null) return false;
  await ledger.release(held);
  return true;
}

/**
 * Makes this process the only `kedge up` of its user. One that was killed is followed at once, where its process can be seen to be gone; else
 * when its right has run out.
 *
 * @returns null when it was told to stop meanwhile
 * @throws {CommandError} 75 while another one lives
 */
export async function takeFence(ports: FencePorts): Promise<Fence | null> {
  const { ledger, holder, stateDir, now, signal, say } = ports;
  const before = await readHeartbeat(stateDir);
  let hasSaid = false;
  while (!signal.aborted) {
    const lease = await ledger.lease(UP_LEASE, holder, UP_LEASE_MS);
    if (lease !== null) return fenceOf(lease, before, ports);
    const { state, beat } = await readSupervisor(stateDir, { now });
    if (state === "running" && beat !== null)
      throw new CommandError(
        EXIT.parked,
        `expected to be the only kedge up, got another one: process ${beat.pid}. Stop it first, or leave it to its work.`,
      );
    if (await freeDead(ports)) continue;
    if (!hasSaid)
      say("another kedge up has the right to this: waiting until it ends, or until its right has run out");
    hasSaid = true;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return null;
}

function fenceOf(first: Lease, before: Heartbeat | null, { ledger, holder }: FencePorts): Fence {
  return {
    before,
    async renew() {
      const lease = await ledger.lease(UP_LEASE, holder, UP_LEASE_MS);
      // Another one had it in between: what it has begun is not to be done twice.
      return lease !== null && lease.token === first.token;
    },
    release: () => ledger.release(first),
  };
}
