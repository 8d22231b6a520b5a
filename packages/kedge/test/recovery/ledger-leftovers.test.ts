/** What no failure takes along when it goes: alarms, incidents that turned out to be something else, messages of none, silences. */
import { describe, expect, test } from "vitest";
import { type Outbox, openOutbox } from "../../src/recovery/alerts/outbox.ts";
import type { Delivery } from "../../src/recovery/channels/delivery.ts";
import { type AlertRules, UNTOLD } from "../../src/recovery/incidents/alert-rules.ts";
import { type IncidentBook, openIncidentBook } from "../../src/recovery/incidents/incident-book.ts";
import type { Ledger } from "../../src/recovery/ledger/ledger.ts";
import { createZone } from "../../src/recovery/reset-zone.ts";
import { witness } from "../support/ledger-world.ts";
import { makeRecovery, type RecoveryWorld } from "../support/recovery-world.ts";
import { DAY, HOUR, MINUTE, rowsOf } from "./spool-world.ts";

const AT = Date.UTC(2026, 10, 20, 10);
const KEPT = { failuresMs: 90 * DAY };
const RULES: AlertRules = { ...UNTOLD, routes: [{ channels: ["team"] }] };
const TEAM = { name: "team", rule: "as it is" };
const REFUSED: Delivery = { outcome: "refused", why: "400" };
const DELIVERED: Delivery = { outcome: "delivered" };

interface Room extends AsyncDisposable {
  readonly world: RecoveryWorld;
  readonly ledger: Ledger;
  readonly book: IncidentBook;
  readonly outbox: Outbox;
  /** Raises the alarm of a schedule, a minute before now. */
  miss(schedule: string): Promise<void>;
  begin(schedule: string): Promise<void>;
  /** Sends what is due, and says what became of each. */
  send(delivery: Delivery): Promise<readonly string[]>;
}

