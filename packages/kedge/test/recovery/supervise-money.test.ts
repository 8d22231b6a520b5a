/** Limits of money: what sessions cost over resumes, new starts and forks, and days that begin in the policy's zone. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { AGENT } from "./supervise-room.ts";
import { makeSupervise, type SuperviseWorld, until } from "./supervise-world.ts";

const HOUR_MS = 3_600_000;
/** 17:45 in Kathmandu, 5:45 h ahead of UTC. */
const NOON_MS = Date.UTC(2026, 10, 21, 12);
const MIDNIGHT_MS = Date.UTC(2026, 10, 21, 18, 15);

const causes = { "*": { backoff: { base: "1s", cap: "1s" } } };

/** Makes an agent that fails with these statuses, the last one for ever, and costs 1 US dollar a run. */
function pricedAgent(world: SuperviseWorld, ...statuses: readonly number[]): readonly string[] {
  const program = fileURLToPath(new URL("supervise-priced-agent.ts", import.meta.url));
  const path = join(world.folder, "claude");
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' ${statuses.join(" ")} -- "$@"\n`);
  chmodSync(path, 0o755);
  return [path, "-p", "Do it"];
}

const runsOf = (
  world: SuperviseWorld,
): readonly { sessionId: string; parent: string | null; costUsd: number }[] =>
  readFileSync(join(world.folder, "home/runs"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const costsOf = async (world: SuperviseWorld, key: string): Promise<readonly (number | null)[]> =>
  (await world.ports.queue.attempts(key)).map(({ costUsd }) => costUsd);

describe.concurrent("the money of one job", () => {
  test("counts a session that is resumed once, whatever it says it has cost so far", async ({ expect }) => {
    const policy = { causes, money: { job_usd: 3 } };
    await using world = await makeSupervise({}, { policy, random: () => 0 });
    const key = world.key("a");
    await world.add({ key, argv: pricedAgent(world, 529) });
    expect(await world.supervise()).toBe("waiting");
    expect(runsOf(world).map(({ costUsd }) => costUsd)).toEqual([1, 2, 3]);
    expect(new Set(runsOf(world).map(({ sessionId }) => sessionId)).size).toBe(1);
    expect(await costsOf(world, key)).toEqual([1, 1, 1]);
    const job = await world.ports.queue.get(key);
    expect(job).toMatchObject({ state: "parked", owner: "person", dueMs: null });
    expect(job?.why).toMatch(/the job's money is used up/);
  }, 60_000);

  test("adds up the runs of our own agent, each of which says what it has cost itself", async ({
    expect,
  }) => {
    const price = { input: 0, output: 1_000, cacheWrite: 0, cacheRead: 0 };
    const usage = { output_tokens: 1_000 };
    const work = { tool: "Read", input: { file_path: "a" }, usage };
    const scenario = { replies: [work, { status: 500 }, { text: "Done.", usage }] };
    await using world = await makeSupervise(scenario, { policy: { causes }, random: () => 0 });
    const key = world.key("a");
    const flags = ["--model", "large-1", "--prices", JSON.stringify({ "large-1": price })];
    await world.add({ key, argv: [...AGENT, ...flags] });
    expect(await world.supervise()).toBe("over");
    expect(await costsOf(world, key)).toEqual([1, 1]);
  }, 60_000);

  test("adds up the sessions of new starts", async ({ expect }) => {
    const policy = { causes: { ...causes, overload: { action: "restart" } }, money: { job_usd: 2 } };
    await using world = await makeSupervise({}, { policy, random: () => 0 });
    const key = world.key("a");
    await world.add({ key, argv: pricedAgent(world, 529) });
    expect(await world.supervise()).toBe("waiting");
    expect(runsOf(world).map(({ costUsd }) => costUsd)).toEqual([1, 1]);
    expect(new Set(runsOf(world).map(({ sessionId }) => sessionId)).size).toBe(2);
    expect(await costsOf(world, key)).toEqual([1, 1]);
    expect((await world.ports.queue.get(key))?.why).toMatch(/the job's money is used up/);
  }, 60_000);

  test("counts a fork with what it was made of once", async ({ expect }) => {
    const policy = {
      causes: { ...causes, too_large: { action: "fork", attempts: 2 } },
      money: { job_usd: 2 },
    };
    await using world = await makeSupervise({}, { policy, random: () => 0 });
    const key = world.key("a");
    await world.add({ key, argv: pricedAgent(world, 413) });
    expect(await world.supervise()).toBe("waiting");
    const [first, second, ...others] = runsOf(world);
    expect(others).toEqual([]);
    expect(second).toMatchObject({ parent: first?.sessionId, costUsd: 2 });
    expect(second?.sessionId).not.toBe(first?.sessionId);
    expect(await costsOf(world, key)).toEqual([1, 1]);
    expect((await world.ports.queue.get(key))?.why).toMatch(/the job's money is used up/);
  }, 60_000);
});

describe.concurrent("the money of a day", () => {
  test("spent, it holds all jobs of the account until the next day of the policy's zone", async ({
    expect,
  }) => {
    const policy = { zone: "Asia/Kathmandu", causes, money: { account_day_usd: 1 } };
    await using world = await makeSupervise({}, { policy, random: () => 0 });
    world.pass(NOON_MS - world.nowMs());
    const argv = pricedAgent(world, 529, 200);
    const keys = ["a", "b"].map(world.key);
    await world.add(...keys.map((key) => ({ key, argv })));
    let [looks, wait] = [0, ""];
    const isOver = world.supervise({
      concurrency: 1,
      onStanding(standing, waits) {
        looks++;
        wait = JSON.stringify([standing.nextMs, waits.map(({ why, untilMs }) => [why, untilMs])]);
      },
    });
    await until(() => wait === JSON.stringify([MIDNIGHT_MS, [["money", MIDNIGHT_MS]]]));
    const seen = looks;
    world.pass(6 * HOUR_MS);
    await until(() => looks > seen + 2);
    expect(runsOf(world)).toHaveLength(1);
    world.pass(HOUR_MS);
    await until(() => runsOf(world).length === 2);
    // That one cost the money of the next day.
    await until(() => wait.includes(`"money",${MIDNIGHT_MS + 24 * HOUR_MS}`));
    world.pass(24 * HOUR_MS);
    expect(await isOver).toBe("over");
    expect(runsOf(world)).toHaveLength(3);
    const spent = await Promise.all(keys.map((key) => costsOf(world, key)));
    expect(spent.flat()).toEqual([1, 1, 1]);
  }, 60_000);

  test("of an account that has a limit of its own is that one", async ({ expect }) => {
    const accounts = {
      rich: { env: { ANTHROPIC_API_KEY: "RICH" }, day_usd: 2 },
      other: { env: { ANTHROPIC_API_KEY: "OTHER" } },
    };
    const policy = { accounts, causes, money: { account_day_usd: 1 } };
    const env = { RICH: "a", OTHER: "b" };
    await using world = await makeSupervise({}, { policy, env, random: () => 0 });
    world.pass(NOON_MS - world.nowMs());
    const argv = pricedAgent(world, 200);
    const names = ["rich", "rich", "rich", "other", "other"];
    await world.add(...names.map((account, at) => ({ key: world.key(`${account}${at}`), account, argv })));
    expect(await world.supervise({ concurrency: 1, patienceMs: 60_000 })).toBe("waiting");
    const { jobs } = await world.ports.queue.list({ states: ["done"] });
    expect(jobs.map(({ account }) => account).toSorted()).toEqual(["name:other", "name:rich", "name:rich"]);
  }, 60_000);
});
