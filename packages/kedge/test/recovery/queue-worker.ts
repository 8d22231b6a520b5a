/**
 * A worker in a process of its own: `node queue-worker.ts STATE_DIR NAME OFFSET_MS MODE`. Its clock is that of the machine and the offset. What
 * it is about to do and what it has done is one line each, written before it goes on.
 * - `churn-SEED`: adds, claims and leaves jobs until it is killed
 * - `claim`: waits for a line, then takes and ends jobs until none is left, or it had {@link SHARE}
 * - `hold`: takes one job, waits for a line, then writes in every way a holder may, and says what came of it
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { setImmediate } from "node:timers/promises";
import type { JobLease } from "../../src/recovery/queue/job.ts";
import { openSqliteQueue } from "../../src/recovery/queue/sqlite-queue.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { createRandom } from "../support/random.ts";

/** The most that one takes of 300, so that one that is fast does not take them all. */
const SHARE = 150;

const [stateDir = "", name = "", offsetMs = "0", mode = ""] = process.argv.slice(2);
const now = (): number => Date.now() + Number(offsetMs);
const queue = await openSqliteQueue({ stateDir, redactor: createRedactor(), now });
const say = (...words: readonly (string | number | bigint)[]): void => {
  writeSync(1, `${words.join(" ")}\n`);
};

/** Waits until the test says go. */
async function go(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  for await (const _ of lines) break;
  lines.close();
}

async function churn(seed: number): Promise<never> {
  const random = createRandom(seed);
  const why = "as it came";
  const leave = (lease: JobLease, outcome: string): Promise<unknown> => {
    if (outcome === "parked") return queue.park(lease, { untilMs: now() + random.below(20), why });
    if (outcome === "requeued") return queue.requeue(lease, { isCharged: random.chance(0.5), why });
    if (outcome === "failed") return queue.fail(lease, { why });
    return queue.finish(lease, outcome === "degraded" ? { state: outcome, why } : {});
  };
  for (let count = 0; ; count++) {
    const keys = Array.from({ length: 1 + random.below(3) }, (_, at) => `${name}-${count}-${at}`);
    if (random.chance(0.4)) {
      say("adding", ...keys);
      await queue.add(
        keys.map((key) => ({
          key,
          account: "a",
          sessionKey: `s-${random.below(6)}`,
          payload: key,
          notBeforeMs: 0,
        })),
      );
      say("added", ...keys);
    }
    await queue.sweep();
    const claimed = await queue.claim({ holder: name });
    if (claimed === null) continue;
    const { key, token } = claimed.lease;
    say("claimed", key, token);
    if (random.chance(0.3)) {
      const costUsd = random.below(64) / 16;
      await queue.extend(claimed.lease, { costUsd });
      say("paid", key, token, costUsd);
    }
    const outcome = random.pick(["parked", "requeued", "done", "degraded", "failed"]);
    say("leaving", key, token, outcome);
    await leave(claimed.lease, outcome);
    say("left", key, token, outcome);
  }
}

async function claimAll(): Promise<void> {
  say("ready");
  await go();
  for (let taken = 0; taken < SHARE; ) {
    const claimed = await queue.claim({ holder: name });
    if (claimed !== null) {
      taken++;
      say("claimed", claimed.job.key, claimed.job.sessionKey, process.hrtime.bigint());
      await setImmediate();
      say("leaving", claimed.job.key, claimed.job.sessionKey, process.hrtime.bigint());
      await queue.finish(claimed.lease);
      continue;
    }
    const { states } = await queue.stats();
    if (states.queued + states.running === 0) return;
    await setImmediate();
  }
}

async function hold(): Promise<void> {
  const lease = (await queue.claim({ holder: name }))?.lease;
  if (lease === undefined) throw new Error("Expected a job to hold, got none");
  say("claimed", lease.key, lease.token);
  await go();
  const writes = {
    extend: () => queue.extend(lease, { sessionId: "zombie" }),
    park: () => queue.park(lease, { untilMs: now(), why: "zombie" }),
    requeue: () => queue.requeue(lease, { isCharged: true, why: "zombie" }),
    fail: () => queue.fail(lease, { why: "zombie" }),
    finish: () => queue.finish(lease),
  };
  for (const [write, work] of Object.entries(writes))
    say(
      write,
      await work().then(
        () => "written",
        (error: { code?: string }) => error.code ?? String(error),
      ),
    );
}

if (mode.startsWith("churn-")) await churn(Number(mode.slice("churn-".length)));
else if (mode === "claim") await claimAll();
else if (mode === "hold") await hold();
else throw new Error(`Expected a mode, got ${mode}`);
await queue.close();
process.exit(0);
