import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CAUSES } from "../../src/recovery/index.ts";
import {
  ACCOUNT,
  BILLING,
  HOUR,
  MINUTE,
  makeWaits,
  OVERLOAD,
  planWindow,
  SECOND,
  startIdle,
  THROTTLE,
} from "./waits-world.ts";

const S = "5e551011-0000-4000-8000-000000000001";

describe("a session that waits", () => {
  test("is woken when its pause is over, counted, and holds a place for a while", async () => {
    const world = await makeWaits({ nudge: "Look first, then go on." });
    const [judged, ...others] = await world.stranded(S, OVERLOAD);
    expect(others).toEqual([]);
    // Half of the 60 seconds of an overload, by the chance of this test; the governor lets in after that.
    expect(judged).toMatchObject({ type: "due", sessionId: S, cause: "overload", account: ACCOUNT });
    expect((judged?.dueMs ?? 0) - world.nowMs()).toBeGreaterThan(28 * SECOND);
    expect(await world.waiting.look()).toEqual([]);
    expect(world.text(`${S}.go`)).toBeNull();
    world.pass(15 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([
      { type: "woken", sessionId: S, failureId: judged?.failureId },
    ]);
    expect(world.text(`${S}.go`)).toBe("Look first, then go on.\n");
    expect(world.tries(S)).toEqual(["overload"]);
    expect((await world.governor.view(ACCOUNT))?.admitted).toEqual([S]);
    world.remove(`${S}.wait`);
    world.pass(9 * MINUTE);
    await world.waiting.look();
    expect((await world.governor.view(ACCOUNT))?.admitted).toEqual([S]);
    world.pass(2 * MINUTE);
    await world.waiting.look();
    expect((await world.governor.view(ACCOUNT))?.admitted).toEqual([]);
  });

  test("is judged when its failure has come into the ledger, and as unknown where none comes", async () => {
    const world = await makeWaits();
    world.wait(S);
    expect(await world.waiting.look()).toEqual([]);
    world.pass(30 * SECOND);
    expect(await world.waiting.look()).toEqual([]);
    world.wait("other");
    await world.fail("other", THROTTLE);
    // The beginning of an id is not the id.
    await world.fail(`${S}0`, THROTTLE);
    world.pass(3 * SECOND);
    expect(await world.waiting.look()).toMatchObject([
      { type: "due", sessionId: "other", cause: "request_rate" },
    ]);
    world.pass(MINUTE);
    expect(await world.waiting.look()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "due", sessionId: S, cause: "unknown", account: "key:none" }),
      ]),
    );
  });

  test("is judged by the failure of its own turn", async () => {
    const world = await makeWaits();
    await world.fail(S, { ...BILLING, promptId: "before" });
    world.pass(2 * SECOND);
    world.wait(S);
    world.write(`${S}.wait`, `${world.text(`${S}.wait`)}prompt now\n`);
    world.pass(3 * SECOND);
    expect(await world.waiting.look()).toEqual([]);
    await world.fail(S, { ...OVERLOAD, promptId: "now" });
    expect(await world.waiting.look()).toMatchObject([{ type: "due", cause: "overload" }]);
  });

  test("is left to its person where nothing may be tried, and the account hears of it", async () => {
    const world = await makeWaits();
    expect(await world.stranded(S, BILLING)).toMatchObject([
      { type: "stopped", sessionId: S, cause: "billing" },
    ]);
    expect(world.text(`${S}.stop`)).toMatch(/account stops until a person acts/);
    expect((await world.governor.view(ACCOUNT))?.state).toBe("stopped");
    expect(await world.waiting.look()).toEqual([]);
    // One that was only waiting for its time stops with its account.
    const other = await makeWaits();
    await other.stranded("a", OVERLOAD);
    await other.stranded("b", BILLING);
    other.pass(20 * MINUTE);
    expect(await other.waiting.look()).toMatchObject([{ type: "stopped", sessionId: "a" }]);
    expect(other.text("a.stop")).toBe("Its account is stopped until a person acts.\n");
    expect(other.text("a.go")).toBeNull();
  });

  test.each([
    ["a bad login, which only a new process reads anew", { kind: "authentication_failed", status: 401 }],
    ["a refusal", { kind: "invalid_request", stopReason: "refusal" }],
    ["a model that is not there", { kind: "model_not_found", status: 404 }],
  ] as const)("is left to its person after %s", async (_, said) => {
    const world = await makeWaits({ models: { "*": "claude-sonnet-5" } });
    expect(await world.stranded(S, said)).toMatchObject([{ type: "stopped" }]);
    expect(world.text(`${S}.go`)).toBeNull();
  });

  test("stays with its model, whatever stands in for it elsewhere", async () => {
    const world = await makeWaits({
      models: { "*": "claude-sonnet-5" },
      causes: { overload: { action: "fallback_model" } },
    });
    expect(await world.stranded(S, OVERLOAD)).toMatchObject([{ type: "due" }]);
  });

  test("goes on in smaller steps where its answer was cut", async () => {
    const world = await makeWaits();
    await world.stranded(S, { kind: "max_output_tokens", stopReason: "max_tokens" });
    world.pass(10 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([{ type: "woken" }]);
    expect(world.text(`${S}.go`)).toContain("smaller steps");
  });

  test.each([
    ["by its cause", "request_rate"],
    ["by the word of the hook, while no supervisor lived", "rate_limit"],
  ])("is not woken more often than the policy says, counted %s", async (_, word) => {
    const world = await makeWaits({ causes: { request_rate: { attempts: 2 } } });
    const second = Math.floor(world.nowMs() / 1_000);
    world.write(`${S}.tries`, `${second - 100} ${word}\n`);
    expect(await world.stranded(S, THROTTLE)).toMatchObject([{ type: "due" }]);
    world.write("t.tries", `${second - 100} ${word}\n${second - 50} ${word}\nnonsense\n`);
    expect(await world.stranded("t", THROTTLE)).toMatchObject([{ type: "stopped", why: /tried 2 times/ }]);
  });

  test("is not woken more often than all causes together may, nor after the time for it", async () => {
    const world = await makeWaits({ attempts: 2, hours: { total: "1h" } });
    const second = Math.floor(world.nowMs() / 1_000);
    world.write(`${S}.tries`, `${second - 100} server\n${second - 50} overload\n`);
    expect(await world.stranded(S, THROTTLE)).toMatchObject([{ type: "stopped", why: /tries are used up/ }]);
    world.write("t.tries", `${second - 3_600} server\n`);
    expect(await world.stranded("t", THROTTLE)).toMatchObject([{ type: "stopped", why: /over 1h/ }]);
  });

  test("waits for the end of its limit, and that is no try", async () => {
    const world = await makeWaits({ attempts: 1 });
    const resetMs = world.nowMs() + 2 * HOUR;
    const [judged] = await world.stranded(S, planWindow(resetMs));
    expect(judged).toMatchObject({ type: "due", cause: "plan_window" });
    // Time for the agent's own way on, and for a clock that goes to the minute.
    expect((judged?.dueMs ?? 0) - resetMs).toBe(90 * SECOND);
    world.pass(2 * HOUR);
    expect(await world.waiting.look()).toEqual([]);
    world.pass(3 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([{ type: "woken", isCanary: true }]);
    expect(world.tries(S)).toEqual(["park"]);
    expect(CAUSES).not.toContain("park");
    await world.stranded(S, planWindow(world.nowMs() + 2 * HOUR));
    expect(world.text(`${S}.stop`)).toBeNull();
  });

  test("is not put aside for longer than the policy allows", async () => {
    const world = await makeWaits({ max_park: "1h" });
    const found = await world.stranded(S, planWindow(world.nowMs() + 2 * HOUR));
    expect(found).toMatchObject([{ type: "stopped", why: /over 1h/ }]);
    // And not where its account stays closed for so long because of others.
    await world.stranded("a", OVERLOAD);
    await world.governor.refused({ account: ACCOUNT, sessionId: "x", verdict: limitFor(3 * HOUR) });
    world.pass(59 * MINUTE);
    expect(await world.waiting.look()).toEqual([]);
    world.pass(2 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([{ type: "stopped", sessionId: "a" }]);
  });

  test("is woken in the hours for it only, though it was due before", async () => {
    const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
    const startMs = Date.now();
    const wake = { from: clock(startMs - HOUR), to: clock(startMs + HOUR) };
    const world = await makeWaits({ zone: "UTC", hours: { wake } });
    await world.stranded(S, OVERLOAD);
    await world.governor.refused({ account: ACCOUNT, sessionId: "x", verdict: limitFor(90 * MINUTE) });
    world.pass(100 * MINUTE);
    expect(await world.waiting.look()).toEqual([]);
    world.pass(10 * HOUR);
    expect(await world.waiting.look()).toEqual([]);
    expect(world.text(`${S}.go`)).toBeNull();
    world.pass(12 * HOUR);
    expect(await world.waiting.look()).toMatchObject([{ type: "woken" }]);
  });

  test("is not woken when somebody has typed while it was let in", async () => {
    const world = await makeWaits();
    const { governor } = world;
    const waiting = world.again({
      governor: {
        ...governor,
        ask: async (ask) => {
          const answer = await governor.ask(ask);
          world.remove(`${S}.wait`);
          return answer;
        },
      },
    });
    world.wait(S);
    await world.fail(S, OVERLOAD);
    world.pass(3 * SECOND);
    await waiting.look();
    world.pass(20 * MINUTE);
    expect(await waiting.look()).toEqual([]);
    expect([world.text(`${S}.go`), world.tries(S)]).toEqual([null, []]);
    expect((await governor.view(ACCOUNT))?.admitted).toEqual([]);
  });

  test("is counted once, though it could not be told at once", async () => {
    const world = await makeWaits();
    await world.stranded(S, OVERLOAD);
    world.pass(20 * MINUTE);
    mkdirSync(join(world.stateDir, "waits", `${S}.go`));
    expect(await world.waiting.look()).toMatchObject([
      { type: "trouble", why: /cannot be told to go on: EISDIR/ },
    ]);
    world.pass(20 * MINUTE);
    expect(await world.waiting.look()).toEqual([]);
    expect(world.tries(S)).toEqual(["overload"]);
    world.remove(`${S}.go`);
    world.pass(20 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([{ type: "woken" }]);
    expect(world.tries(S)).toEqual(["overload"]);
  });

  test("does not keep others from being woken, where it cannot be counted", async () => {
    const world = await makeWaits();
    mkdirSync(join(world.stateDir, "waits", `${S}.tries`));
    world.wait("other");
    await world.fail("other", THROTTLE);
    await world.stranded(S, THROTTLE);
    const types: string[] = [];
    for (let minute = 0; minute < 20; minute++) {
      world.pass(MINUTE);
      types.push(...(await world.waiting.look()).map(({ type, sessionId }) => `${type} ${sessionId}`));
    }
    expect(types.toSorted()).toEqual([`trouble ${S}`, "woken other"].toSorted());
    expect(world.text(`${S}.go`)).toBeNull();
    world.remove(`${S}.tries`);
    await world.governor.proof({ account: ACCOUNT, sessionId: "other" });
    world.pass(5 * MINUTE);
    expect(await world.waiting.look()).toMatchObject([{ type: "woken", sessionId: S }]);
  });

  test("is left to its person where nobody would wait for so long", async () => {
    const world = await makeWaits({ max_park: "8d" });
    const inDays = (days: number) => {
      const rateLimit = {
        status: "rejected",
        window: "seven_day",
        resetAtMs: world.nowMs() + days * 24 * HOUR,
      };
      return { ...planWindow(0), rateLimit };
    };
    expect(await world.stranded(S, inDays(3))).toMatchObject([{ type: "stopped", why: /over 1d/ }]);
  });

  test("waits for the next day where the account has spent its money", async () => {
    const world = await makeWaits({ zone: "UTC", money: { account_day_usd: 5 } });
    const waiting = world.again({ spentToday: async (account) => (account === ACCOUNT ? 6 : 0) });
    world.wait(S);
    await world.fail(S, OVERLOAD);
    world.pass(3 * SECOND);
    const [judged] = await waiting.look();
    const midnight = new Date(world.nowMs()).setUTCHours(24, 0, 0, 0);
    expect(judged?.dueMs ?? 0).toBeGreaterThanOrEqual(midnight);
    expect(judged?.dueMs ?? 0).toBeLessThan(midnight + 5 * MINUTE);
  });

  test("gives its place back with its next failure", async () => {
    const world = await makeWaits();
    await world.stranded(S, OVERLOAD);
    world.pass(20 * MINUTE);
    await world.waiting.look();
    expect((await world.governor.view(ACCOUNT))?.admitted).toEqual([S]);
    world.remove(`${S}.go`);
    world.wait(S, { pid: startIdle().pid });
    await world.fail(S, THROTTLE);
    world.pass(3 * SECOND);
    expect(await world.waiting.look()).toMatchObject([{ type: "due", cause: "request_rate" }]);
    expect((await world.governor.view(ACCOUNT))?.admitted).toEqual([]);
  });

  test("leaves nothing when its waiter was killed, and no count when its agent was", async () => {
    const world = await makeWaits();
    const [waiter, other, agent] = [startIdle(), startIdle(), startIdle()];
    for (const [name, pid, agentPid] of [
      ["a", waiter.pid, process.pid],
      ["b", other.pid, agent.pid],
    ] as const) {
      world.wait(name, { pid, agentPid });
      world.write(`${name}.tries`, "1795273366 server\n");
      world.write(`${name}.go`, "x");
    }
    await Promise.all([waiter.end(), other.end(), agent.end()]);
    const found = await world.waiting.look();
    expect(found.map(({ type, sessionId }) => `${type} ${sessionId}`).sort()).toEqual(["gone a", "gone b"]);
    expect(["a.wait", "a.go", "b.wait", "b.go", "b.tries"].map(world.text)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(world.tries("a")).toEqual(["server"]);
  });

  test("is gone where another process has got its number", async () => {
    const world = await makeWaits();
    const second = Math.floor(world.nowMs() / 1_000) - 600;
    const lines = [
      "kedge 1 wait",
      "agent claude-code",
      `pid ${startIdle().pid}`,
      `agent_pid ${startIdle().pid}`,
    ];
    world.write(`${S}.wait`, [...lines, `since ${second}`, "error rate_limit", ""].join("\n"));
    expect(await world.waiting.look()).toMatchObject([{ type: "gone" }]);
  });
});

/** A limit of which is known only how long it lasts. */
function limitFor(retryAfterMs: number) {
  return { cause: "plan_window", window: "five_hour", retryAfterMs } as const;
}

describe("many sessions of one account", () => {
  test("are led by one canary when their limit ends, and follow when it has proved", async () => {
    const world = await makeWaits({}, () => 0);
    const names = Array.from({ length: 40 }, (_, at) => `s${at}`);
    const resetMs = world.nowMs() + HOUR;
    for (const name of names) {
      world.wait(name);
      await world.fail(name, planWindow(resetMs));
    }
    world.pass(3 * SECOND);
    expect(await world.waiting.look()).toHaveLength(40);
    const told = (): readonly string[] => names.filter((name) => world.text(`${name}.go`) !== null);
    world.pass(HOUR + 3 * MINUTE);
    await world.waiting.look();
    expect(told()).toHaveLength(1);
    const [canary = ""] = told();
    for (let second = 0; second < 60; second++) {
      world.pass(SECOND);
      await world.waiting.look();
    }
    expect(told()).toEqual([canary]);
    // Whoever reads its transcript says so.
    const seen: number[] = [];
    for (let second = 0; second < 60; second++) {
      if (second % 10 === 0)
        for (const sessionId of told()) await world.governor.proof({ account: ACCOUNT, sessionId });
      world.pass(SECOND);
      await world.waiting.look();
      seen.push(told().length);
    }
    // They follow in steps: never many more at once than have proved.
    const steps = seen.map((count, at) => count - (seen[at - 1] ?? 1));
    expect(Math.max(...steps)).toBeLessThan(5);
    expect(seen.at(-1)).toBeGreaterThan(1);
  });

  test("ask the governor through one of them", async () => {
    const world = await makeWaits();
    const { governor } = world;
    let asked = 0;
    const waiting = world.again({
      governor: {
        ...governor,
        ask: (ask) => {
          asked += 1;
          return governor.ask(ask);
        },
      },
    });
    for (let at = 0; at < 20; at++) {
      world.wait(`s${at}`);
      await world.fail(`s${at}`, THROTTLE);
    }
    world.pass(3 * SECOND);
    await waiting.look();
    await governor.refused({ account: ACCOUNT, sessionId: "x", verdict: limitFor(3 * HOUR) });
    world.pass(20 * MINUTE);
    await waiting.look();
    expect(asked).toBe(1);
    await waiting.look();
    expect(asked).toBe(1);
  });
});

describe("whoever looks after them", () => {
  test("gives places back when it ends, and those that a dead one has left", async () => {
    const world = await makeWaits();
    await world.stranded(S, OVERLOAD);
    world.pass(20 * MINUTE);
    await world.waiting.look();
    const admitted = async () => (await world.governor.view(ACCOUNT))?.admitted;
    expect(await admitted()).toEqual([S]);
    world.remove(`${S}.wait`);
    const next = world.again();
    await next.look();
    world.pass(11 * MINUTE);
    await next.look();
    expect(await admitted()).toEqual([]);
    const other = await makeWaits();
    await other.stranded(S, OVERLOAD);
    other.pass(20 * MINUTE);
    await other.waiting.look();
    await other.waiting[Symbol.asyncDispose]();
    expect((await other.governor.view(ACCOUNT))?.admitted).toEqual([]);
  });

  test("looks at nothing but files of waiters, and forgets what belongs to nobody", async () => {
    const world = await makeWaits();
    world.write("..wait", "kedge 1 wait\npid 1\n");
    world.write("x.wait", "kedge 2 wait\n");
    world.write("y.wait", "y".repeat(100_000));
    mkdirSync(join(world.stateDir, "waits/z.wait"));
    world.write("a.tries", "1795273366 server\n");
    world.write("b.go", "x");
    expect(await world.waiting.look()).toEqual([]);
    expect([world.text("a.tries"), world.text("b.go")]).toEqual(["1795273366 server\n", "x"]);
    world.pass(HOUR);
    await world.waiting.look();
    expect([world.text("a.tries"), world.text("b.go")]).toEqual(["1795273366 server\n", null]);
    world.pass(8 * 24 * HOUR);
    await world.waiting.look();
    expect(world.text("a.tries")).toBeNull();
  });

  test("has nothing to do where nobody ever waited", async () => {
    const world = await makeWaits();
    world.remove("");
    expect(await world.waiting.look()).toEqual([]);
  });
});
