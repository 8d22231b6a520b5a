import { expect, it } from "vitest";
import { inFull } from "../support/requires.ts";
import {
  countDescriptors,
  countZombies,
  fixture,
  isAlive,
  open,
  optionsFor,
  optionsForShell,
  readPids,
} from "./child-fixtures.ts";

const MB = 1_000_000;

/** The most memory that this process had more than at the beginning, while `work` was done. */
async function measureGrowth(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  await work();
  look();
  clearInterval(timer);
  return most - before;
}

it("ends as many children as it runs, all at once", async () => {
  const children = open();
  const count = inFull({ normal: 500, full: 3_000 });
  const pending = Array.from({ length: count }, () =>
    children.run(optionsForShell("echo $$; exec sleep 120")),
  );
  const begin = performance.now();
  // The last one runs when it has a turn; those before it run already.
  const last = children.run(optionsForShell("exit 0"));
  await last;
  expect(children.running).toBe(count);
  await children.close();
  const pids = (await Promise.all(pending)).flatMap((ending) => {
    expect(ending).toMatchObject({ cause: "cancelled", survivors: [] });
    return readPids(ending.stdout);
  });
  expect(pids.filter(isAlive)).toEqual([]);
  expect(countZombies()).toBe(0);
  expect(performance.now() - begin).toBeLessThan(60_000);
}, 120_000);

it("leaves no zombie and no descriptor, however many ran", async () => {
  const children = open();
  const rounds = inFull({ normal: 100, full: 1_000 });
  const stdin = Buffer.from("{}");
  const runTen = () =>
    Promise.all([
      ...Array.from({ length: 7 }, () => children.run(optionsForShell("cat", { stdin, timeoutMs: 60_000 }))),
      children.run(optionsFor(fixture("kills-itself.sh"), { stdin })),
      children.run(optionsFor("/nowhere/program", { stdin })),
      children.run(optionsFor("/bin/true", { stdin, args: ["x".repeat(200_000)] })),
    ]);
  await runTen();
  await settle();
  const before = countDescriptors();
  for (let round = 0; round < rounds; round++) await runTen();
  await settle();
  expect(countDescriptors()).toBeLessThanOrEqual(before);
  expect(countZombies()).toBe(0);
  expect(children.running).toBe(0);
}, 300_000);

/** Sockets are closed a turn of the event loop after they were destroyed. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

it("has no warning about listeners for many children of one signal", async () => {
  const warnings: Error[] = [];
  const keep = (warning: Error): number => warnings.push(warning);
  process.on("warning", keep);
  const { signal } = new AbortController();
  const children = open();
  await Promise.all(Array.from({ length: 50 }, () => children.run(optionsForShell("exit 0", { signal }))));
  await settle();
  process.off("warning", keep);
  expect(warnings).toEqual([]);
});

it("holds no more of 100 MB of output than it keeps", async () => {
  const children = open();
  const options = optionsFor(fixture("writes-100-mb.sh"), { maxOutputBytes: MB });
  await children.run(options);
  expect(await measureGrowth(() => children.run(options))).toBeLessThan(64 * MB);
});

it("holds one copy of a large input for ten slow readers", async () => {
  const children = open();
  const stdin = Buffer.alloc(100 * MB, "a");
  const growth = await measureGrowth(async () => {
    const pending = Array.from({ length: 10 }, () =>
      children.run(optionsFor(fixture("reads-slowly.sh"), { stdin })),
    );
    for (const ending of await Promise.all(pending)) expect(ending.stdout.trim()).toBe(String(100 * MB));
  });
  expect(growth).toBeLessThan(150 * MB);
}, 60_000);

it("lets the event loop go on while many children start", async () => {
  const children = open();
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const pending = Array.from({ length: 200 }, () => children.run(optionsForShell("exit 0")));
  const turnsAtFirst = turns;
  await Promise.all(pending);
  isDone = true;
  expect(turnsAtFirst).toBe(0);
  expect(turns).toBeGreaterThan(3);
});
