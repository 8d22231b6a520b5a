/**
 * Many sessions at once in this process, and what they cost it: reads a `SessionsCase` from standard input, prints a `SessionsUse`. The
 * floor sends the requests of as many sessions with bare clients of the SDK, and runs no command.
 */
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createWorkspace } from "../engine/workspace.ts";
import { createSdkFloor } from "./sdk-floor.ts";
import { createOpener, sendOk } from "./sessions.ts";

export interface SessionsCase {
  readonly side: "ours" | "floor";
  readonly url: string;
  readonly sessions: number;
  /** Prompts of each session, with the requests that each takes. */
  readonly turns: readonly { readonly prompt: string; readonly requests: number }[];
  /** What the requests of one session say, for the floor. */
  readonly bodies: readonly object[];
}

export interface SessionsUse {
  /** Resident memory, the most at any time. */
  readonly peakMiB: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  readonly tookMs: number;
}

const what = JSON.parse(readFileSync(0, "utf8")) as SessionsCase;
const run = what.side === "ours" ? await prepareSessions(what) : prepareClients(what);
const histogram = monitorEventLoopDelay({ resolution: 5 });
histogram.enable();
await sleep(20); // its first interval begins with its first tick
const began = performance.now();
await run();
const tookMs = performance.now() - began;
histogram.disable();
const use: SessionsUse = {
  peakMiB: readPeak(),
  lagP99Ms: histogram.percentile(99) / 1e6,
  lagMaxMs: histogram.max / 1e6,
  tookMs,
};
console.log(JSON.stringify(use));

/** All sessions are opened at once, and each goes its own way to its end. */
async function prepareSessions({ url, sessions, turns }: SessionsCase): Promise<() => Promise<void>> {
  const workspace = createWorkspace();
  const open = await createOpener(workspace, url);
  const runOne = async (): Promise<void> => {
    await using session = await open();
    for (const { prompt, requests } of turns) await sendOk(session, prompt, requests);
  };
  return async () => {
    await Promise.all(Array.from({ length: sessions }, runOne));
    await workspace[Symbol.asyncDispose]();
  };
}

function prepareClients({ url, sessions, bodies }: SessionsCase): () => Promise<void> {
  const runOne = async (): Promise<void> => {
    const client = createSdkFloor(url);
    for (const body of bodies) await client.send(body);
  };
  return async () => void (await Promise.all(Array.from({ length: sessions }, runOne)));
}

function readPeak(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1_024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1_024;
}