async function openRoom(): Promise<Room> {
  const world = makeRecovery();
  world.now = AT;
  const { stateDir } = world;
  const now = () => world.now;
  const zone = createZone("UTC");
  if (zone === undefined) throw new Error("Expected UTC to be a zone");
  await using opened = new AsyncDisposableStack();
  const ledger = await world.ledger();
  const book = opened.use(await openIncidentBook({ stateDir, rules: RULES, now }));
  const outbox = opened.use(
    await openOutbox({ stateDir, rules: RULES, moment: { now, zone }, holder: "test", random: () => 0.5 }),
  );
  const all = opened.move();
  return {
    ...{ world, ledger, book, outbox },
    async miss(subject) {
      const words = `${subject} has not begun.`;
      await book.raise({ cause: "missed_run", subject, words, sinceMs: world.now - MINUTE });
    },
    async begin(subject) {
      await book.clear({ cause: "missed_run", subject });
    },
    async send(delivery) {
      const sent: string[] = [];
      for (;;) {
        world.now += MINUTE;
        const claimed = await outbox.claim(TEAM);
        if (claimed === null) return sent;
        await outbox.settle(claimed, delivery, 0);
        sent.push(claimed.message.kind);
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const windows = ({ world }: Room) =>
  rowsOf(world, "SELECT window FROM incident ORDER BY seq").map((row) => row.window);
const alerts = ({ world }: Room) =>
  rowsOf(world, "SELECT kind, state FROM alert ORDER BY seq").map(({ kind, state }) => `${kind} ${state}`);
const silences = ({ world }: Room) =>
  rowsOf(world, "SELECT why FROM silence ORDER BY why").map(({ why }) => why);

describe("what is kept no longer than failures are", () => {
  test("alarms, from their end on, with what was told of them; one that lasts stays", async () => {
    await using room = await openRoom();
    const { world, ledger } = room;
    for (const schedule of ["nightly", "lasting"]) await room.miss(schedule);
    await room.send(DELIVERED);
    await room.begin("nightly");
    await room.send(DELIVERED);
    await room.miss("weekly");
    world.now += 10 * MINUTE;
    const betweenMs = world.now;
    world.now += 10 * MINUTE;
    await room.begin("weekly");
    world.now = betweenMs + KEPT.failuresMs;
    await ledger.retain(KEPT);
    expect(windows(room)).toEqual(["lasting", "weekly"]);
    expect(alerts(room)).toEqual(["open sent", "open dropped", "resolve waiting"]);
  });

  test("incidents whose failures turned out to be something else", async () => {
    await using room = await openRoom();
    const { world, ledger } = room;
    const about = { sessionId: "s-1", promptId: "p-1" };
    await ledger.record([
      witness({ ...about, witness: "stop_failure_hook", atMs: AT, kind: "server_error" }),
    ]);
    await ledger.record([witness({ ...about, witness: "transcript", atMs: AT + 1, status: 529 })]);
    // The same failure again, so that something is left of it.
    await ledger.record([witness({ sessionId: "s-2", atMs: AT + 89 * DAY, status: 529 })]);
    const causes = () => rowsOf(world, "SELECT cause, resolution FROM incident ORDER BY seq");
    expect(causes()).toMatchObject([{ resolution: "other_cause" }, { cause: "overload" }]);
    world.now = AT + KEPT.failuresMs;
    await ledger.retain(KEPT);
    expect(causes()).toHaveLength(2);
    world.now++;
    await ledger.retain(KEPT);
    expect(causes()).toMatchObject([{ cause: "overload" }]);
  });

  test("messages that tried a channel", async () => {
    await using room = await openRoom();
    const { world, ledger, outbox } = room;
    await outbox.addTest("team");
    await outbox.addTest("gone");
    expect(await room.send(DELIVERED)).toEqual(["test"]);
    const sentMs = world.now;
    world.now = AT + KEPT.failuresMs;
    await ledger.retain(KEPT);
    expect(alerts(room)).toEqual(["test sent", "test waiting"]);
    world.now = sentMs + KEPT.failuresMs;
    await ledger.retain(KEPT);
    expect(alerts(room)).toEqual([]);
  });
});

test("an incident whose end is about to be told stays until it was, and no longer than anybody wants to know", async () => {
  await using room = await openRoom();
  const { world, ledger } = room;
  await room.miss("nightly");
  await room.send(DELIVERED);
  await room.begin("nightly");
  world.now += 2 * DAY;
  await ledger.retain({ failuresMs: DAY });
  expect(alerts(room)).toEqual(["open sent", "resolve waiting"]);
  world.now += 29 * DAY;
  await ledger.retain({ failuresMs: DAY });
  expect(windows(room)).toEqual([]);
});

test("an incident of which all failures were removed stays only until its end was told, whatever else is purged", async () => {
  await using room = await openRoom();
  const { world, ledger, outbox } = room;
  await ledger.record([witness({ sessionId: "s-1", atMs: AT, status: 401 })]);
  await outbox.sweep();
  expect(await room.send(DELIVERED)).toEqual(["open"]);
  await ledger.purge({ sessionId: "s-1" });
  const isThere = async (): Promise<boolean> => {
    await ledger.retain(KEPT);
    await ledger.purge({ all: true });
    return rowsOf(world, "SELECT cause FROM incident").length > 0;
  };
  expect(await isThere()).toBe(true);
  await outbox.sweep();
  expect(await isThere()).toBe(true);
  expect(await room.send(DELIVERED)).toEqual(["resolve"]);
  await ledger.retain(KEPT);
  expect(alerts(room)).toEqual([]);
  expect(await isThere()).toBe(false);
});

test("who was told of an alarm hears that it is gone when all is purged, unless it lasts", async () => {
  await using room = await openRoom();
  const { world, ledger, outbox } = room;
  for (const schedule of ["nightly", "lasting", "over"]) await room.miss(schedule);
  expect(await room.send(DELIVERED)).toEqual(["open", "open", "open"]);
  await room.begin("over");
  expect(await room.send(DELIVERED)).toEqual(["resolve"]);
  await ledger.purge({ all: true });
  expect(windows(room)).toEqual(["nightly", "lasting"]);
  const said = () => rowsOf(world, "SELECT verdict FROM incident").map(({ verdict }) => String(verdict));
  expect(said().join()).not.toContain("has not begun");
  await room.miss("lasting");
  expect(said().filter((verdict) => verdict.includes("lasting has not begun."))).toHaveLength(1);
  await outbox.sweep();
  expect(await room.send(DELIVERED)).toEqual(["resolve"]);
  expect(rowsOf(world, "SELECT window, resolution FROM incident").map((row) => Object.values(row))).toEqual([
    ["nightly", "gone"],
    ["lasting", null],
  ]);
  await ledger.purge({ all: true });
  expect(windows(room)).toEqual(["lasting"]);
});

describe("what was given up goes after 30 days", () => {
  test("of an incident that is over, and not of one that lasts", async () => {
    await using room = await openRoom();
    const { world, ledger } = room;
    for (const schedule of ["lasting", "nightly"]) await room.miss(schedule);
    expect(await room.send(REFUSED)).toEqual(["open", "open"]);
    await room.begin("nightly");
    expect(await room.send(REFUSED)).toEqual(["resolve"]);
    world.now = AT + 30 * DAY;
    await ledger.retain(KEPT);
    expect(alerts(room)).toEqual(["open dead", "open dead", "resolve dead"]);
    world.now += HOUR;
    await ledger.retain(KEPT);
    expect(alerts(room)).toEqual(["open dead"]);
    expect(windows(room)).toEqual(["lasting", "nightly"]);
  });

  test("and what came after it keeps it: no number is given twice", async () => {
    await using room = await openRoom();
    const { world, ledger } = room;
    await room.miss("nightly");
    expect(await room.send(REFUSED)).toEqual(["open"]);
    await room.begin("nightly");
    expect(await room.send(DELIVERED)).toEqual(["resolve"]);
    world.now += 31 * DAY;
    await ledger.retain(KEPT);
    expect(alerts(room)).toEqual(["open dead", "resolve sent"]);
  });
});

describe("silences", () => {
  /** One that is past, one that holds, and one of a project that holds. */
  async function silenced(): Promise<Room> {
    const room = await openRoom();
    const untilMs = AT + HOUR;
    await room.book.silence({ cause: "overload", untilMs, why: "a past" });
    await room.book.silence({ cause: "overload", untilMs: AT + DAY, why: "holds" });
    await room.book.silence({ project: "shop", untilMs: AT + DAY, why: "of shop" });
    room.world.now = untilMs;
    return room;
  }

  test("go when they are past", async () => {
    await using room = await silenced();
    await room.ledger.retain(KEPT);
    expect(silences(room)).toEqual(["holds", "of shop"]);
  });

  test("are purged with all else, with their project, and by their end", async () => {
    await using room = await silenced();
    await room.ledger.purge({ beforeMs: AT + HOUR + 1 });
    expect(silences(room)).toEqual(["holds", "of shop"]);
    await room.ledger.purge({ project: "shop" });
    expect(silences(room)).toEqual(["holds"]);
    await room.miss("nightly");
    await room.outbox.addTest("team");
    await room.ledger.purge({ all: true });
    expect([silences(room), windows(room), alerts(room)]).toEqual([[], [], []]);
  });
});

test("a purge of a project takes incidents of it that have no failure any more", async () => {
  await using room = await openRoom();
  const { world, ledger } = room;
  for (const [sessionId, projectDir] of [
    ["s-1", "/work/shop"],
    ["s-2", "/work/other"],
  ]) {
    const about = { promptId: "p-1", atMs: AT, sessionId: sessionId ?? "" };
    const session = { projectDir: projectDir ?? "" };
    await ledger.record([
      witness({ ...about, witness: "stop_failure_hook", kind: "model_not_found" }, session),
    ]);
    await ledger.record([witness({ ...about, witness: "transcript", status: 529 }, session)]);
    await ledger.purge({ sessionId: sessionId ?? "" });
  }
  const projects = () =>
    rowsOf(world, "SELECT project, resolution FROM incident").map((row) => Object.values(row));
  expect(projects()).toEqual([
    ["shop", "other_cause"],
    ["other", "other_cause"],
  ]);
  await ledger.purge({ project: "shop" });
  expect(projects()).toEqual([["other", "other_cause"]]);
});

test("of one whose end waits to be told, the name of its project goes at once, and the rest when it was told", async () => {
  await using room = await openRoom();
  const { world, ledger } = room;
  const about = { promptId: "p-1", atMs: AT, sessionId: "s-1" };
  const session = { projectDir: "/work/shop" };
  await ledger.record([
    witness({ ...about, witness: "stop_failure_hook", kind: "model_not_found" }, session),
  ]);
  await room.outbox.sweep();
  expect(await room.send(DELIVERED)).toEqual(["open"]);
  await ledger.record([witness({ ...about, witness: "transcript", status: 529 }, session)]);
  await ledger.purge({ project: "shop" });
  const left = () => rowsOf(world, "SELECT key, project, resolution FROM incident ORDER BY seq");
  expect(left()).toMatchObject([{ project: "", resolution: "other_cause" }]);
  expect(JSON.stringify(left())).not.toContain("shop");
  expect(await room.send(DELIVERED)).toEqual(["resolve"]);
  await ledger.purge({ all: true });
  expect(left()).toEqual([]);
});
