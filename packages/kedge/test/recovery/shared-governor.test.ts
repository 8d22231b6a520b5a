import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { createGovernor } from "../../src/recovery/governor/governor.ts";
import type { GovernorConfig } from "../../src/recovery/governor/governor-api.ts";
import { openSharedGovernor } from "../../src/recovery/governor/shared-governor.ts";
import type { SharedGovernor } from "../../src/recovery/governor/shared-governor-api.ts";
import { fuzzSeed, randomOfCase } from "../support/random.ts";
import { makeRecovery } from "../support/recovery-world.ts";
import { inFull } from "../support/requires.ts";
import { makeCall, randomOfLine, T0, tellPlain, tellShared } from "./shared-governor-calls.ts";

const account = "a";

/** A clock that tests move, and any number of connections to one file, as processes would have them. */
function makeWorld() {
  const { stateDir } = makeRecovery();
  const world = {
    ...{ nowMs: T0, next: (): number => 0.5, stateDir },
    async open(config?: GovernorConfig): Promise<SharedGovernor> {
      const governor = await openSharedGovernor({
        ...{ stateDir, random: () => world.next(), now: () => world.nowMs },
        ...(config !== undefined && { config }),
      });
      onTestFinished(() => governor.close());
      return governor;
    },
    /** The file itself, for what no method does. */
    raw(): DatabaseSync {
      const raw = new DatabaseSync(join(stateDir, "ledger.sqlite"));
      onTestFinished(() => raw.close());
      return raw;
    },
  };
  return world;
}

const limit = (afterMs: number) => ({ cause: "plan_window", window: "w", retryAfterMs: afterMs }) as const;

test("what one hears the others know, and those that come later", async () => {
  const world = makeWorld();
  const [first, second] = [await world.open(), await world.open()];
  expect(await second.view(account)).toBeUndefined();
  expect(await first.ask({ account, sessionId: "s0" })).toEqual({ ok: true, isCanary: false });
  expect(await second.ask({ account, sessionId: "s1" })).toMatchObject({ ok: false, why: "pace" });
  expect(await second.refused({ account, sessionId: "s0", verdict: limit(60_000) })).toEqual({
    ...{ notBeforeMs: T0 + 61_000, isAgain: false },
  });
  expect(await first.ask({ account, sessionId: "s1" })).toMatchObject({ ok: false, why: "closed" });
  await first.stop({ account: "b", why: "asked to" });
  const third = await world.open();
  expect(await third.ask({ account: "b", sessionId: "s1" })).toMatchObject({ ok: false, why: "stopped" });
  await third.clear({ account: "b" });
  expect(await first.ask({ account: "b", sessionId: "s1" })).toEqual({ ok: true, isCanary: true });
  const views = await second.views();
  expect(views.map((own) => [own.account, own.state])).toEqual([
    ["a", "closed"],
    ["b", "canary"],
  ]);
  expect(views.map(({ account: name, ...view }) => [name, view])).toEqual([
    ["a", await third.view("a")],
    ["b", await third.view("b")],
  ]);
});

test("any calls, over any of the connections, are those of one governor", async () => {
  const runs = inFull({ normal: 25, full: 1_000 });
  for (let index = 0; index < runs; index++) {
    const random = randomOfCase(fuzzSeed, index);
    const world = makeWorld();
    const governors = [await world.open(), await world.open(), await world.open()];
    const model = createGovernor({ random: () => world.next() });
    for (let line = 0; line < 100; line++) {
      const call = makeCall(random);
      world.nowMs += call.stepMs;
      world.next = randomOfLine(line);
      const expected = tellPlain(model, call, world.nowMs);
      world.next = randomOfLine(line);
      const what = `case ${index} of seed ${fuzzSeed}, call ${line}`;
      expect(await tellShared(random.pick(governors), call), what).toEqual(expected);
      const view = await random.pick(governors).view(call.account);
      expect(view, what).toEqual(model.view(call.account));
    }
    for (const governor of governors) await governor.close();
  }
}, 600_000);

test("a call that cannot be stored was never made, also for the process that made it", async () => {
  const world = makeWorld();
  const [governor, other] = [await world.open(), await world.open()];
  await governor.ask({ account, sessionId: "s0" });
  const before = await other.view(account);
  const raw = world.raw();
  raw.exec("CREATE TRIGGER full BEFORE UPDATE ON governor BEGIN SELECT RAISE(ABORT, 'no room'); END");
  world.nowMs += 5_000;
  for (const call of [
    () => governor.ended({ account, sessionId: "s0" }),
    () => governor.ask({ account, sessionId: "s1" }),
    () => governor.stop({ account, why: "asked to" }),
  ])
    await expect(call()).rejects.toMatchObject({ code: "LEDGER_NOT_USABLE" });
  expect([await governor.view(account), await other.view(account)]).toEqual([before, before]);
  raw.exec("DROP TRIGGER full");
  expect(await governor.ask({ account, sessionId: "s1" })).toEqual({ ok: true, isCanary: false });
  expect((await other.view(account))?.admitted).toEqual(["s0", "s1"]);
});

