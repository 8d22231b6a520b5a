/** Rows of the matrix, as people hear of them: what passes by itself is told to nobody, unless it lasts; and what only a helper meets to nobody at all. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import { QUICK } from "../recovery/supervise-world.ts";
import { leaveFailure, takeIn } from "./alerts-hooks.ts";
import { HOUR, MINUTE, SECOND } from "./alerts-time.ts";
import { rehearse, TOOL } from "./alerts-world.ts";
import { FAILING } from "./failing-replies.ts";

const CALL = { tool: "Bash", input: { command: TOOL } };
/** Pauses of minutes, as a policy has them that nobody has changed. */
const PATIENT = { causes: { "*": { backoff: { base: "4m", cap: "4m" } } } };

describe.concurrent("what passes, as it is told", () => {
  test("a throttle of the server that is over within the minute: an incident that is proven over, and no message", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [{ ...FAILING.throttle, times: 3 }, { text: "Through." }] },
      { policy: QUICK },
    );
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(2 * HOUR);
    expect(rehearsal.told).toEqual([]);
    expect(await rehearsal.cases()).toMatchObject([
      { cause: "server_throttle", failures: 3, sessions: 1, isOpen: false, resolution: "proof" },
    ]);
    rehearsal.check();
  });

  test("an overload of eight minutes: one incident of the provider, whoever pays, and no message", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const accounts = Object.fromEntries(
      ["day", "night"].map((name) => [name, { env: { ANTHROPIC_API_KEY: `KEY_OF_${name.toUpperCase()}` } }]),
    );
    await using rehearsal = await rehearse(
      { faults: [{ before_ms: 8 * MINUTE, reply: FAILING.overload }] },
      {
        policy: { causes: { "*": { backoff: { base: "5m", cap: "5m" } } }, accounts },
        env: { KEY_OF_DAY: "sk-ant-day-0123456789", KEY_OF_NIGHT: "sk-ant-night-0123456789" },
        random: () => 0.9,
      },
    );
    await rehearsal.add({ name: "a", account: "day" }, { name: "b", account: "night" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(HOUR);
    expect(rehearsal.told).toEqual([]);
    expect(await rehearsal.cases()).toMatchObject([
      { cause: "overload", account: "provider", sessions: 2, isOpen: false, resolution: "proof" },
    ]);
    rehearsal.check();
  });

  test("an overload that lasts: told after ten minutes, and over with an answer", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { faults: [{ before_ms: 13 * MINUTE, reply: FAILING.overload }] },
      { policy: PATIENT, random: () => 0.99 },
    );
    const { told, world } = rehearsal;
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    const [first] = world.eventsOf("failed");
    expect((told[0]?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(10 * MINUTE - 5 * SECOND);
    expect((told[0]?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(11 * MINUTE);
    expect(told[0]).toMatchObject({
      severity: "warning",
      title: expect.stringMatching(/^API overloaded(?: for claude-[\w-]+)?: 1 session stopped$/),
      lines: {
        Since: expect.stringMatching(/, 10 min ago; 3 failures\.$/),
        Next: expect.stringMatching(/^1 piece of work goes on from /),
        You: "Nothing to do.",
      },
      incident: { account: "provider", needsPerson: false, untilMs: null },
    });
    expect(told[1]?.incident).toMatchObject({ resolution: "proof", sessions: 1, failures: 4 });
    rehearsal.check();
  });

  test("an overload that outlasts its tries is a person's: told then, and again, but not at once, when another session meets it", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const overload = { attempts: 1, backoff: { base: "1s", cap: "1s" } };
    await using rehearsal = await rehearse(
      { replies: [FAILING.overload] },
      { policy: { causes: { overload } } },
    );
    const { told } = rehearsal;
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("waiting");
    await rehearsal.pass(9 * MINUTE);
    expect(rehearsal.byIncident()).toEqual([["opened"]]);
    expect(told[0]).toMatchObject({
      lines: { Next: "1 piece of work waits for you." },
      incident: { cause: "overload", needsPerson: true },
    });
    expect(told[0]?.lines.You).not.toBe("Nothing to do.");
    await rehearsal.add({ name: "two" });
    expect(await rehearsal.supervise()).toBe("waiting");
    await rehearsal.add({ name: "three" });
    expect(await rehearsal.supervise()).toBe("waiting");
    await rehearsal.pass(HOUR);
    const types = told.map(({ type, incident }) => [type, incident.sessions]);
    expect(types).toEqual([
      ["opened", 1],
      ["updated", 2],
      ["updated", 3],
    ]);
    for (const [at, { atMs }] of told.slice(1).entries())
      expect(atMs - (told[at]?.atMs ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(told[2]?.lines.Next).toBe("3 pieces of work wait for you.");
    rehearsal.check();
  });

  test("a session that falls silent: told while it stands still, over when it goes on, and its tool ran once", {
    timeout: 90_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      { replies: [CALL, { connection: "hang" }, { text: "Awake." }] },
      { policy: PATIENT },
    );
    const { told, world } = rehearsal;
    await rehearsal.add({ name: "one" });
    // A minute is the least that a file may say.
    const policy = { ...world.ports.policy, stallAfterMs: 10_000 };
    expect(await rehearsal.supervise({}, { policy })).toBe("over");
    await rehearsal.pass(HOUR);
    expect(rehearsal.byIncident()).toEqual([["opened", "resolved"]]);
    expect(told[0]).toMatchObject({
      severity: "warning",
      title: "No sign of life in project: 1 session stopped",
      lines: { Next: expect.stringMatching(/^1 piece of work goes on from /), You: "Nothing to do." },
      incident: { cause: "stall", needsPerson: false },
    });
    expect(told[1]?.incident).toMatchObject({ resolution: "proof", sessions: 1 });
    expect(readFileSync(join(world.project, "log.txt"), "utf8")).toBe("quarterly\n");
    rehearsal.check();
  });

  test("a stream that is cut in the middle, and goes on within the minute: no message", {
    timeout: 60_000,
  }, async ({ expect }) => {
    const half = { text: "So far the first half", stream: { stop_at: "delta", stop_by: "reset" } } as const;
    await using rehearsal = await rehearse(
      { replies: [CALL, { ...half, non_stream: { connection: "reset" } }, { text: "And the second." }] },
      { policy: QUICK, secret: ["first half"] },
    );
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(2 * HOUR);
    expect(rehearsal.told).toEqual([]);
    expect(await rehearsal.cases()).toMatchObject([{ cause: "connection", resolution: "proof" }]);
    expect(readFileSync(join(rehearsal.world.project, "log.txt"), "utf8")).toBe("quarterly\n");
    rehearsal.check();
  });

  test("a limit that only helpers meet, a small model for a hook and a subagent: no incident, and no message", {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using rehearsal = await rehearse(
      {
        routes: [
          { name: "small", when: { model: "*haiku*" }, replies: [{ status: 429 }] },
          { name: "subagent", when: { prompt: "Look around" }, replies: [{ status: 429 }] },
        ],
        replies: [
          {
            tool: "Agent",
            input: { description: "look", prompt: "Look around", subagent_type: "general-purpose" },
          },
          { text: "Without them, then." },
        ],
      },
      { policy: QUICK },
    );
    const { world } = rehearsal;
    const judge = { type: "prompt", prompt: "Is this fine? $ARGUMENTS", model: "claude-haiku-4-5" };
    const home = join(world.folder, "home/.claude");
    mkdirSync(home, { recursive: true });
    const hooks = { PreToolUse: [{ matcher: "Agent", hooks: [judge] }] };
    writeFileSync(join(home, "settings.json"), JSON.stringify({ hooks }));
    await rehearsal.add({ name: "one" });
    expect(await rehearsal.supervise()).toBe("over");
    await rehearsal.pass(2 * HOUR);
    const refused = world.requests().filter(({ status }) => status === 429);
    expect([...new Set(refused.map(({ route }) => route))].toSorted()).toEqual(["small", "subagent"]);
    const text = "API Error: Request rejected (429) · Rate limited";
    const helper = { sessionId: "11111111-1111-4111-8111-111111111111", error: "rate_limit", text };
    const more = { agent_id: "a-1", agent_type: "Explore" };
    leaveFailure(rehearsal, { ...helper, more });
    await takeIn(rehearsal);
    await rehearsal.pass(2 * HOUR);
    const [failure] = (await rehearsal.ledger.failures()).failures;
    expect(failure).toMatchObject({ subagent_id: "a-1" });
    expect(await rehearsal.cases()).toEqual([]);
    expect(rehearsal.told).toEqual([]);
  });
});
