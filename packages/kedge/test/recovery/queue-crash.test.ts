/** Workers in processes of their own over one queue: killed at any moment, stopped and woken, and all at once. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Attempt, Job } from "../../src/recovery/queue/job.ts";
import { TAKEOVER_MS } from "../../src/recovery/queue/job-keeper.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";
import { startWorker } from "./queue-process.ts";
import { claim, drain, job, makeSqliteWorld, pass } from "./queue-world.ts";

/** Everything that workers said of jobs. */
interface Said {
  readonly adding: Set<string>;
  readonly added: Set<string>;
  /** `KEY TOKEN`, and `KEY TOKEN OUTCOME`. */
  readonly claimed: Set<string>;
  readonly leaving: Set<string>;
  readonly left: Set<string>;
  /** `KEY TOKEN COST_USD`. */
  readonly paid: Set<string>;
}

function hear(said: Said, lines: readonly (readonly string[])[]): void {
  for (const [verb = "", ...words] of lines)
    if (verb === "adding" || verb === "added") for (const key of words) said[verb].add(key);
    else if (verb === "claimed" || verb === "leaving" || verb === "left" || verb === "paid")
      said[verb].add(words.join(" "));
    else throw new Error(`Expected a worker to say what it does, got ${verb}`);
}

async function everything(queue: JobQueue): Promise<readonly (readonly [Job, readonly Attempt[]])[]> {
  const all: (readonly [Job, readonly Attempt[]])[] = [];
  for (let after = 0; ; ) {
    const { jobs, hasMore } = await queue.list({}, { limit: 1_000, after });
    for (const own of jobs) all.push([own, await queue.attempts(own.key)]);
    after = jobs.at(-1)?.position ?? after;
    if (!hasMore) return all;
  }
}

function holdTo(said: Said, all: readonly (readonly [Job, readonly Attempt[]])[]): void {
  const keys = new Set(all.map(([{ key }]) => key));
  expect([...said.added.difference(keys)], "lost jobs").toEqual([]);
  expect([...keys.difference(said.adding)], "invented jobs").toEqual([]);
  const attempts = all.flatMap(([own, list]) => list.map((attempt) => ({ ...attempt, key: own.key })));
  const started = new Set(attempts.map(({ key, token }) => `${key} ${token}`));
  expect([...said.claimed.difference(started)], "lost claims").toEqual([]);
  const paid = new Set(attempts.map(({ key, token, costUsd }) => `${key} ${token} ${costUsd}`));
  expect([...said.paid.difference(paid)], "lost costs").toEqual([]);
  const own = attempts.filter(({ outcome }) => outcome !== null && outcome !== "died");
  const ended = new Set(own.map(({ key, token, outcome }) => `${key} ${token} ${outcome}`));
  expect([...said.left.difference(ended)], "lost ends").toEqual([]);
  const invented = own.filter(
    ({ key, token, outcome, holder }) =>
      holder !== "drain" && !said.leaving.has(`${key} ${token} ${outcome}`),
  );
  expect(invented, "invented ends").toEqual([]);
  for (const [{ key, state, claims, attempts, deaths }, list] of all) {
    expect([key, list.length], "claims").toEqual([key, claims]);
    expect([key, list.filter(({ isCharged }) => isCharged).length], "charges").toEqual([key, attempts]);
    const last = list.at(-1)?.outcome ?? null;
    // Only the last attempt ends a job, and nothing follows.
    const ends = list
      .slice(0, -1)
      .filter(({ outcome }) => ["done", "degraded", "failed", "cancelled", null].includes(outcome));
    expect([key, ends]).toEqual([key, []]);
    if (state === "failed" && last === "died") expect(deaths).toBeGreaterThan(1);
    else if (["done", "degraded", "failed"].includes(state)) expect([key, last]).toEqual([key, state]);
  }
  const bySession = Map.groupBy(
    all.flatMap(([{ sessionKey }, list]) => list.map((attempt) => ({ ...attempt, sessionKey }))),
    ({ sessionKey }) => sessionKey,
  );
  for (const [session, list] of bySession) {
    const inOrder = list.toSorted(
      (a, b) => a.startedMs - b.startedMs || (a.endedMs ?? Infinity) - (b.endedMs ?? Infinity),
    );
    const overlaps = inOrder.filter(
      ({ startedMs }, at) => at > 0 && startedMs < (inOrder[at - 1]?.endedMs ?? Infinity),
    );
    expect([session, overlaps]).toEqual([session, []]);
  }
}

