/** Incidents that wait for a person: they have a person's time, and whoever was told hears that somebody sees to it. */
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, RULES } from "./incident-world.ts";
import { LOST, makeTelling, REFUSED } from "./telling-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour" } as const;

describe("what a person has to see to", () => {
  test("lasts for two weeks, though its cause could have passed and nothing fails any more", async () => {
    const { world, pass, book } = await makeTelling();
    const [failed] = await world.fail({ cause: "server", atMs: world.nowMs });
    await pass(20 * HOUR);
    await book.needsPerson(failed?.id ?? "");
    await pass(13 * DAY);
    expect(await world.incidents()).toMatchObject([{ resolved_ms: null, owner: "person" }]);
    await pass(2 * DAY);
    expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
  });

  test("is opened again for as long, when it had expired", async () => {
    const { world, pass, book } = await makeTelling();
    const [failed] = await world.fail({ cause: "server", atMs: world.nowMs });
    await pass(30 * HOUR);
    expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
    await pass(20 * DAY);
    await book.needsPerson(failed?.id ?? "");
    expect(await pass(MINUTE)).toEqual([expect.stringMatching(/^update/)]);
    await pass(13 * DAY);
    expect(await world.incidents()).toMatchObject([{ resolved_ms: null, resolution: null }]);
  });

  test("is opened again though another of its kind has come and gone since, and takes what fails next", async () => {
    const { world, pass, book } = await makeTelling();
    const fail = () => world.fail({ cause: "server", atMs: world.nowMs });
    const [first] = await fail();
    await pass(30 * HOUR);
    await fail();
    await pass(30 * HOUR);
    await book.needsPerson(first?.id ?? "");
    await fail();
    expect(await world.incidents()).toMatchObject([
      { failures: 2, resolution: null, owner: "person" },
      { failures: 1, resolution: "expired" },
    ]);
    // Over last is the one that was opened first: what fails a minute later is that one again.
    await world.prove({ sessionId: "s1", account: null });
    await pass(MINUTE);
    await fail();
    expect(await world.incidents()).toMatchObject([
      { failures: 3, resolution: null },
      { failures: 1, resolution: "expired" },
    ]);
  });

  test("has no time that only a clock of before gave it", async () => {
    const { world, pass, book } = await makeTelling();
    const [failed] = await world.fail({ cause: "server", atMs: world.nowMs });
    world.nowMs += 3_650 * DAY;
    await book.needsPerson(failed?.id ?? "");
    world.nowMs -= 3_650 * DAY;
    await pass(15 * DAY);
    expect(await world.incidents()).toMatchObject([{ resolution: "expired" }]);
  });

  test("says what explains it only as long as that is open, opened again as well", async () => {
    const { world, book } = await makeTelling();
    const [failed] = await world.fail({ cause: "stall", session: "s2", atMs: world.nowMs });
    await world.fail({ ...LIMIT, atMs: world.nowMs });
    await world.prove({ sessionId: "s2", account: null, sinceMs: world.nowMs + 1 });
    await world.prove({ sessionId: "s1", sinceMs: world.nowMs + 1 });
    await book.needsPerson(failed?.id ?? "");
    expect(await world.incidents()).toMatchObject([
      { cause: "stall", resolved_ms: null, explained_by: null },
      { cause: "plan_window", resolution: "proof" },
    ]);
  });
});

describe("that somebody sees to it", () => {
  test("is told at once to whoever was told, once for each who says so, and no reminder comes before a day", async () => {
    const { world, pass, book, got } = await makeTelling();
    await world.fail({ cause: "billing", atMs: world.nowMs });
    expect(await pass(MINUTE)).toEqual(["open 1"]);
    const [incident] = await world.incidents();
    await book.acknowledge(incident?.id ?? "", "ann");
    await book.acknowledge(incident?.id ?? "", "ann");
    expect(await pass(MINUTE)).toEqual(["acknowledge 2"]);
    expect(await pass(23 * HOUR)).toEqual([]);
    await book.acknowledge(incident?.id ?? "", "bob");
    expect(await pass(MINUTE)).toEqual([expect.stringMatching(/^acknowledge/)]);
    expect(got.slice(1).map(({ title, incident: facts }) => [title, facts?.acknowledgedBy])).toEqual([
      ["Account cannot pay on account a: ann sees to it", "ann"],
      ["Account cannot pay on account a: bob sees to it", "bob"],
    ]);
    expect(got[1]?.lines.at(-1)).toEqual(["You", "Nothing: ann sees to it."]);
    expect(new Set(got.map(({ incident: facts }) => facts?.dedupKey)).size).toBe(1);
    await world.prove({ sessionId: "s9" });
    expect(await pass(MINUTE)).toEqual([expect.stringMatching(/^resolve/)]);
  });

  test("comes after the first message where that is on its way, and never alone", async () => {
    const { world, pass, book } = await makeTelling();
    await world.fail({ cause: "billing", atMs: world.nowMs }, { cause: "overload", atMs: world.nowMs });
    for (const { id } of await world.incidents()) await book.acknowledge(id, "ann");
    expect(await pass(MINUTE)).toEqual(["open 1", "acknowledge 1"]);
    // What is over before anybody was to be told is told to nobody.
    await world.prove({ sessionId: "s9", account: null });
    expect(await pass(HOUR)).toEqual([]);
  });

  test("is told to nobody who could not be told of it", async () => {
    const { world, pass, book } = await makeTelling({ ...RULES, remindMs: null, repeatMs: null });
    await world.fail({ cause: "billing", atMs: world.nowMs });
    const [incident] = await world.incidents();
    expect(await pass(30_000, LOST)).toEqual(["open 1"]);
    await book.acknowledge(incident?.id ?? "", "ann");
    expect(await pass(10 * MINUTE, REFUSED)).toEqual(["open 1", "acknowledge 1"]);
    const second = await makeTelling();
    await second.world.fail({ cause: "stall", atMs: second.world.nowMs });
    const [stall] = await second.world.incidents();
    await second.book.acknowledge(stall?.id ?? "", "ann");
    await second.world.fail({ cause: "billing", session: "s2", atMs: second.world.nowMs });
    expect(await second.pass(HOUR)).toEqual(["open 1"]);
  });
});
