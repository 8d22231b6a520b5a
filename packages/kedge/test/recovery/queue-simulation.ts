/** Workers that do anything they may at any moment, and what they must see. */
import { expect } from "vitest";
import type { JobLease } from "../../src/recovery/queue/job.ts";
import type { JobQueue } from "../../src/recovery/queue/job-queue.ts";
import type { ReadyFilter } from "../../src/recovery/queue/job-reader.ts";
import { EXTEND_EVERY_MS, type HolderNews } from "../../src/recovery/queue/job-runner.ts";
import type { Random } from "../support/random.ts";
import * as model from "./queue-model.ts";
import { job, type QueueWorld } from "./queue-world.ts";

interface Worker {
  readonly name: string;
  readonly queue: JobQueue;
  held: { readonly lease: JobLease; readonly of: model.ModelJob } | null;
  /** Stopped: it says nothing until it is woken. */
  isStopped: boolean;
}

export interface Simulation {
  step(): Promise<void>;
  /** Ends all that is left, and looks at everything. */
  settle(): Promise<void>;
  /** What happened last. */
  trace(): readonly string[];
  close(): Promise<void>;
}

const ACCOUNTS = ["a-0", "a-1", "a-2"];
const BATCHES = ["b-0", "b-1"];
const OWNER = "o";
/** After every end that there can be. */
const AT_LAST_MS = 8.64e15;
const JUMPS_MS = [1_000, -1_000, 1_900, -1_900, 3_600_000, -3_600_000, 3.2e11, -3.2e11];

