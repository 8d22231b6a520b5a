import { describe, expect, test } from "vitest";
import type { Scenario } from "../../src/model-api/index.ts";
import { inFull } from "../support/requires.ts";
import {
  ALL_CALLS,
  type BatchReport,
  CONCURRENCY,
  callsOf,
  expectCanariesAlone,
  itemOf,
  readEvents,
  WORKER,
  writeBatch,
} from "./batch-items.ts";
import { CLAUDE_CODE_VERSION } from "./claude-code.ts";
import { MISSING_RESULT, OWN_SENDS, POISON } from "./poison.ts";
import { FAST, NEEDS_WORLD, openRealWorld, type RealWorld } from "./real-world.ts";

const KEYS = Array.from({ length: 8 }, (_, at) => `item-${at + 1}`);
const OAUTH = { ANTHROPIC_API_KEY: "", CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-of-no-account" };
/** A wait of under a minute is a try and no park. */
const PLAN_WINDOW_MS = 100_000;
const PLAN_REQUESTS = 12;
/** A plan's reset is not met to the second: what was parked is not woken in the minute after it. */
const AFTER_RESET_MS = 60_000;

interface Limit {
  readonly limit: string;
  readonly scenario: Scenario;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether the API says when it ends. */
  readonly isStated: boolean;
}

const KEY_LIMIT: Limit = {
  limit: "a rate limit of the key",
  scenario: {
    faults: [
      {
        ...{ from_request: 18, times: 5 },
        reply: {
          status: 429,
          message: "This request would exceed your organization's rate limit of 50 requests per minute",
        },
      },
    ],
  },
  isStated: false,
};
const PLAN_LIMIT: Limit = {
  limit: "a limit of the plan",
  scenario: {
    limits: [
      {
        key: "*",
        windows: [{ name: "five_hour", duration_ms: PLAN_WINDOW_MS, requests: PLAN_REQUESTS }],
        headers: "subscription",
      },
    ],
  },
  env: OAUTH,
  isStated: true,
};

async function runBatch(
  world: RealWorld,
  { rules = "", env }: { rules?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const policy = world.write("kedge.yaml", `causes: { ${FAST}${rules} }\n`);
  const run = await world.kedge(["batch", "batch.json", "--policy", policy, "--json"], env);
  const report = JSON.parse(run.stdout) as BatchReport;
  return { ...run, report, events: readEvents(run.stderr) };
}

describe(`kedge batch with Claude Code ${CLAUDE_CODE_VERSION}`, NEEDS_WORLD, () => {
  test.concurrent.for(inFull({ normal: [KEY_LIMIT], full: [KEY_LIMIT, PLAN_LIMIT] }))(
    "gets eight sessions through $limit, one of them first",
    {
      timeout: 600_000,
    },
    async ({ scenario, env, isStated }) => {
      await using world = await openRealWorld();
      writeBatch(world, KEYS);
      await world.serve({ ...WORKER, ...scenario });
      const { exitCode, stderr, report, events } = await runBatch(world, env === undefined ? {} : { env });

      expect(exitCode, stderr).toBe(0);
      expect(report).toMatchObject({ state: "done", done: KEYS.length });
      expect(callsOf(world, KEYS)).toEqual(KEYS.map(() => ALL_CALLS));
      const requests = world.requests();
      expectCanariesAlone(events, requests);
      const refused = requests.filter(({ status }) => status === 429);
      const held = report.items.filter(({ cause }) => cause !== null);
      expect(held.map(({ cause }) => cause)).toEqual(
        held.map(() => (isStated ? "plan_window" : "request_rate")),
      );
      expect(held.length).toBeGreaterThan(0);
      if (!isStated) return;
      // Its window is opened by the first request.
      const resetMs = (requests[0]?.atMs ?? 0) + PLAN_WINDOW_MS;
      const early = requests.filter(({ atMs }) => atMs < resetMs);
      expect(early).toHaveLength(PLAN_REQUESTS + refused.length);
      const woken = new Set(held.map(({ key }) => key));
      const wakes = requests.filter((each) => each.atMs >= resetMs && woken.has(itemOf(each)));
      expect(new Set(wakes.map(itemOf))).toEqual(woken);
      for (const { atMs } of wakes) expect(atMs - resetMs).toBeGreaterThanOrEqual(AFTER_RESET_MS);
      // Only the attempt that went well is counted.
      for (const item of held) expect(item, item.key).toMatchObject({ attempts: 1, parks: 1 });
    },
  );

  test.concurrent("sends nothing more on an account that cannot pay, and finishes once it can", {
    timeout: 180_000,
  }, async () => {
    await using world = await openRealWorld();
    writeBatch(world, KEYS);
    const message =
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.";
    await world.serve({ ...WORKER, faults: [{ from_request: 9, reply: { status: 400, message } }] });
    const stopped = await runBatch(world);
    expect(stopped, stopped.stderr).toMatchObject({ exitCode: 1, report: { state: "degraded" } });
    const first = stopped.events.findIndex(({ type }) => type === "failed");
    const after = stopped.events.slice(first);
    // Those that had been let in before it failed may still begin, and no others.
    expect(after.filter(({ type }) => type === "started").length).toBeLessThan(CONCURRENCY);
    const refused = world.requests().filter(({ status }) => status === 400);
    const failed = after.filter(({ type }) => type === "failed").map(({ key }) => key);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toHaveLength(failed.length);
    expect(new Set(failed).size).toBe(failed.length);

    await world.serve(WORKER);
    const finished = await runBatch(world);
    expect(finished, finished.stderr).toMatchObject({
      exitCode: 0,
      report: { state: "done", done: KEYS.length },
    });
    expect(callsOf(world, KEYS)).toEqual(KEYS.map(() => ALL_CALLS));
    expectCanariesAlone(finished.events, world.requests());
  });

  test.concurrent("holds a session with a broken history and no other one, and forks it when the policy says so", {
    timeout: 180_000,
  }, async () => {
    await using world = await openRealWorld();
    const keys = KEYS.slice(0, 3);
    writeBatch(world, keys);
    const prompt = "Do item-2";
    const [{ replies: next }] = WORKER.routes.filter(({ when }) => when?.last?.startsWith("call 1")) as [
      (typeof WORKER.routes)[number],
    ];
    await world.serve({
      ...WORKER,
      routes: [
        { when: { prompt, last: "call 1 of" }, replies: [POISON] },
        { when: { prompt, last: MISSING_RESULT }, replies: next },
        ...WORKER.routes,
      ],
    });
    const held = await runBatch(world);
    expect(held, held.stderr).toMatchObject({ exitCode: 1, report: { state: "degraded", done: 2 } });
    expect(held.report.items[1]).toMatchObject({ state: "parked", cause: "poisoned" });
    const poisoned = (): number => world.requests().filter(({ status }) => status === 400).length;
    expect(poisoned()).toBe(OWN_SENDS);

    const forked = await runBatch(world, { rules: ", poisoned: { action: fork }" });
    expect(forked, forked.stderr).toMatchObject({ exitCode: 0, report: { state: "done", done: 3 } });
    expect(poisoned()).toBe(OWN_SENDS);
    expect(callsOf(world, keys)).toEqual(keys.map(() => ALL_CALLS));
    expect(Object.keys(world.transcripts())).toHaveLength(keys.length + 1);
  });
});
