/** What it costs to wait: a supervisor of 500 parked jobs. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { openRoom } from "../../packages/kedge/test/recovery/supervise-room.ts";

const JOBS = 500;
/** One each second. */
const LOOKS = 60;
const WORKER = new URL("parked-worker.ts", import.meta.url).pathname;

/** A supervisor that waits. */
export interface Parked {
  readonly jobs: number;
  readonly looks: number;
  /** Resident memory after the last look, and the most of all. */
  readonly rssMiB: number;
  readonly mostRssMiB: number;
  readonly statementsPerLook: number;
  readonly cpuMsPerLook: number;
}

/** Measures it in a process of its own, which takes a minute. */
export async function measureParked(): Promise<Parked> {
  await using room = await openRoom();
  const { queue } = room.ports;
  const keys = Array.from({ length: JOBS }, (_, at) => room.key(String(at)));
  await room.add(...keys.map((key) => ({ key })));
  // As a limit leaves them: with what a holder knows, until tomorrow.
  const progress = { version: 1, sessionId: room.key("session"), nudge: "n".repeat(500) };
  for (const key of keys) {
    const claimed = await queue.claim({ holder: "bench", key });
    if (claimed === null) throw new Error(`Expected to get ${key}`);
    const untilMs = Date.now() + 86_400_000;
    await queue.park(claimed.lease, { why: "The window of the plan is used up.", untilMs, progress });
  }
  // As it is shipped: sources would have the compiler of Node in the same memory.
  const program = join(room.folder, "worker.mjs");
  await build({
    ...{ entryPoints: [WORKER], outfile: program, bundle: true, minify: true },
    ...{ platform: "node", format: "esm", target: "node20", logLevel: "error" },
    // Some libraries are CommonJS, and ask for modules of Node.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const child = spawn(process.execPath, [program, room.folder, String(LOOKS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { jobs: JOBS, ...(JSON.parse(await text(child.stdout)) as Omit<Parked, "jobs">) };
}
