/** Runs one case of memory.ts in this process, and prints how far its memory grew: `node --expose-gc memory-child.ts CASE`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HookEventName } from "../../packages/kedge/src/protocol/index.ts";
import { runBareChild } from "./bare-child.ts";
import { createWorkspace, settingsWith } from "./workspace.ts";

export interface MemoryCase {
  readonly kind: "output" | "input";
  readonly side: "kedge" | "bare";
  readonly event: HookEventName;
  /** Of output of each handler, or of input. */
  readonly mib: number;
  readonly handlers: number;
}

/** Resident memory beyond what it was before. */
export interface MemoryUse {
  /** The most at any time. */
  readonly peakMiB: number;
  /** At the end, after garbage collection. */
  readonly keptMiB: number;
}

const MIB = 2 ** 20;
const SLOW_READER =
  "for i in 1 2 3 4 5 6 7 8 9 10; do head -c 5000000 >/dev/null; sleep 0.1; done; cat >/dev/null";

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}") as MemoryCase)));

async function run({ kind, side, event, mib, handlers }: MemoryCase): Promise<MemoryUse> {
  await using workspace = createWorkspace();
  const writer = `cat >/dev/null; head -c ${mib * MIB} /dev/zero | tr '\\0' x`;
  const commands = Array.from(
    { length: handlers },
    (_, at) => `${kind === "output" ? writer : SLOW_READER} # ${at}`,
  );
  const cwd = join(workspace.dir, "project");
  workspace.write("home/.claude/settings.json", {
    hooks: {
      ...(settingsWith(event, commands) as { hooks: object }).hooks,
      ...(settingsWith("SessionEnd", ["cat >/dev/null"]) as { hooks: object }).hooks,
    },
  });
  const engine = await workspace.createEngine();
  const content = kind === "input" ? Buffer.alloc(mib * MIB, "x").toString("latin1") : "";
  const input = { session_id: "s", cwd, tool_name: "Write", tool_input: { content }, prompt: "p" };
  // Code that is loaded on first use is no growth.
  await engine.dispatch("SessionEnd", { session_id: "s", cwd });
  await runBareChild("cat >/dev/null", Buffer.from("{}"), cwd);

  // A function of its own: what it leaves on the stack is gone when memory is read.
  const deliver = async (): Promise<void> => {
    if (side === "bare") {
      const bytes = Buffer.from(JSON.stringify({ ...input, hook_event_name: event }));
      await Promise.all(commands.map((command) => runBareChild(command, bytes, cwd)));
      return;
    }
    const { trace } = await engine.dispatch(event, input);
    if (trace.runs.length !== handlers || trace.runs.some(({ exitCode }) => exitCode !== 0))
      throw new Error(`Expected ${handlers} handlers to exit with 0, got ${JSON.stringify(trace.runs)}`);
  };

  collectGarbage();
  const before = process.memoryUsage.rss();
  forgetPeak();
  await deliver();
  const peak = readPeak();
  collectGarbage();
  return { peakMiB: (peak - before) / MIB, keptMiB: (process.memoryUsage.rss() - before) / MIB };
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new Error("Expected --expose-gc");
  globalThis.gc();
  globalThis.gc();
}

/** Makes the kernel forget the most that was resident so far; elsewhere the start of the process counts too. */
function forgetPeak(): void {
  if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
}

/** Bytes. The kernel sees every moment, also those in which JavaScript cannot look. */
function readPeak(): number {
  // What getrusage gives on Linux counts the parent before the exec.
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1_024;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) * 1_024;
}