test("a call that changes nothing writes nothing", async () => {
  const world = makeWorld();
  const governor = await world.open();
  const raw = world.raw();
  const writes = () => raw.prepare("PRAGMA data_version").get()?.data_version;
  await governor.ask({ account, sessionId: "s0" });
  const before = writes();
  expect(await governor.ask({ account, sessionId: "s0" })).toEqual({ ok: true, isCanary: false });
  expect(await governor.reconcile({ account: "b", running: [], sinceMs: T0 })).toEqual([]);
  expect(await governor.views()).toHaveLength(1);
  expect(writes()).toBe(before);
  await governor.started({ account, sessionId: "s0" });
  expect(writes()).not.toBe(before);
});

test("places come back from sessions that nobody runs, and from no others", async () => {
  const world = makeWorld();
  const governor = await world.open();
  for (const sessionId of ["s0", "s1", "s2"]) {
    expect((await governor.ask({ account, sessionId })).ok).toBe(true);
    await governor.started({ account, sessionId });
    world.nowMs += 1_000;
  }
  const reconcile = (sinceMs: number) => governor.reconcile({ account, running: ["s1", "x"], sinceMs });
  expect(await reconcile(T0)).toEqual([]);
  expect(await reconcile(T0 + 2_000)).toEqual(["s0"]);
  expect((await governor.view(account))?.admitted).toEqual(["s1", "s2"]);
  expect(await reconcile(T0 + 2_000)).toEqual([]);
  expect(await reconcile(T0 + 2_001)).toEqual(["s2"]);
  expect((await governor.view(account))?.admitted).toEqual(["s1"]);
});

test("a canary whose process is gone leaves its part to the next one, later", async () => {
  const world = makeWorld();
  const [governor, other] = [await world.open(), await world.open()];
  await governor.ask({ account, sessionId: "s0" });
  await governor.refused({ account, sessionId: "s0", verdict: limit(60_000) });
  world.nowMs += 61_000;
  expect(await governor.ask({ account, sessionId: "s0" })).toEqual({ ok: true, isCanary: true });
  expect(await other.ask({ account, sessionId: "s1" })).toMatchObject({ ok: false, why: "canary" });
  world.nowMs += 10_000;
  expect(await other.reconcile({ account, running: [], sinceMs: world.nowMs })).toEqual(["s0"]);
  const again = await other.ask({ account, sessionId: "s1" });
  expect(again).toMatchObject({ ok: false, why: "closed", notBeforeMs: expect.any(Number) });
  world.nowMs += 3_600_000;
  expect(await other.ask({ account, sessionId: "s1" })).toEqual({ ok: true, isCanary: true });
});

test("what a newer Kedge or nobody can have written is left as it is, with what to do", async () => {
  const world = makeWorld();
  const governor = await world.open();
  const raw = world.raw();
  for (const [state, code, words] of [
    ['{"version":2,"lanes":[]}', "LEDGER_NEWER", "Use the newer Kedge, or set another KEDGE_STATE_DIR"],
    ["{", "LEDGER_NOT_USABLE", "Move ledger.sqlite aside"],
  ] as const) {
    raw.exec("DELETE FROM governor");
    raw.prepare("INSERT INTO governor (account, state, changed_ms) VALUES (?, ?, 1)").run(account, state);
    const news = { account, sessionId: "s0" };
    const calls: readonly (() => Promise<unknown>)[] = [
      () => governor.ask(news),
      () => governor.started(news),
      () => governor.proof(news),
      () => governor.refused({ ...news, verdict: limit(1_000) }),
      () => governor.ended(news),
      () => governor.stop({ account, why: "asked to" }),
      () => governor.clear({ account }),
      () => governor.reconcile({ account, running: [], sinceMs: T0 }),
      () => governor.view(account),
      () => governor.views(),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(raw.prepare("SELECT state FROM governor").all()).toEqual([{ state }]);
    // Other accounts go on.
    expect((await governor.ask({ account: `b-${code}`, sessionId: "s0" })).ok).toBe(true);
  }
});

test("what cannot be is refused, and a closed one says so", async () => {
  const world = makeWorld();
  await expect(world.open({ backoffBaseMs: 1 })).rejects.toThrow(RangeError);
  const governor = await world.open({ maxConcurrency: 1 });
  const wrong: readonly (() => Promise<unknown>)[] = [
    () => governor.ask({ account: "", sessionId: "s0" }),
    () => governor.ask({ account, sessionId: "a\0b" }),
    () => governor.proof({ account: "\ud800", sessionId: "s0" }),
    () => governor.stop({ account, why: " " }),
    () => governor.reconcile({ account, running: "s0" as never, sinceMs: T0 }),
    () => governor.reconcile({ account, running: [], sinceMs: Number.NaN }),
    () => governor.view(""),
  ];
  for (const call of wrong) await expect(call()).rejects.toMatchObject({ code: "JOB_INVALID" });
  world.nowMs = Number.NaN;
  await expect(governor.ask({ account, sessionId: "s0" })).rejects.toThrow(RangeError);
  world.nowMs = T0;
  expect(await governor.views()).toEqual([]);
  expect((await governor.ask({ account, sessionId: "s0" })).ok).toBe(true);
  expect(await governor.ask({ account, sessionId: "s1" })).toMatchObject({ ok: false, why: "concurrency" });
  await governor.close();
  await governor.close();
  await expect(governor.ask({ account, sessionId: "s0" })).rejects.toMatchObject({
    code: "LEDGER_NOT_USABLE",
  });
});
