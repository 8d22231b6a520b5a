/** Row of the matrix, as people hear of it: who sends is killed, at any step or in the middle of an exchange. All is told at least once, and nothing else. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { TellPlan } from "../fixtures/recovery/tell.ts";
import { QUICK } from "../recovery/supervise-world.ts";
import { type Driver, startDriver } from "../recovery/supervisor-driver.ts";
import { inParallel } from "../recovery/supervisor-world.ts";
import { COMPILED } from "../support/compiled.ts";
import { inFull } from "../support/requires.ts";
import { type Receivers, startReceivers, type Told } from "./alerts-receivers.ts";
import { HOUR, MINUTE } from "./alerts-time.ts";
import { rehearse } from "./alerts-world.ts";
import { FAILING, planWindow } from "./failing-replies.ts";

const TELL = new URL("../fixtures/recovery/tell.ts", import.meta.url).pathname;
const KEYS = {
  day: "sk-ant-day-0123456789",
  dawn: "sk-ant-dawn-0123456789",
  night: "sk-ant-night-0123456789",
};
const ACCOUNTS = Object.fromEntries(
  Object.keys(KEYS).map((name) => [name, { env: { ANTHROPIC_API_KEY: `KEY_OF_${name.toUpperCase()}` } }]),
);
const ENV = Object.fromEntries(
  Object.entries(KEYS).map(([name, key]) => [`KEY_OF_${name.toUpperCase()}`, key]),
);

/** Ledger and clock as a sender has left them that nobody saw again. */
interface Left {
  readonly path: string;
  readonly nowMs: number;
}

/**
 * Supervised work of three accounts, of which one was told to be at its limit, and is over it; another met its limit and got over it while nobody
 * sent anything; and the third has just met a spending limit.
 */
async function leaveWork(folder: string): Promise<Left> {
  await using rehearsal = await rehearse(
    {
      faults: [
        { when: { key: KEYS.day }, times: 1, reply: planWindow(3_600) },
        { when: { key: KEYS.dawn }, times: 1, reply: planWindow(600) },
        { when: { key: KEYS.night }, reply: FAILING.spend },
      ],
      replies: [{ text: "Done." }],
    },
    { policy: { ...QUICK, accounts: ACCOUNTS }, env: ENV },
  );
  const { world } = rehearsal;
  await rehearsal.add({ name: "a", account: "day" });
  await rehearsal.supervise({ patienceMs: MINUTE });
  await rehearsal.pass(MINUTE);
  expect(rehearsal.byIncident()).toEqual([["opened"]]);
  await rehearsal.add({ name: "b", account: "dawn" });
  expect(await rehearsal.supervise({ isUntold: true })).toBe("over");
  await rehearsal.add({ name: "c", account: "night" });
  expect(await rehearsal.supervise({ isUntold: true })).toBe("waiting");
  expect(rehearsal.told).toHaveLength(1);
  const path = join(folder, "left.sqlite");
  using database = new DatabaseSync(join(world.stateDir, "ledger.sqlite"));
  database.exec(`VACUUM INTO '${path}'`);
  return { path, nowMs: world.nowMs() };
}

/** A state folder of its own with what was left, receivers, and processes that send. */
interface Room extends AsyncDisposable {
  readonly receivers: Receivers;
  start(more?: Pick<TellPlan, "killAt">): Driver;
  /** What became of each alert. */
  states(): readonly string[];
}