test(
  "workers killed at any moment lose nothing that was acknowledged, and invent nothing",
  async () => {
    const rounds = inFull({ normal: 10, full: 500 });
    const random = createRandom(fuzzSeed);
    const world = makeSqliteWorld();
    await using queue = await world.open();
    const said: Said = {
      adding: new Set(),
      added: new Set(),
      claimed: new Set(),
      leaving: new Set(),
      left: new Set(),
      paid: new Set(),
    };
    const terminal = new Map<string, string>();
    let [offsetMs, cut] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const workers = [0, 1].map((at) =>
        startWorker(world.stateDir, `w-${round}-${at}`, offsetMs, `churn-${random.below(2 ** 31)}`),
      );
      await Promise.all(
        workers.map(async ({ child, said: next, ended }) => {
          const [lines, waitMs] = [1 + random.below(40), random.below(6)];
          // By what it has done, so that a busy machine does not make the kills come before the work.
          await next(lines);
          await sleep(waitMs);
          child.kill("SIGKILL");
          hear(said, await ended);
        }),
      );
      cut += (await queue.stats()).states.running;
      world.nowMs = Date.now() + offsetMs;
      await pass(world, queue, TAKEOVER_MS);
      offsetMs = world.nowMs - Date.now();
      expect((await queue.stats()).states.running).toBe(0);
      for (const { key, state, endedMs } of (
        await queue.list({ states: ["done", "degraded", "failed"] }, { limit: 1_000 })
      ).jobs) {
        const is = `${state} ${endedMs}`;
        expect(terminal.get(key) ?? is).toBe(is);
        terminal.set(key, is);
      }
    }
    await drain(queue);
    const all = await everything(queue);
    holdTo(said, all);
    expect(all.filter(([{ state }]) => !["done", "degraded", "failed"].includes(state))).toEqual([]);
    // The kills have to have hit work, or this says nothing.
    expect(cut).toBeGreaterThan(rounds / 10);
    expect(said.left.size).toBeGreaterThan(2 * rounds);
  },
  inFull({ normal: 120_000, full: 1_200_000 }),
);

test("workers that claim at once never get the same job, nor two of one session", async () => {
  const world = makeSqliteWorld();
  await using queue = await world.open();
  await queue.add(Array.from({ length: 300 }, (_, at) => job({ sessionKey: `s-${at % 9}` })));
  const workers = [0, 1, 2].map((at) => startWorker(world.stateDir, `w-${at}`, 0, "claim"));
  for (const { said } of workers) await said(1);
  for (const { child } of workers) child.stdin.end("go\n");
  const lines = (await Promise.all(workers.map(({ ended }) => ended))).flatMap((own) => own.slice(1));
  const claimed = lines.filter(([verb]) => verb === "claimed").map(([, key]) => key);
  expect([claimed.length, new Set(claimed).size]).toEqual([300, 300]);
  for (const own of Map.groupBy(lines, ([, , session]) => session).values()) {
    const verbs = own
      .toSorted((a, b) => (BigInt(a[3] ?? 0) < BigInt(b[3] ?? 0) ? -1 : 1))
      .map(([verb]) => verb);
    expect(verbs).toEqual(verbs.map((_, at) => (at % 2 === 0 ? "claimed" : "leaving")));
  }
  expect((await queue.stats()).states).toMatchObject({ done: 300 });
}, 60_000);

test("a worker that is stopped, and wakes when another has its job, writes nothing and is told so", async () => {
  const world = makeSqliteWorld();
  await using queue = await world.open();
  await queue.add([job({ key: "k" })]);
  const zombie = startWorker(world.stateDir, "zombie", 0, "hold");
  expect(await zombie.said(1)).toEqual([["claimed", "k", "1"]]);
  zombie.child.kill("SIGSTOP");
  zombie.child.stdin.end("go\n");
  expect(await pass(world, queue, TAKEOVER_MS)).toEqual(["k"]);
  const { lease } = await claim(queue, "heir");
  const before = [await queue.get("k"), await queue.attempts("k")];
  zombie.child.kill("SIGCONT");
  const [, ...told] = await zombie.ended;
  expect(told).toEqual(["extend", "park", "requeue", "fail", "finish"].map((write) => [write, "LEASE_LOST"]));
  expect([await queue.get("k"), await queue.attempts("k")]).toEqual(before);
  expect(await queue.finish(lease)).toMatchObject({ state: "done", attempts: 1, claims: 2 });
}, 30_000);
