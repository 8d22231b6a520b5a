/** What is told of an incident that comes and goes, of which an answer was lost, that was refused, or that a clock has put elsewhere. */
import { describe, expect, test } from "vitest";
import { addSilence } from "../../src/recovery/alerts/silences.ts";
import { DAY, failureOf, HOUR, MINUTE, RULES, SECOND } from "./incident-world.ts";
import { LOST, makeTelling, OK, REFUSED, TEAM } from "./telling-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour" } as const;

describe("what comes and goes", () => {
  test("is told to be over once, and again only to who was told that it is not", async () => {
    const { world, pass } = await makeTelling();
    const sent: string[] = [];
    for (let round = 0; round < 20; round++) {
      await world.fail({ ...LIMIT, atMs: world.nowMs });
      sent.push(...(await pass(MINUTE)));
      await world.prove({ sessionId: "s1" });
      sent.push(...(await pass(MINUTE)));
    }
    expect(await world.incidents()).toHaveLength(1);
    expect(sent).toEqual(["open 1", "resolve 2"]);
  });

  test("and was wrongly told to be over is told to be open, though nobody knows whether the all-clear came through", async () => {
    const { world, pass } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    await world.prove({ sessionId: "s1" });
    expect(await pass(30 * SECOND, LOST)).toEqual(["resolve 2"]);
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await pass(10 * MINUTE)).toEqual(["update 7"]);
    await world.prove({ sessionId: "s1" });
    expect(await pass(MINUTE)).toEqual(["resolve 12"]);
  });

  test.each([
    ["who may have heard in between that it was not", LOST, ["open", "resolve", "resolve"]],
    ["nobody who refused to hear that it was not", REFUSED, ["open", "resolve"]],
  ] as const)("is told to be over a second time to %s", async (_, answer, told) => {
    const { world, pass, got } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(MINUTE);
    await world.prove({ sessionId: "s1" });
    await pass(MINUTE);
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await pass(6 * MINUTE, answer)).toContainEqual(expect.stringMatching(/^update/));
    await world.prove({ sessionId: "s1" });
    await pass(HOUR);
    expect(got.map(({ kind }) => kind)).toEqual(told);
  });

  test("is told not to be over, where its all-clear was under way as it came back", async () => {
    const { world, pass, outbox } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(MINUTE);
    await world.prove({ sessionId: "s1" });
    const claimed = await outbox.claim(TEAM);
    if (claimed === null) throw new Error("Expected an all-clear");
    world.nowMs += SECOND;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await outbox.settle(claimed, OK, 0);
    expect(await pass(HOUR)).toEqual([expect.stringMatching(/^update/)]);
  });

  test("is told once to be open, where an all-clear may have come through and no alarm has", async () => {
    const { world, pass } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(MINUTE, LOST);
    await world.prove({ sessionId: "s1" });
    expect(await pass(2 * MINUTE, LOST)).toContainEqual(expect.stringMatching(/^resolve/));
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await pass(HOUR)).toEqual([expect.stringMatching(/^open/)]);
  });
});

test("who has heard of an incident of one project hears how it goes on when it has come to others", async () => {
  const pager = { name: "pager", rule: "r1" };
  const routes = [{ projects: ["shop"], channels: ["pager"] }, { channels: ["team"] }];
  const { world, pass } = await makeTelling({ ...RULES, routes });
  const fail = (session: string, project: string) =>
    world.fail({ ...LIMIT, session, project, atMs: world.nowMs });
  await fail("s1", "shop");
  expect(await pass(MINUTE, OK, [pager])).toEqual(["open 1"]);
  await fail("s2", "site");
  expect(await pass(10 * MINUTE, OK, [pager])).toEqual(["update 6"]);
});

test("an alarm whose answer was lost is followed by an all-clear of its own: a receiver may have it open", async () => {
  const { world, pass, outbox } = await makeTelling();
  await world.fail({ ...LIMIT, atMs: world.nowMs });
  expect(await pass(30 * SECOND, LOST)).toEqual(["open 1"]);
  await world.prove({ sessionId: "s1" });
  expect(await pass(MINUTE)).toEqual(["resolve 1"]);
  expect((await outbox.list()).map(({ kind, state }) => [kind, state])).toEqual([
    ["resolve", "sent"],
    ["open", "dropped"],
  ]);
});

