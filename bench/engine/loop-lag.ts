import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../support.ts";
import { runBareChild } from "./bare-child.ts";
import { digits, type Measurement } from "./measurement.ts";
import { ratioOf, valuesOf } from "./turns.ts";
import { createWorkspace, settingsWith } from "./workspace.ts";

const HANDLERS = 100;
const ROUNDS = 20;
const MAX_P99_MS = 50;

/** How long the event loop is held while 100 command handlers start and end, beside 100 bare children at once. */
export async function benchLoopLag(): Promise<Measurement> {
  await using workspace = createWorkspace();
  const commands = Array.from({ length: HANDLERS }, (_, at) => `cat >/dev/null # ${at}`);
  workspace.write("home/.claude/settings.json", settingsWith("Stop", commands));
  const engine = await workspace.createEngine();
  const projectDir = join(workspace.dir, "project");
  const input = { session_id: "s", cwd: projectDir, stop_hook_active: false };
  const bytes = Buffer.from(`${JSON.stringify({ ...input, hook_event_name: "Stop" })}\n`);
  const dispatch = async (): Promise<void> => {
    const { trace } = await engine.dispatch("Stop", input);
    const ran = trace.runs.filter(({ exitCode }) => exitCode === 0).length;
    if (ran !== HANDLERS) throw new Error(`Expected ${HANDLERS} handlers to exit with 0, got ${ran}`);
  };
  const startAll = (): Promise<unknown> =>
    Promise.all(commands.map((command) => runBareChild(command, bytes, projectDir)));
  await dispatch();
  await startAll();
  const lags: Record<"ours" | "floor", Lag[]> = { ours: [], floor: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const takeOurs = async (): Promise<unknown> => lags.ours.push(await watch(dispatch));
    const takeFloor = async (): Promise<unknown> => lags.floor.push(await watch(startAll));
    for (const take of round % 2 === 0 ? [takeOurs, takeFloor] : [takeFloor, takeOurs]) await take();
  }
  const p99s = lags.ours.map(({ p99 }) => p99);
  const floors = lags.floor.map(({ p99 }) => p99);
  const longest = (side: readonly Lag[]): string => digits(median(side.map(({ max }) => max)));
  return {
    what: `p99 of event loop lag, ${HANDLERS} command handlers`,
    unit: "ms",
    ours: valuesOf(p99s),
    other: { what: `${HANDLERS} bare`, ...valuesOf(floors) },
    ratio: ratioOf(p99s, floors),
    must: `≤ ${MAX_P99_MS} ms`,
    isMet: median(p99s) <= MAX_P99_MS,
    note: `longest ${longest(lags.ours)} ms (bare ${longest(lags.floor)}), medians of ${ROUNDS} rounds`,
  };
}

/** Milliseconds between one turn of the event loop and the next, of one round. */
interface Lag {
  readonly p99: number;
  readonly max: number;
}

async function watch(work: () => Promise<unknown>): Promise<Lag> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await sleep(5); // its first interval begins with its first tick
  await work();
  await sleep(5);
  histogram.disable();
  return { p99: histogram.percentile(99) / 1e6, max: histogram.max / 1e6 };
}
