import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { takeLock } from "../../../src/host/transcript/lock-file.ts";
import { holderLine } from "../../../src/platform/index.ts";
import { makeScratch } from "../scratch.ts";

afterEach(() => void vi.useRealTimers());

function makeWorld() {
  const folder = makeScratch({});
  const path = join(folder, "lock");
  return { path, list: () => readdirSync(folder) };
}

async function mustTake(path: string): Promise<() => Promise<void>> {
  const taken = await takeLock(path);
  if (typeof taken !== "function") throw new Error(`process ${taken?.pid} has it`);
  return taken;
}

test("one has it at a time, and leaves nothing behind", async () => {
  const { path, list } = makeWorld();
  const give = await mustTake(path);
  expect(await takeLock(path)).toEqual({ pid: process.pid, isElsewhere: false });
  expect(list()).toEqual(["lock"]);
  await give();
  expect(list()).toEqual([]);
});

test("nobody finds it without its holder, however many take it at a time", async () => {
  const { path, list } = makeWorld();
  let isDone = false;
  const seen = new Set<string>();
  const look = async (): Promise<void> => {
    while (!isDone) {
      try {
        seen.add(readFileSync(path, "utf8").split(" ").slice(0, 4).join(" "));
      } catch {
        // given back in this moment
      }
      await new Promise(setImmediate);
    }
  };
  const looking = look();
  let holding = 0;
  const takeOften = async (): Promise<void> => {
    for (let count = 0; count < 50; ) {
      const taken = await takeLock(path);
      if (typeof taken !== "function") continue;
      expect(++holding).toBe(1);
      await new Promise(setImmediate);
      holding--;
      await taken();
      count++;
    }
  };
  await Promise.all([takeOften(), takeOften(), takeOften()]);
  isDone = true;
  await looking;
  expect([[...seen], list()]).toEqual([[holderLine()], []]);
});

test("giving it back leaves that of somebody else alone", async () => {
  const { path } = makeWorld();
  const give = await mustTake(path);
  renameSync(path, `${path}.aside`);
  const other = await mustTake(path);
  await give();
  expect(await takeLock(path)).toMatchObject({ pid: process.pid });
  await other();
});

test("that of a process that died is taken, also when another process has its number", async () => {
  const { path, list } = makeWorld();
  const dead = spawn("true");
  await once(dead, "exit");
  const [pid, ticks, ...rest] = holderLine().split(" ");
  const lines = [
    `${dead.pid}`,
    `${dead.pid} 1 ${rest.join(" ")} x`,
    `${pid} ${Number(ticks) - 1} ${rest.join(" ")} x`,
  ];
  for (const line of lines) {
    writeFileSync(path, line);
    await (await mustTake(path))();
  }
  writeFileSync(path, `${dead.pid}`);
  // Whoever removed it died while doing so.
  writeFileSync(`${path}.stale`, `${dead.pid}`);
  await (await mustTake(path))();
  expect(list()).toEqual([]);
});

test("that of a process whose number belongs to others is held", async () => {
  const { path } = makeWorld();
  const line = holderLine()
    .replace(/^\d+/, "4194999")
    .replace(/pid:.*/, "pid:[1]");
  writeFileSync(path, `${line} x`);
  expect(await takeLock(path)).toEqual({ pid: 4_194_999, isElsewhere: true });
  const isOld = (seconds: number): void => {
    const then = Date.now() / 1_000 - seconds;
    utimesSync(path, then, then);
  };
  isOld(100);
  expect(await takeLock(path)).toMatchObject({ isElsewhere: true });
  // It would have given a sign of life.
  isOld(130);
  await (await mustTake(path))();
});

test("whoever has it gives signs of life, until it is given back", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const { path } = makeWorld();
  const give = await mustTake(path);
  const long = Date.now() / 1_000 - 1_000;
  utimesSync(path, long, long);
  vi.advanceTimersByTime(20_000);
  await expect.poll(() => Date.now() - statSync(path).mtimeMs).toBeLessThan(100_000);
  await give();
  expect(vi.getTimerCount()).toBe(0);
});
