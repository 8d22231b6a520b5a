/** Who should know of an incident and could not be told hears of it later: no incident is silent for good. */
import { describe, expect, test } from "vitest";
import { raiseAlarm } from "../../src/recovery/incidents/raise-alarm.ts";
import { DAY, HOUR, MINUTE, RULES, SECOND } from "./incident-world.ts";
import { makeTelling, OK, REFUSED, TEAM } from "./telling-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour" } as const;
const LOGIN = { cause: "auth", session: "s1" } as const;
const causes = (got: readonly { readonly incident: { readonly cause: string } | null }[]) =>
  got.map(({ incident }) => incident?.cause);

describe("an incident that opened", () => {
  test("while the policy could not be read is told once it can be, though nothing fails any more", async () => {
    const { world, pass, by } = await makeTelling({ ...RULES, routes: [] });
    await world.fail({ ...LOGIN, atMs: world.nowMs });
    expect(await pass(HOUR)).toEqual([]);
    const later = await by(RULES);
    expect(await later.pass(MINUTE)).toEqual(["open 1"]);
    expect(await later.pass(3 * HOUR)).toEqual([]);
    expect(later.got).toMatchObject([{ incident: { cause: "auth" } }]);
  });

  test("before a channel was there is told to that one as well, and to no other again", async () => {
    const { world, pass, by } = await makeTelling();
    await world.fail({ ...LOGIN, atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    const later = await by({ ...RULES, routes: [{ channels: ["team", "pager"] }] });
    const told: string[] = [];
    const note = (_: unknown, { name }: { readonly name: string }) => {
      told.push(name);
      return OK;
    };
    await later.pass(HOUR, note, [TEAM, { name: "pager", rule: "r1" }]);
    expect(told).toEqual(["pager"]);
  });

  test("is planned to nobody whom its route does not name, nor while something explains it", async () => {
    const { world, pass } = await makeTelling({
      ...RULES,
      routes: [{ severities: ["critical"], channels: ["team"] }],
    });
    await world.fail(
      { ...LIMIT, account: "name:b", atMs: world.nowMs },
      { cause: "billing", atMs: world.nowMs },
    );
    await world.fail({ cause: "spend", atMs: world.nowMs });
    await pass(HOUR);
    expect((await world.alerts()).map(({ kind, state }) => [kind, state])).toEqual([["open", "sent"]]);
  });
});

describe("an incident whose first message was given up", () => {
  test("is told again as often as others are reminded, as one message, until it is taken", async () => {
    const { world, pass, outbox } = await makeTelling();
    await world.fail({ ...LOGIN, atMs: world.nowMs });
    expect(await pass(9 * HOUR, REFUSED)).toEqual(["open 1", "open 241", "open 481"]);
    expect((await outbox.list({ open: true })).map(({ state, error }) => [state, error])).toEqual([
      ["dead", "HTTP 400"],
    ]);
    expect(await outbox.retry({})).toBe(1);
    expect(await pass(MINUTE)).toEqual(["open 541"]);
    expect(await pass(HOUR)).toEqual([]);
  });

  test("is told at once to a channel that is configured anew, and not again with every look", async () => {
    const { world, pass } = await makeTelling();
    await world.fail({ ...LOGIN, atMs: world.nowMs });
    await pass(10 * MINUTE, REFUSED);
    expect(await pass(10 * MINUTE)).toEqual([]);
    const anew = [{ ...TEAM, rule: "r2" }];
    expect(await pass(2 * MINUTE, REFUSED, anew)).toEqual(["open 21"]);
    expect(await pass(HOUR, REFUSED, anew)).toEqual([]);
    expect(await pass(2 * MINUTE, OK, [{ ...TEAM, rule: "r3" }])).toEqual(["open 83"]);
  });

  test("is told when a person has to act, without waiting for a reminder", async () => {
    const { world, pass, book } = await makeTelling();
    const [failed] = await world.fail({ ...LIMIT, atMs: world.nowMs });
    await pass(10 * MINUTE, REFUSED);
    await book.needsPerson(failed?.id ?? "");
    expect(await pass(MINUTE)).toEqual(["open 11"]);
  });
});

describe("a message that its receiver cannot take", () => {
  const poison = (fail: string) => (message: { readonly incident: { readonly cause: string } | null }) =>
    message.incident?.cause === fail ? { outcome: "retry" as const, why: "HTTP 500" } : OK;

  test("lets the others of its channel go first after some tries, and is tried on", async () => {
    const { world, pass, got, outbox } = await makeTelling();
    await world.fail({ ...LOGIN, atMs: world.nowMs });
    await pass(MINUTE, poison("auth"));
    await world.fail({ ...LIMIT, account: "name:b", atMs: world.nowMs });
    await world.fail({ cause: "poisoned", atMs: world.nowMs, account: "name:c" });
    await pass(2 * HOUR, poison("auth"));
    expect(causes(got)).toEqual(["plan_window", "poisoned"]);
    const [first] = (await outbox.list({ open: true })).toReversed();
    expect(first).toMatchObject({ kind: "open", state: "waiting", error: "HTTP 500" });
    expect(first?.attempts).toBeGreaterThan(8);
    await pass(HOUR);
    expect(causes(got)).toEqual(["plan_window", "poisoned", "auth"]);
  });
});

describe("what is explained", () => {
  const routes = [{ severities: ["critical", "warning"] as const, channels: ["team"] }];
  const QUIET_LIMIT = { ...RULES.causes, plan_window: { severity: "info", afterMs: 0 } as const };

  test("is told all the same where nobody is told of what explains it", async () => {
    const { world, pass, got } = await makeTelling({ ...RULES, causes: QUIET_LIMIT, routes });
    await world.fail({ ...LIMIT, atMs: world.nowMs }, { cause: "stall", session: "s2", atMs: world.nowMs });
    await pass(10 * MINUTE);
    expect(causes(got)).toEqual(["stall"]);
  });

  test("is told as soon as the rules say that nobody is told of what explains it", async () => {
    const { world, by } = await makeTelling({ ...RULES, causes: QUIET_LIMIT, routes: [] });
    await world.fail({ ...LIMIT, atMs: world.nowMs }, { cause: "stall", session: "s2", atMs: world.nowMs });
    expect((await world.incidents()).filter(({ explained_by }) => explained_by !== null)).toHaveLength(1);
    const { pass, got } = await by({ ...RULES, causes: QUIET_LIMIT, routes });
    await pass(10 * MINUTE);
    expect(causes(got)).toEqual(["stall"]);
  });
});

describe("the alarm of a channel that is gone", () => {
  const gone = { cause: "gone_channel", subject: "pager", words: "It is gone." } as const;
  const both = { ...RULES, routes: [{ channels: ["team", "pager"] }] };

  test("ends when the channel is no channel any more, and not before", async () => {
    const { world, pass, by } = await makeTelling(both);
    await world.write((statements, context) =>
      raiseAlarm(statements, { ...gone, sinceMs: context.nowMs }, context),
    );
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    expect(await pass(DAY + HOUR)).toEqual([expect.stringMatching(/^reminder/)]);
    // What cannot be read takes no channel away.
    await (await by({ ...RULES, routes: [] })).pass(MINUTE);
    expect(await world.incidents()).toMatchObject([{ resolved_ms: null }]);
    const without = await by(RULES);
    expect(await without.pass(MINUTE)).toEqual([expect.stringMatching(/^resolve/)]);
    expect(without.got[0]?.lines).toContainEqual(["Ended", "What it was about is not there any more."]);
  });
});

test.each([
  ["an hour", HOUR],
  ["three minutes", 3 * MINUTE],
])("a clock that was put back by %s keeps no channel silent for as long", async (_, byMs) => {
  const { world, pass, got } = await makeTelling();
  await world.fail({ ...LOGIN, atMs: world.nowMs });
  world.nowMs += byMs;
  await pass(MINUTE, { outcome: "retry", why: "HTTP 503", afterMs: 20 * MINUTE });
  world.nowMs -= byMs;
  await world.fail({ ...LIMIT, account: "name:b", atMs: world.nowMs });
  await pass(MINUTE + SECOND);
  expect(causes(got)).toContain("plan_window");
});
