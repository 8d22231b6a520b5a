/**
 * Sessions that Kedge did not start: real processes, records as their hooks leave them, transcripts where agents have them, and a watch over
 * a real ledger. The clock is set; what really happens to a process is waited for.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import {
  readSessionSigns,
  stampTranscript,
  subagentsWrittenMs,
  transcriptAgent,
} from "../../src/agents/index.ts";
import { createProcessFinder, type ProcessFinder } from "../../src/platform/index.ts";
import { type IncidentBook, openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import type { Ledger } from "../../src/recovery/ledger/ledger.ts";
import { loadManifest } from "../../src/recovery/manifest.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createSessionWatch, type WatchFindings } from "../../src/recovery/watch/session-watch.ts";
import type { WatchPorts } from "../../src/recovery/watch/watch-ports.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { RULES } from "./incident-world.ts";
import { endInput, leaveAt, makeIngester, startInput } from "./spool-world.ts";

export const SECOND = 1_000;
export const STALL_MS = 20 * 60 * SECOND;

/** What a watch in a test may differ in. */
interface WatchOptions {
  readonly processes?: ProcessFinder;
  readonly stallAfterMs?: number | null;
  readonly holder?: string;
}

/** What a session in a test may differ in. */
interface SessionOptions {
  readonly pid?: number;
  readonly argv?: readonly string[];
  readonly account?: string;
  readonly project?: string;
}

export interface WatchWorld {
  readonly recovery: RecoveryWorld;
  readonly ledger: Ledger;
  readonly incidents: IncidentBook;
  /** Transcripts that were read to their end, and those that were only looked at. */
  readonly reads: { signs: number; stamps: number };
  /** Begins a session now: its SessionStart is taken in. */
  begin(id: string, options?: SessionOptions): Promise<void>;
  /** Its SessionEnd is taken in. */
  end(id: string, reason: string): Promise<void>;
  /** Its StopFailure is taken in. */
  fail(id: string, input: object): Promise<void>;
  /** Appends entries, by Kedge's clock now, to the transcript of a session. @returns its path */
  write(id: string, ...entries: readonly object[]): string;
  pathOf(id: string): string;
  /** A job that runs a session, or ran it until then; what it is in is known from what it stored before it began. Times are epoch ms. */
  job(id: string, attempt: { readonly startedMs: number; readonly endedMs: number | null }): Promise<void>;
  watch(options?: WatchOptions): { look(): Promise<WatchFindings> };
  /** Moves the clock, looking every five seconds as `kedge up` does. @returns what all looks found */
  pass(watch: { look(): Promise<WatchFindings> }, ms: number): Promise<readonly string[]>;
}

const toClose: AsyncDisposable[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child);
  for (const each of toClose.splice(0)) await each[Symbol.asyncDispose]();
});

/** A process that does nothing. */
export function startAgent(): ChildProcess & { readonly pid: number } {
  const child = spawn("/bin/sleep", ["1000"], { stdio: "ignore" });
  children.push(child);
  const { pid } = child;
  if (pid === undefined) throw new Error("Expected sleep to start");
  return Object.assign(child, { pid });
}

