/**
 * One of many processes that share a governor: `node shared-governor-worker.ts STATE_DIR NAME MODE`. What came of it is one line each.
 * - `canary`: waits for a line, then asks for its own session until the account is not simply closed; its clock is that of the machine
 * - `calls SEED COUNT ORDER_FILE`: waits for a line, then does so many calls; see `shared-governor-calls.ts`
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { openSharedGovernor } from "../../src/recovery/governor/shared-governor.ts";
import { createRandom } from "../support/random.ts";
import { type Call, createOrder, makeCall, tellShared } from "./shared-governor-calls.ts";

const [stateDir = "", name = "", mode = "", seed = "0", count = "0", orderFile = ""] = process.argv.slice(2);
const say = (...words: readonly (string | number)[]): void => {
  writeSync(1, `${words.join(" ")}\n`);
};

/** Says that it is there, and waits until the test says go. */
async function go(): Promise<void> {
  say("ready");
  const lines = createInterface({ input: process.stdin });
  for await (const _ of lines) break;
  lines.close();
}

async function canary(): Promise<void> {
  await using governor = await openSharedGovernor({ stateDir, random: () => 0, now: Date.now });
  await go();
  for (;;) {
    const answer = await governor.ask({ account: "a", sessionId: name });
    if (answer.ok || answer.why !== "closed") return say("answer", Date.now(), JSON.stringify(answer));
    await sleep(1);
  }
}

async function calls(): Promise<void> {
  const random = createRandom(Number(seed));
  const order = createOrder(orderFile);
  let begun: { call: Call; index: number } | null = null;
  let next = (): number => 0;
  await using governor = await openSharedGovernor({
    stateDir,
    random: () => next(),
    now() {
      if (begun === null) throw new Error("Expected the clock to be read within a call");
      const moment = order.begin({ name, index: begun.index, stepMs: begun.call.stepMs });
      next = moment.next;
      return moment.nowMs;
    },
  });
  await go();
  for (let index = 0; index < Number(count); index++) {
    const call = makeCall(random);
    begun = { call, index };
    say("answer", index, JSON.stringify((await tellShared(governor, call)) ?? null));
    // Whoever goes on at once has the file again before the others look.
    if (index % 4 === 3) await sleep(1);
  }
}

if (mode === "canary") await canary();
else if (mode === "calls") await calls();
else throw new Error(`Expected a mode, got ${mode}`);
process.exit(0);