describe("what was refused", () => {
  test("is told no more once something newer was, whoever asks for it", async () => {
    const { world, pass, outbox } = await makeTelling();
    await world.fail({ cause: "billing", atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    await pass(4 * HOUR, { outcome: "refused", why: "HTTP 400" });
    expect((await outbox.list({ open: true })).map(({ kind, state }) => [kind, state])).toEqual([
      ["reminder", "dead"],
    ]);
    await world.fail({ cause: "billing", session: "s2", atMs: world.nowMs });
    expect(await pass(10 * MINUTE)).toEqual([expect.stringMatching(/^update/)]);
    expect(await outbox.retry({})).toBe(1);
    expect(await pass(MINUTE)).toEqual([]);
    expect(await outbox.list({ open: true })).toEqual([]);
  });

  test("as a reminder comes again when the next one is due, and not with every look", async () => {
    const { world, pass } = await makeTelling();
    await world.fail({ cause: "billing", atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    const refused = await pass(9 * HOUR, { outcome: "refused", why: "HTTP 400" });
    expect(refused).toEqual(["reminder 241", "reminder 481"]);
  });

  test("again when it was tried by hand puts the next reminder off, though it is not the newest", async () => {
    const { world, pass, outbox } = await makeTelling();
    await world.fail({ cause: "billing", atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    expect(await pass(9 * HOUR, REFUSED)).toHaveLength(2);
    world.nowMs += 3 * HOUR;
    const [, older] = (await outbox.list({ open: true })).filter(({ state }) => state === "dead");
    expect(await outbox.retry({ ids: [older?.id ?? ""] })).toBe(1);
    expect(await pass(3 * HOUR, REFUSED)).toHaveLength(1);
  });
});

describe("what was to wait", () => {
  test("for days is tried for days as well, and not given up at its first try", async () => {
    const { world, pass, outbox } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs, resetMs: 20 * DAY });
    await world.write((statements, { nowMs }) =>
      addSilence(statements, { cause: "plan_window", untilMs: nowMs + 5 * DAY }, nowMs),
    );
    expect(await pass(MINUTE)).toEqual([]);
    world.nowMs += 5 * DAY;
    expect(await pass(30 * SECOND, LOST)).toHaveLength(1);
    expect(await outbox.list({ open: true })).toMatchObject([
      { state: "waiting", error: "no answer in time" },
    ]);
    expect(await pass(MINUTE)).toHaveLength(1);
  });

  test("is told in no message of others: what is silent stays silent", async () => {
    const { world, pass } = await makeTelling();
    await world.fail({ ...LIMIT, atMs: world.nowMs }, { ...LIMIT, account: "name:b", atMs: world.nowMs });
    world.nowMs += 10 * MINUTE;
    await world.write((statements, { nowMs }) =>
      addSilence(statements, { account: "name:b", untilMs: nowMs + DAY }, nowMs),
    );
    for (const account of ["name:a", "name:b"]) await world.prove({ sessionId: "s1", account });
    expect(await pass(HOUR)).toEqual(["digest 11"]);
    expect((await world.alerts()).findLast(({ kind }) => kind === "resolve")).toMatchObject({
      state: "waiting",
    });
    expect(await pass(DAY)).toEqual([expect.stringMatching(/^digest/)]);
  });
});

test("what two others explain is told when neither of them is open any more", async () => {
  const { world, pass } = await makeTelling();
  const open = async (cause: string) =>
    (await world.incidents()).find((each) => each.cause === cause && each.resolved_ms === null);
  for (const cause of ["billing", "overload", "stall"] as const)
    await world.fail({
      cause,
      atMs: world.nowMs,
      session: cause,
      ...(cause === "overload" && { model: "opus" }),
    });
  expect((await open("stall"))?.explained_by).not.toBeNull();
  world.nowMs += SECOND;
  // The account pays again, as another model says, and what is overloaded is so still.
  await world.prove({ sessionId: "s9", model: "haiku" });
  expect(await open("billing")).toBeUndefined();
  expect((await open("stall"))?.explained_by).toBe((await open("overload"))?.id);
  expect(await pass(5 * MINUTE)).toEqual([]);
  await world.prove({ sessionId: "s9", model: "opus", account: "name:b" });
  expect((await open("stall"))?.explained_by).toBeNull();
  expect(await pass(MINUTE)).toEqual([expect.stringMatching(/^open/)]);
});

test("what failures cost is known of their incident, though it became known later", async () => {
  const { world } = await makeTelling();
  const [first] = await world.fail({ ...LIMIT, atMs: world.nowMs });
  const after = { ...(first ?? failureOf({ ...LIMIT, atMs: 0 })), cost_usd: 0.5 };
  await world.note([{ ...(first && { before: first }), after }]);
  expect(await world.incidents()).toMatchObject([{ failures: 1, cost_usd: 0.5 }]);
  await world.note([{ before: after, after: { ...after, cost_usd: 0.75 } }]);
  expect(await world.incidents()).toMatchObject([{ failures: 1, cost_usd: 0.75 }]);
});

describe("a clock that was ten years ahead", () => {
  const AHEAD = 3_650 * DAY;

  test("keeps nothing for ten years that was to be told in minutes, nor a channel that was to pause", async () => {
    const { world, pass, outbox } = await makeTelling();
    world.nowMs += AHEAD;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(MINUTE, LOST);
    world.nowMs -= AHEAD;
    expect(await pass(2 * MINUTE)).toHaveLength(1);
    expect(await outbox.list({ open: true })).toEqual([]);
  });

  test("leaves no incident open for ten years: it expires, reminds, and is proven over as ever", async () => {
    const { world, pass } = await makeTelling();
    world.nowMs += AHEAD;
    await world.fail(
      { cause: "billing", atMs: world.nowMs },
      { ...LIMIT, account: "name:b", atMs: world.nowMs },
    );
    await world.fail({ ...LIMIT, account: "name:c", atMs: world.nowMs });
    await pass(MINUTE);
    world.nowMs -= AHEAD;
    const sent = await pass(5 * HOUR);
    expect(sent.map((each) => each.split(" ")[0])).toEqual(["reminder"]);
    expect(await world.prove({ sessionId: "s1", account: "name:c" })).toHaveLength(1);
    await pass(DAY);
    const open = (await world.incidents()).filter(({ resolved_ms }) => resolved_ms === null);
    expect(open.map(({ cause }) => cause)).toEqual(["billing"]);
  });

  test("makes no new failure part of what was over then", async () => {
    const { world, pass } = await makeTelling();
    world.nowMs += AHEAD;
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await world.prove({ sessionId: "s1", sinceMs: world.nowMs + 1 });
    world.nowMs -= AHEAD;
    await pass(10 * MINUTE);
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    expect(await pass(2 * MINUTE)).toEqual([expect.stringMatching(/^open/)]);
  });

  test.each([
    ["stated as an instant", "rate_limit_event", HOUR],
    ["stated as a delay", "retry_after", 0],
  ])("leaves an end that was %s where it is", async (_, from, laterMs) => {
    const { world, pass } = await makeTelling();
    const atMs = world.nowMs + HOUR;
    const failed = failureOf({ ...LIMIT, atMs, resetMs: 2 * HOUR });
    const reset = { ...JSON.parse(failed.verdict).reset, from };
    world.nowMs += HOUR;
    await world.note([
      {
        after: {
          ...failed,
          verdict: JSON.stringify({ ...JSON.parse(failed.verdict), reset }),
        },
      },
    ]);
    world.nowMs -= HOUR;
    const startMs = world.nowMs;
    await pass(30 * SECOND);
    // As long after the failure as was said, or at the same instant still.
    const [incident] = await world.incidents();
    expect(incident?.until_ms).toBeGreaterThanOrEqual(startMs + 2 * HOUR + laterMs);
    expect(incident?.until_ms).toBeLessThanOrEqual(startMs + 2 * HOUR + laterMs + MINUTE);
    expect((incident?.ends_ms ?? 0) - (incident?.until_ms ?? 0)).toBe(DAY);
  });
});