/** Ends it as a person would who sees no other way; when this returns it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

export async function makeWatch(): Promise<WatchWorld> {
  const recovery = makeRecovery();
  const { stateDir, homeDir } = recovery;
  const now = (): number => recovery.now;
  const ledger = await recovery.ledger();
  const accounts = new Map<string, string>();
  const ingester = await makeIngester(recovery, ledger, {
    accountOf: async ({ transcriptPath = "" }) => accounts.get(transcriptPath) ?? "name:a",
  });
  const incidents = await openIncidentBook({ stateDir, rules: RULES, now });
  toClose.push(incidents);
  const reads = { signs: 0, stamps: 0 };
  const projects = new Map<string, string>();
  const pathOf = (id: string): string => join(homeDir, ".claude/projects/-work-shop", `${id}.jsonl`);
  let count = 0;
  const leave = async (
    witness: "start" | "end" | "failure",
    id: string,
    input: object,
    facts: readonly string[] = [],
  ): Promise<void> => {
    const own = { transcript_path: pathOf(id), cwd: projects.get(id) ?? "/work/shop", ...input };
    leaveAt(recovery, recovery.now, `${++count}-${id}`, witness, own, facts);
    await ingester.drain();
  };
  const world: WatchWorld = {
    ...{ recovery, ledger, incidents, reads, pathOf },
    async begin(id, { pid, argv = ["claude"], account, project } = {}) {
      if (account !== undefined) accounts.set(pathOf(id), account);
      if (project !== undefined) projects.set(id, project);
      const own = pid === undefined ? [] : [`claude_pid ${pid}`];
      await leave("start", id, startInput(id), [...own, ...argv.map((word) => `argv ${word}`)]);
    },
    end: (id, reason) => leave("end", id, endInput(id, { reason })),
    fail: (id, input) => leave("failure", id, { session_id: id, hook_event_name: "StopFailure", ...input }),
    write(id, ...entries) {
      const path = pathOf(id);
      mkdirSync(dirname(path), { recursive: true });
      const timestamp = new Date(recovery.now).toISOString();
      appendFileSync(
        path,
        // Every answer has an id of its own.
        entries
          .map((entry) => JSON.stringify({ timestamp, ...entry }).replace("msg_", `msg_${++count}_`))
          .map((line) => `${line}\n`)
          .join(""),
      );
      utimesSync(path, recovery.now / SECOND, recovery.now / SECOND);
      return path;
    },
    async job(id, { startedMs, endedMs }) {
      let nowMs = startedMs;
      const queue = await openSqliteQueue({ stateDir, redactor: createRedactor(), now: () => nowMs });
      const own = { account: "name:a", sessionKey: `job:${id}`, payload: null, notBeforeMs: 0 };
      await queue.add([{ key: `job-${id}`, ...own }]);
      const claimed = await queue.claim({ holder: "up" });
      if (claimed === null) throw new Error("Expected the job to be claimed");
      await queue.extend(claimed.lease, { progress: { version: 1, sessionId: id } });
      nowMs = endedMs ?? startedMs;
      if (endedMs !== null) await queue.finish(claimed.lease);
      await queue.close();
    },
    watch({ processes = createProcessFinder(), stallAfterMs = STALL_MS, holder = "up" } = {}) {
      const ports: WatchPorts = {
        ...{ ledger, incidents, sessions: ledger.sessions, processes, holder, now },
        policy: { stallAfterMs },
        manifestOf: (id) => loadManifest(stateDir, id),
        transcripts: {
          agentOf: (path) => transcriptAgent(path, { homeDir, stateDir }),
          stamp(path) {
            reads.stamps += 1;
            return stampTranscript(path);
          },
          signs(path) {
            reads.signs += 1;
            return readSessionSigns(path);
          },
          subagentsWrittenMs,
        },
      };
      return createSessionWatch(ports);
    },
    async pass(watch, ms) {
      const found: string[] = [];
      for (const endMs = recovery.now + ms; recovery.now < endMs; ) {
        recovery.now = Math.min(recovery.now + 5 * SECOND, endMs);
        found.push(...wordsOf(await watch.look()));
      }
      return found;
    },
  };
  return world;
}

/** What a look found, as `gone s1`. */
export function wordsOf({ found }: WatchFindings): readonly string[] {
  return found.map(({ what, sessionId }) => `${what} ${sessionId}`);
}

/** What a person asked. */
export const PROMPT = { type: "user", message: { role: "user", content: "Do it" } };

/** A call of a tool, and what it came to. */
export const CALL = answerOf([{ type: "tool_use", id: "toolu_1", name: "Bash", input: {} }], "tool_use");
export const RESULT = {
  type: "user",
  message: { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "" }] },
};
export const ANSWER = answerOf([{ type: "text", text: "Done." }], "end_turn");

function answerOf(content: readonly object[], stop_reason: string) {
  const message = { id: `msg_${stop_reason}`, model: "claude-opus-5-5", stop_reason, content };
  return { type: "assistant", message: { ...message, usage: { input_tokens: 9, output_tokens: 2 } } };
}