async function openRoom(
  left: Left,
  folder: string,
  { name, onTold }: { readonly name: string; readonly onTold?: (told: Told) => void },
): Promise<Room> {
  const stateDir = join(folder, name);
  mkdirSync(stateDir, { mode: 0o700 });
  const ledger = join(stateDir, "ledger.sqlite");
  using database = new DatabaseSync(left.path);
  database.exec(`VACUUM INTO '${ledger}'`);
  const clock = join(stateDir, "clock");
  writeFileSync(clock, String(left.nowMs - Date.now()));
  const receivers = await startReceivers(Date.now, onTold);
  // All of them read the same sources: what Node makes of these is kept.
  const env = {
    ...{ ...process.env, ...ENV, ...receivers.env },
    NODE_COMPILE_CACHE: join(folder, "compiled"),
    ...COMPILED,
  };
  const policy = { version: 1, ...QUICK, accounts: ACCOUNTS, channels: receivers.channels };
  let count = 0;
  return {
    receivers,
    start(more = {}) {
      const own = { stateDir, policy, clock, holder: `teller ${count++}`, untilMs: left.nowMs + 5 * HOUR };
      const plan: TellPlan = { ...own, ...more };
      return startDriver([TELL, JSON.stringify(plan)], { env, cwd: stateDir });
    },
    states() {
      using read = new DatabaseSync(ledger, { readOnly: true });
      const rows = read.prepare("SELECT id, state FROM alert ORDER BY id").all();
      return rows.map(({ id, state }) => `${id} ${state}`);
    },
    [Symbol.asyncDispose]: () => receivers[Symbol.asyncDispose](),
  };
}

/** What arrived, each once, however often it came. */
function heard({ told, pages, posts }: Receivers) {
  return {
    told: [...new Set(told.map(({ id, type }) => `${type} ${id}`))].toSorted(),
    // A service of PagerDuty has one alert of one key, however often it is triggered.
    pages: [...new Set(pages.map((page) => `${page.event_action} ${page.dedup_key}`))].toSorted(),
    posts: [...new Set(posts.map(({ blocks }) => blocks[0]?.text?.text))].toSorted(),
  };
}

test("killed at any step, or between the message and its answer: all is told, with the same ids, and nothing else", {
  timeout: inFull({ normal: 120_000, full: 1_800_000 }),
}, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-alerts-killed-")));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const left = await leaveWork(folder);

  const whole = opened.use(await openRoom(left, folder, { name: "whole" }));
  const { code, lines, stderr } = await whole.start().ended;
  expect(code, stderr).toBe(0);
  const steps = Number(lines.at(-1)?.steps);
  const all = heard(whole.receivers);
  const types = whole.receivers.told.map(({ type }) => type).toSorted();
  expect(types).toEqual(["digest", "opened", "reminded", "resolved"]);
  // Nobody is paged for a digest.
  const pages = whole.receivers.pages.length;
  expect(pages).toBe(types.length - 1);
  expect(whole.receivers.posts).toHaveLength(types.length);

  const count = inFull({ normal: 5, full: steps });
  const atSteps = Array.from({ length: count }, (_, index) => ({
    name: `step ${1 + Math.floor((index * steps) / count)}`,
    killAt: 1 + Math.floor((index * steps) / count),
  }));
  const inExchange = ["digest", "reminded"].map((type) => ({ name: type, type }));
  let killed = 0;
  await inParallel([...atSteps, ...inExchange], async (each) => {
    let first: Driver | null = null;
    const onTold = ({ type }: Told): void => {
      if ("type" in each && type === each.type) first?.kill("SIGKILL");
    };
    await using room = await openRoom(left, folder, { name: each.name, onTold });
    first = room.start("killAt" in each ? { killAt: each.killAt } : {});
    if ((await first.ended).code === null) killed++;
    first = null;
    const next = await room.start().ended;
    expect([each.name, next.code], next.stderr).toEqual([each.name, 0]);
    expect([each.name, heard(room.receivers)]).toEqual([each.name, all]);
    expect([each.name, room.states()]).toEqual([each.name, whole.states()]);
    const { told, posts } = room.receivers;
    // Only what was under way is told again, and word for word; each channel may have had one.
    for (const again of told) {
      const { atMs: _, ...words } = again;
      expect(told.find(({ id }) => id === again.id)).toMatchObject(words);
    }
    const twice = [
      ...[told, posts].map((came) => came.length - types.length),
      room.receivers.pages.length - pages,
    ];
    for (const extra of twice) expect(extra).toBeLessThanOrEqual(1);
    if ("type" in each) expect(twice[0]).toBe(1);
  });
  expect(killed).toBeGreaterThanOrEqual(Math.floor(0.8 * count) + inExchange.length);
  expect(steps).toBeGreaterThan(50);
});
