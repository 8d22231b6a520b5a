/** What one incident explains of another, and when that speaks for itself: failures are made up here, since the order of several is what counts. */
import { afterEach, expect, test } from "vitest";
import {
  createZone,
  drainAlerts,
  type IncidentBook,
  openIncidentBook,
  openOutbox,
  type SendingChannel,
  type Zone,
} from "../../src/recovery/index.ts";
import type { Said } from "../recovery/incident-world.ts";
import {
  HOUR,
  type IncidentWorld,
  MINUTE,
  makeIncidents,
  RULES,
  SECOND,
} from "../recovery/incident-world.ts";

const LIMIT = { cause: "plan_window", window: "five_hour", session: "limited" } as const;
const STALL = { cause: "stall", session: "silent" } as const;
const UNPAID = { cause: "billing", session: "unpaid" } as const;

const closers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closers.splice(0)) await each[Symbol.asyncDispose]();
});

/** A ledger with incidents, the book and the outbox over it, and somebody who listens. */
async function makeRoom() {
  const world = await makeIncidents();
  const now = (): number => world.nowMs;
  const own = { stateDir: world.folder, rules: RULES };
  const book: IncidentBook = await openIncidentBook({ ...own, now });
  const moment = { now, zone: createZone("UTC") as Zone };
  const outbox = await openOutbox({ ...own, moment, holder: "test", random: () => 0.5 });
  closers.push(book, outbox);
  const told: string[] = [];
  const team: SendingChannel = {
    ...{ name: "team", rule: "r1", minIntervalMs: 0 },
    async send({ kind, incident }) {
      told.push(`${kind} ${incident?.cause} ${incident?.sessions}`);
      return { outcome: "delivered" };
    },
  };
  return {
    ...{ world, book },
    /** Sends what is due every ten seconds; returns what was told, as `kind cause sessions`. */
    async pass(forMs: number): Promise<readonly string[]> {
      for (const endMs = world.nowMs + forMs; world.nowMs < endMs; ) {
        world.nowMs += 10 * SECOND;
        await outbox.sweep();
        await drainAlerts({ outbox, channels: [team], withinMs: 60_000 });
      }
      return told.splice(0);
    },
    /** Somebody says that it is over. */
    async close(cause: string): Promise<void> {
      const found = (await world.incidents()).find((each) => each.cause === cause);
      await book.resolve(found?.id ?? "", undefined);
    },
  };
}

async function fail(world: IncidentWorld, ...said: readonly Omit<Said, "atMs">[]): Promise<void> {
  for (const each of said) {
    world.nowMs += SECOND;
    await world.fail({ ...each, atMs: world.nowMs });
  }
}

/** A request of the session began now, and was answered. */
async function answer(world: IncidentWorld, sessionId: string): Promise<void> {
  await world.prove({ sessionId, sinceMs: world.nowMs, atMs: world.nowMs });
}

/** The reason of each incident, by their causes. */
async function reasons(world: IncidentWorld): Promise<Readonly<Record<string, string | undefined>>> {
  const all = await world.incidents();
  const causes = new Map(all.map(({ id, cause }) => [id, cause]));
  return Object.fromEntries(all.map(({ cause, explained_by }) => [cause, causes.get(explained_by ?? "")]));
}

test("what one explains is told when it is over, if it is not over with it", async () => {
  const { world, pass } = await makeRoom();
  await fail(world, STALL, LIMIT);
  expect(await pass(HOUR)).toEqual(["open plan_window 1"]);
  await answer(world, LIMIT.session);
  expect(await pass(10 * SECOND)).toEqual(["resolve plan_window 1"]);
  await answer(world, STALL.session);
  expect(await pass(HOUR)).toEqual([]);
  await fail(world, { ...STALL, session: "other" }, LIMIT);
  await pass(HOUR);
  await answer(world, LIMIT.session);
  expect(await pass(MINUTE)).toEqual(["resolve plan_window 1", "open stall 1"]);
});

test.each([
  ["the lesser one first", [LIMIT, UNPAID]],
  ["the greater one first", [UNPAID, LIMIT]],
])("what two incidents explain speaks when both are over: %s", async (_, both) => {
  const { world, pass, close } = await makeRoom();
  await fail(world, STALL, ...both);
  await pass(HOUR);
  await close("plan_window");
  expect((await pass(HOUR)).filter((told) => told.includes("stall"))).toEqual([]);
  expect(await reasons(world)).toMatchObject({ stall: "billing" });
  await close("billing");
  expect(await pass(HOUR)).toEqual(["resolve billing 1", "open stall 1"]);
});

test("what was explained itself goes on to explain, when its own reason is over", async () => {
  const { world, close } = await makeRoom();
  await fail(world, UNPAID, LIMIT, STALL);
  expect(await reasons(world)).toMatchObject({ plan_window: "billing", stall: "billing" });
  await close("billing");
  expect(await reasons(world)).toEqual({ billing: undefined, plan_window: undefined, stall: "plan_window" });
});

test.each([
  ["before", [{ ...STALL, session: "other" }, LIMIT]],
  ["while", [LIMIT, { ...STALL, session: "other" }]],
])(
  "what it had grown by %s something explained it is told after all, when that is over, and told once",
  async (_, both) => {
    const { world, pass } = await makeRoom();
    await fail(world, STALL);
    expect(await pass(MINUTE)).toEqual(["open stall 1"]);
    await fail(world, ...both);
    expect(await pass(HOUR)).toEqual(["open plan_window 1"]);
    await answer(world, LIMIT.session);
    expect(await pass(HOUR)).toEqual(["resolve plan_window 1", "update stall 2"]);
    await fail(world, LIMIT);
    await pass(HOUR);
    await answer(world, LIMIT.session);
    expect(await pass(HOUR)).toEqual(["resolve plan_window 1"]);
  },
);

test("what waits for a person is told after the group wait, though its cause could have passed and something passing explained it", async () => {
  const { world, book, pass } = await makeRoom();
  const [failed] = await world.fail({ cause: "server", session: "silent", atMs: world.nowMs });
  await fail(world, { cause: "connection", session: "cut" });
  expect(await reasons(world)).toEqual({ server: "connection", connection: undefined });
  await book.needsPerson(failed?.id ?? "");
  expect(await reasons(world)).toEqual({ server: undefined, connection: undefined });
  expect(await pass(MINUTE)).toEqual(["open server 1"]);
});
