/** Sessions that wait in a temporary state folder, with a ledger and a governor of their own, and time that the test moves. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Evidence } from "../../src/recovery/index.ts";
import { openSharedGovernor, readPolicy, type SharedGovernor } from "../../src/recovery/index.ts";
import type { WaitFinding } from "../../src/recovery/waits/wait-finding.ts";
import type { WaitingSessionsOptions } from "../../src/recovery/waits/wait-ports.ts";
import { createWaitingSessions, type WaitingSessions } from "../../src/recovery/waits/waiting-sessions.ts";
import { witness } from "../support/ledger-world.ts";
import { makeRecovery } from "../support/recovery-world.ts";

export const ACCOUNT = "key:000000000001";
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export interface WaitsWorld {
  readonly stateDir: string;
  readonly governor: SharedGovernor;
  readonly waiting: WaitingSessions;
  /** Begins to look after them anew, as after a restart. */
  again(options?: Partial<WaitingSessionsOptions>): WaitingSessions;
  nowMs(): number;
  /** Lets time go by. */
  pass(ms: number): void;
  /** A session begins to wait now; its waiter is a process that does nothing. */
  wait(sessionId: string, facts?: { readonly pid?: number; readonly agentPid?: number }): void;
  /** Its failure comes into the ledger, as of now. */
  fail(sessionId: string, said: Partial<Evidence>, account?: string | null): Promise<void>;
  /** Both, and looked at until it was judged. */
  stranded(sessionId: string, said: Partial<Evidence>): Promise<readonly WaitFinding[]>;
  /** A file of a session, relative to the folder of waits; null when there is none. */
  text(name: string): string | null;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** The words of the counted wakes. */
  tries(sessionId: string): readonly string[];
}

/** What is said of failures. */
export const OVERLOAD: Partial<Evidence> = { status: 529, kind: "overloaded", model: "claude-opus-5-5" };
export const THROTTLE: Partial<Evidence> = {
  ...{ status: 429, kind: "rate_limit", resetFrom: "anthropic-ratelimit-input-tokens-reset" },
};
export const BILLING: Partial<Evidence> = { kind: "billing_error", message: "Credit balance is too low" };

export function planWindow(resetAtMs: number): Partial<Evidence> {
  const rateLimit = { status: "rejected", window: "five_hour", resetAtMs };
  return { witness: "stream", event: "rate_limit_event", kind: "rate_limit", status: 429, rateLimit };
}

export async function makeWaits(policyFile: object = {}, random = () => 0.5): Promise<WaitsWorld> {
  const recovery = makeRecovery();
  const { stateDir } = recovery;
  const folder = join(stateDir, "waits");
  mkdirSync(folder, { mode: 0o700 });
  const time = { passed: 0 };
  const nowMs = (): number => Date.now() + time.passed;
  const reading = await readPolicy(policyFile);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const ledger = await recovery.ledger();
  const governor = await openSharedGovernor({ stateDir, random, now: nowMs });
  onTestFinished(() => governor.close());
  const idle = startIdle();
  const again: WaitsWorld["again"] = (options = {}) =>
    createWaitingSessions({
      ...{ stateDir, ledger, governor, policy: reading.policy, defaultAccount: "key:none" },
      ...{ now: nowMs, random, ...options },
    });
  const waiting = again();
  const at = (name: string): string => join(folder, name);
  const world: WaitsWorld = {
    ...{ stateDir, governor, waiting, again, nowMs },
    pass(ms) {
      time.passed += ms;
    },
    wait(sessionId, { pid = idle.pid, agentPid = process.pid } = {}) {
      const lines = ["kedge 1 wait", "agent claude-code", `pid ${pid}`, `agent_pid ${agentPid}`];
      const since = Math.floor(nowMs() / 1_000);
      world.write(`${sessionId}.wait`, [...lines, `since ${since}`, "error rate_limit", ""].join("\n"));
    },
    async fail(sessionId, said, account = ACCOUNT) {
      const own = { witness: "stop_failure_hook", atMs: nowMs(), sessionId, ...said };
      await ledger.record([witness(own, account === null ? {} : { account })]);
    },
    async stranded(sessionId, said) {
      world.wait(sessionId);
      await world.fail(sessionId, said);
      world.pass(3 * SECOND);
      return waiting.look();
    },
    text: (name) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : null),
    write: (name, text) => writeFileSync(at(name), text, { mode: 0o600 }),
    remove: (name) => rmSync(at(name), { recursive: true, force: true }),
    tries: (sessionId) =>
      (world.text(`${sessionId}.tries`) ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split(" ")[1] ?? ""),
  };
  return world;
}

/** A process that does nothing until the test has finished. */
export function startIdle(): { readonly pid: number; end(): Promise<void> } {
  const child: ChildProcess = spawn("sleep", ["1000"], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(end);
  return { pid: child.pid ?? 0, end };
}