export async function createSimulation(world: QueueWorld, random: Random): Promise<Simulation> {
  const queues = [await world.open(), await world.open(), await world.open()];
  const workers = Array.from({ length: 6 }, (_, at): Worker => {
    return { name: `w-${at}`, queue: random.pick(queues), held: null, isStopped: false };
  });
  const jobs = new Map<string, model.ModelJob>();
  /** What was forgotten: keys that may come again, and the greatest token, which may not. */
  const forgotten = { keys: [] as string[], token: 0 };
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  let [trueMs, jumps, jumpedMs] = [0, 0, 0];
  const moment = (): model.Moment => ({ trueMs, jumps, nowMs: world.nowMs });
  const some = (): model.ModelJob | undefined => random.pick([...jobs.values()]);
  const holds = ({ held }: Worker): boolean =>
    held !== null && held.of.state === "running" && held.of.token === held.lease.token;

  async function compareAll(): Promise<void> {
    const { jobs: listed } = await random.pick(queues).list({}, { limit: 1_000 });
    expect(listed.map(({ key }) => key)).toEqual([...jobs.keys()]);
    for (const own of listed) model.compare(jobs.get(own.key) as model.ModelJob, own);
    const running = listed.filter(({ state }) => state === "running");
    expect(new Set(running.map(({ sessionKey }) => sessionKey)).size).toBe(running.length);
    const account = random.pick(ACCOUNTS);
    const [queue, own] = [random.pick(queues), running.filter((each) => each.account === account)];
    expect(await queue.running()).toEqual(running.map(({ key }) => key));
    expect(await queue.running({ account })).toEqual(own.map(({ key }) => key));
    const costs = [...jobs.values()].flatMap(({ given, costs }) => (given.account === account ? costs : []));
    expect(await queue.spent({ account, sinceMs: 0 })).toBe(
      costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    );
  }

  async function add(): Promise<void> {
    const given = Array.from({ length: 1 + random.below(3) }, () => {
      const notBeforeMs = random.chance(0.5) ? 0 : Math.max(0, world.nowMs + random.below(40_000));
      const known = random.chance(0.3) ? random.pick(forgotten.keys) : some()?.given.key;
      return job({
        ...(random.chance(0.5) && { batch: random.pick(BATCHES) }),
        ...{ account: random.pick(ACCOUNTS), sessionKey: `s-${random.below(5)}`, notBeforeMs },
        ...{ priority: random.below(3), ...(known && random.chance(0.2) ? { key: known } : {}) },
      });
    });
    const isNew = given.map((own) => {
      if (jobs.has(own.key)) return false;
      jobs.set(own.key, model.newModelJob(own, moment(), forgotten.token));
      return true;
    });
    expect((await random.pick(queues).add(given)).map((own) => own.isNew)).toEqual(isNew);
  }

  async function claim(worker: Worker, wanted: Omit<ReadyFilter, "limit"> = {}): Promise<void> {
    const { closedAccounts = [], batch, key } = wanted;
    const busy = new Set(
      [...jobs.values()].filter((own) => own.state === "running").map((own) => own.given.sessionKey),
    );
    const isFree = ({ given }: model.ModelJob): boolean =>
      !busy.has(given.sessionKey) &&
      !closedAccounts.includes(given.account) &&
      (batch === undefined || given.batch === batch) &&
      (key === undefined || given.key === key);
    const ready = await random.pick(queues).ready({ ...wanted, limit: 3 });
    for (const own of ready) {
      const known = jobs.get(own.key) as model.ModelJob;
      expect([isFree(known), model.mayStart(known, moment())]).toEqual([true, true]);
      model.compare(known, own);
    }
    const claimed = await worker.queue.claim({ holder: worker.name, ...wanted });
    say(`${worker.name} claims ${claimed?.job.key} of ${batch} ${key}`);
    expect(claimed?.job.key).toBe(ready[0]?.key);
    if (claimed === null) {
      const left = [...jobs.values()].filter((own) => isFree(own) && model.mustStart(own, moment()));
      expect(left.map(({ given }) => given.key)).toEqual([]);
      return;
    }
    const own = jobs.get(claimed.job.key) as model.ModelJob;
    expect([isFree(own), model.mayStart(own, moment())]).toEqual([true, true]);
    model.start(own, moment());
    expect(claimed.lease).toEqual({ key: own.given.key, holder: worker.name, token: own.token });
    model.compare(own, claimed.job);
    worker.held = { lease: claimed.lease, of: own };
  }

  /** One write of a holder, which has to be refused exactly when it lost its job. */
  async function write(worker: Worker, work: (lease: JobLease) => Promise<unknown>): Promise<boolean> {
    if (worker.held === null) return false;
    const { lease, of } = worker.held;
    if (holds(worker)) {
      await work(lease);
      return true;
    }
    say(`${worker.name} is refused ${lease.key}`);
    await expect(work(lease)).rejects.toMatchObject({ code: "LEASE_LOST" });
    const now = jobs.get(lease.key);
    if (now === of) model.compare(of, await worker.queue.get(lease.key));
    worker.held = null;
    return false;
  }

  /** Costs are multiples of what a number holds exactly, so that they add up in any order. */
  const news = (): HolderNews => ({
    ...(random.chance(0.3) && { progress: random.pick<number | null>([null, random.below(9)]) }),
    ...(random.chance(0.3) && { costUsd: random.below(64) / 16 }),
  });

  async function extend(worker: Worker): Promise<void> {
    const said = news();
    const isHeld = await write(worker, (lease) => worker.queue.extend(lease, said));
    if (!isHeld || worker.held === null) return;
    worker.held.of.heard = moment();
    model.hear(worker.held.of, said);
  }

  async function leave(worker: Worker): Promise<void> {
    const { queue } = worker;
    const outcome = random.pick<model.Leaving>([
      "parked",
      "parked",
      "requeued",
      "requeued",
      "done",
      "degraded",
      "failed",
      "cancelled",
    ]);
    const [why, isCharged, hasTime] = [`because ${outcome}`, random.chance(0.5), random.chance(0.7)];
    const untilMs = Math.max(0, world.nowMs + random.below(60_000) - 1_000);
    say(
      `${worker.name} leaves ${worker.held?.lease.key} ${outcome} ${untilMs - world.nowMs} ${isCharged} ${hasTime}`,
    );
    const said = { ...news(), why };
    const isHeld = await write(worker, (lease) => {
      if (outcome === "parked")
        return queue.park(lease, hasTime ? { untilMs, ...said } : { untilMs: null, owner: OWNER, ...said });
      if (outcome === "requeued")
        return queue.requeue(lease, { ...said, isCharged, ...(hasTime ? { notBeforeMs: untilMs } : {}) });
      if (outcome === "failed") return queue.fail(lease, said);
      return queue.finish(lease, { state: outcome, ...said });
    });
    if (!isHeld || worker.held === null) return;
    model.hear(worker.held.of, said);
    const timeless = outcome === "parked" ? null : world.nowMs;
    const end = { outcome, dueMs: hasTime ? untilMs : timeless };
    const isCounted = outcome === "requeued" ? isCharged : outcome !== "parked" && outcome !== "cancelled";
    model.leave(worker.held.of, { ...end, isCharged: isCounted }, moment());
    model.compare(worker.held.of, await queue.get(worker.held.lease.key));
    worker.held = null;
  }

  async function sweep(): Promise<void> {
    const swept = await random.pick(queues).sweep();
    for (const end of ["requeued", "failed", "cancelled"] as const)
      for (const key of swept[end]) {
        say(`swept ${key}: ${end}`);
        const own = jobs.get(key) as model.ModelJob;
        expect([own.state, model.lease(own, moment()).may]).toEqual(["running", true]);
        expect(model.die(own, moment())).toBe(end);
      }
    const overdue = [...jobs.values()].filter(
      (own) => own.state === "running" && model.lease(own, moment()).must,
    );
    expect(overdue.map(({ given }) => given.key)).toEqual([]);
  }

  /** Less than a second goes by, somebody sweeps, and those who live say so in time. */
  async function pass(): Promise<void> {
    const ms = 300 + random.below(700);
    trueMs += ms;
    world.nowMs += ms;
    await sweep();
    for (const worker of workers) {
      const heard = worker.held?.of.heard;
      if (worker.isStopped || heard === undefined || trueMs - heard.trueMs < EXTEND_EVERY_MS) continue;
      // Who lives keeps its job, unless it was stopped for too long.
      await extend(worker);
    }
  }

  function setClock(): void {
    // More often would be no clock.
    if (trueMs - jumpedMs < 4_000) return;
    const ms = random.pick(JUMPS_MS);
    if (world.nowMs + ms < 0 || world.nowMs + ms > 8e15) return;
    say(`the clock is set by ${ms}`);
    [jumpedMs, jumps] = [trueMs, jumps + 1];
    world.nowMs += ms;
  }

  async function change(): Promise<void> {
    const own = some();
    if (own === undefined) return;
    const { key } = own.given;
    const isOver = model.isOver(own);
    const result = isOver ? "ended" : own.state === "running" ? "running" : "changed";
    if (random.chance(0.4)) {
      say(`cancel ${key}`);
      expect(await random.pick(queues).cancel([key], "no more")).toEqual([{ key, result }]);
      if (result === "changed") own.state = "cancelled";
      else if (!isOver) own.isUnwanted = true;
      return;
    }
    say(`wake ${key}`);
    expect(await random.pick(queues).wake([key])).toEqual([{ key, result }]);
    if (result !== "changed") return;
    own.state = "queued";
    own.wait = { dueMs: world.nowMs, since: moment() };
  }

  async function wakeOwned(): Promise<void> {
    const batch = random.chance(0.5) ? random.pick(BATCHES) : undefined;
    const owned = [...jobs.values()].filter(
      ({ state, wait, given }) =>
        state === "parked" && wait.dueMs === null && (batch === undefined || given.batch === batch),
    );
    say(`${OWNER} wakes ${owned.map(({ given }) => given.key)}`);
    const wish = { owner: OWNER, ...(batch !== undefined && { batch }) };
    expect(await random.pick(queues).wakeOwned(wish)).toBe(owned.length);
    for (const own of owned) [own.state, own.wait] = ["queued", { dueMs: world.nowMs, since: moment() }];
  }

  async function forget(): Promise<void> {
    const ended = [...jobs.values()].filter(model.isOver);
    const keys = ended.map(({ given }) => given.key);
    say(`forgets ${keys}`);
    expect((await random.pick(queues).forget(AT_LAST_MS)).toSorted()).toEqual(keys.toSorted());
    for (const key of keys) jobs.delete(key);
    forgotten.keys.push(...keys);
    forgotten.token = Math.max(forgotten.token, ...ended.map(({ token }) => token));
  }

  const steps: readonly [number, () => unknown][] = [
    [5, pass],
    [2, add],
    [1, setClock],
    [1, change],
    [1, () => (random.chance(0.3) ? wakeOwned() : random.chance(0.2) ? forget() : undefined)],
    [
      8,
      () => {
        const worker = random.pick(workers);
        if (worker.isStopped) {
          if (random.chance(0.15)) worker.isStopped = false;
          return;
        }
        if (worker.held === null)
          return claim(worker, {
            closedAccounts: ACCOUNTS.filter(() => random.chance(0.2)),
            ...(random.chance(0.2) && { batch: random.pick(BATCHES) }),
            ...(random.chance(0.2) && jobs.size > 0 && { key: random.pick([...jobs.keys()]) }),
          });
        if (random.chance(0.35)) return leave(worker);
        if (random.chance(0.15)) worker.isStopped = true;
        // Killed: another of its name begins with nothing.
        else if (random.chance(0.2)) worker.held = null;
      },
    ],
  ];
  const bag = steps.flatMap(([often, step]) => Array.from({ length: often }, () => step));

  return {
    async step() {
      await random.pick(bag)();
      if (random.chance(0.1)) await compareAll();
    },
    async settle() {
      for (const worker of workers) {
        worker.isStopped = false;
        await extend(worker);
      }
      for (let round = 0; [...jobs.values()].some((own) => !model.isOver(own)); round++) {
        expect(round).toBeLessThan(2_000);
        await pass();
        for (const own of jobs.values())
          if (own.state === "parked" && own.wait.dueMs === null) await wakeOwned();
        for (const worker of workers) await (worker.held === null ? claim(worker) : leave(worker));
      }
      await compareAll();
      for (const own of jobs.values()) {
        const attempts = await random.pick(queues).attempts(own.given.key);
        expect(attempts.map(({ outcome }) => outcome)).toEqual(own.outcomes);
        expect(attempts.map(({ costUsd }) => costUsd)).toEqual(own.costs);
        expect(attempts.filter(({ isCharged }) => isCharged)).toHaveLength(own.attempts);
        expect(attempts.every(({ endedMs }) => endedMs !== null)).toBe(true);
      }
    },
    trace: () => lines.slice(-40),
    async close() {
      for (const queue of queues) await queue.close();
    },
  };
}
