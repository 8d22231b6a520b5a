/** Governors in processes of their own over one file: all at once, and killed at any moment. */
import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import { openSharedGovernor } from "../../src/recovery/governor/shared-governor.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { inFull } from "../support/requires.ts";
import { startProgram } from "./queue-process.ts";
import {
  type Begun,
  type Call,
  LINE_BYTES,
  makeCall,
  parseOrder,
  randomOfLine,
  tellPlain,
} from "./shared-governor-calls.ts";

const start = (stateDir: string, name: string, ...args: readonly string[]) =>
  startProgram(new URL("shared-governor-worker.ts", import.meta.url), [stateDir, name, ...args]);

/** What is stored, by account. */
function stored(stateDir: string): Record<string, unknown> {
  const raw = new DatabaseSync(join(stateDir, "ledger.sqlite"));
  const rows = raw.prepare("SELECT account, state FROM governor ORDER BY account").all();
  raw.close();
  return Object.fromEntries(rows.map(({ account, state }) => [account, JSON.parse(String(state))]));
}

/** One governor of this process, which hears the same calls in the order in which they were done. */
function createModel() {
  let [next, line] = [(): number => 0, 0];
  const governor = createGovernor({ random: () => next() });
  return {
    tell(call: Call, nowMs: number): unknown {
      next = randomOfLine(line++);
      return tellPlain(governor, call, nowMs) ?? null;
    },
    /** As {@link stored} has it. */
    state(): Record<string, unknown> {
      const { version, accounts } = governor.snapshot();
      const named = accounts.map((own) => [(own as { name: string }).name, { version, accounts: [own] }]);
      return JSON.parse(JSON.stringify(Object.fromEntries(named)));
    },
  };
}

const readOrder = (path: string): readonly Begun[] => parseOrder(readFileSync(path, "latin1"));

test("eight processes that wait for one reset send one canary, and not before", async () => {
  const world = makeRecovery();
  await using governor = await openSharedGovernor({
    ...{ stateDir: world.stateDir, random: () => 0, now: Date.now },
  });
  const account = "a";
  expect((await governor.ask({ account, sessionId: "first" })).ok).toBe(true);
  const names = Array.from({ length: 8 }, (_, at) => `s${at}`);
  const workers = names.map((name) => start(world.stateDir, name, "canary"));
  for (const { said } of workers) await said(1);
  const atMs = Date.now() + 1_500;
  const reset = {
    atMs,
    from: "anthropic-ratelimit-unified-5h-reset",
    precision: "exact",
    isPlausible: true,
  } as const;
  const verdict = { cause: "plan_window", window: "five_hour", reset } as const;
  const { notBeforeMs } = await governor.refused({ account, sessionId: "first", verdict });
  expect(notBeforeMs).toBeGreaterThanOrEqual(atMs);
  for (const { child } of workers) child.stdin.end("go\n");
  const lines = await Promise.all(workers.map(async ({ ended }) => (await ended)[1] ?? []));
  const answers = lines.map(([, saidMs, ...words]) => {
    expect(Number(saidMs)).toBeGreaterThanOrEqual(notBeforeMs ?? Infinity);
    return JSON.parse(words.join(" "));
  });
  const canaries = answers.filter(({ ok }) => ok);
  expect(canaries).toEqual([{ ok: true, isCanary: true }]);
  expect(answers.filter(({ why }) => why === "canary")).toHaveLength(7);
  const name = names[answers.indexOf(canaries[0])] ?? "";
  expect(await governor.view(account)).toMatchObject({ state: "canary", canary: name, admitted: [name] });
  await governor.proof({ account, sessionId: name });
  expect(await governor.view(account)).toMatchObject({ state: "open", admitted: [name] });
}, 60_000);

test(
  "calls of many processes at once are those of one governor, in the order in which they were done",
  async () => {
    const [rounds, count] = [inFull({ normal: 3, full: 100 }), 200];
    let switches = 0;
    for (let round = 0; round < rounds; round++) {
      const world = makeRecovery();
      const orderFile = join(world.folder, "order");
      const seeds = [0, 1, 2].map((at) => fuzzSeed + 7 * round + at);
      const workers = seeds.map((seed, at) =>
        start(world.stateDir, `w${at}`, "calls", String(seed), String(count), orderFile),
      );
      for (const { said } of workers) await said(1);
      for (const { child } of workers) child.stdin.end("go\n");
      const answers = await Promise.all(workers.map(async ({ ended }) => (await ended).slice(1)));
      const calls = seeds.map((seed) => {
        const random = createRandom(seed);
        return Array.from({ length: count }, () => makeCall(random));
      });
      const model = createModel();
      const order = readOrder(orderFile);
      expect(order).toHaveLength(seeds.length * count);
      let before = "";
      for (const { name, index, nowMs } of order) {
        const at = Number(name.slice(1));
        const expected = model.tell(calls[at]?.[index] as Call, nowMs);
        const [, said, ...words] = answers[at]?.[index] ?? [];
        expect([name, Number(said), JSON.parse(words.join(" "))]).toEqual([name, index, expected]);
        if (name !== before) switches++;
        before = name;
      }
      expect(stored(world.stateDir)).toEqual(model.state());
    }
    // They have to have been under way together, or this says nothing.
    expect(switches).toBeGreaterThan(20 * rounds);
  },
  inFull({ normal: 120_000, full: 900_000 }),
);

test(
  "a process killed in the middle of a call leaves what was before it or what is after it",
  async () => {
    const rounds = inFull({ normal: 14, full: 400 });
    const random = createRandom(fuzzSeed);
    const world = makeRecovery();
    const orderFile = join(world.folder, "order");
    const model = createModel();
    let [done, cut] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const seed = random.below(2 ** 31);
      const worker = start(world.stateDir, `w${round}`, "calls", String(seed), "100000", orderFile);
      await worker.said(1);
      worker.child.stdin.end("go\n");
      // By what it has done, so that a busy machine does not make the kill come before the work.
      await worker.said(2 + random.below(30));
      await sleep(random.below(4));
      worker.child.kill("SIGKILL");
      const answered = (await worker.ended).length - 1;
      const order = readOrder(orderFile).slice(done);
      const own = createRandom(seed);
      const last = order.at(-1);
      expect([answered, answered + 1]).toContain(order.length);
      for (const { nowMs } of order.slice(0, answered)) model.tell(makeCall(own), nowMs);
      done += answered;
      const state = stored(world.stateDir);
      if (order.length === answered) {
        expect(state).toEqual(model.state());
        continue;
      }
      cut++;
      const before = model.state();
      if (JSON.stringify(state) === JSON.stringify(before)) {
        // It never was.
        truncateSync(orderFile, done * LINE_BYTES);
        continue;
      }
      model.tell(makeCall(own), last?.nowMs ?? 0);
      done++;
      expect(state).toEqual(model.state());
    }
    // The kills have to have hit calls, or this says nothing.
    expect(cut).toBeGreaterThan(rounds / 10);
  },
  inFull({ normal: 120_000, full: 900_000 }),
);
