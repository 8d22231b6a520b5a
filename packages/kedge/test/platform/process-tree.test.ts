import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterAll, expect, vi } from "vitest";
import { inFull, testWith } from "../support/requires.ts";
import { endProcess, fixture, isAlive, open, optionsFor, readPids } from "./child-fixtures.ts";

vi.setConfig({ testTimeout: 600_000 });

/** How long a tree may need from its limit on. */
const LIMIT_MS = 2_000;

/** A machine that stands still keeps this process as well from its work, by so much at the most. */
const lag = monitorEventLoopDelay();
lag.enable();
afterAll(() => void lag.disable());
const limitMs = (): number => LIMIT_MS + lag.max / 1e6;

/** What each program has of processes when its limit comes. */
const trees = {
  "ignores-sigterm.sh": 2,
  "setsid-grandchild.sh": 3,
  "double-forked-daemon.sh": 2,
  "cleared-environment.sh": 3,
  "forks-forty.sh": 40,
} as const;

for (const [name, count] of Object.entries(trees)) {
  testWith({ needs: ["setsid"] }, `nothing is left after the time-out of ${name}`, async () => {
    const timeoutMs = 1_000;
    const ending = await open().run(optionsFor(fixture(name), { timeoutMs }));
    expect(ending).toMatchObject({ cause: "timeout", survivors: [] });
    const pids = readPids(ending.stdout);
    expect(pids.length).toBe(count);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(ending.durationMs - timeoutMs).toBeLessThanOrEqual(limitMs());
  });
}

testWith({ needs: ["setsid"] }, "what a program starts when it is asked to end goes too", async () => {
  const ending = await open().run(optionsFor(fixture("starts-child-on-sigterm.sh"), { timeoutMs: 1_000 }));
  const pids = readPids(ending.stdout);
  expect(ending).toMatchObject({ cause: "timeout", exitCode: 0, survivors: [] });
  expect(pids.length).toBe(2);
  expect(pids.filter(isAlive)).toEqual([]);
});

testWith({ needs: ["setsid"] }, "the trees of others are left alone", async () => {
  const children = open();
  const controller = new AbortController();
  const kept = children.run(optionsFor(fixture("double-forked-daemon.sh"), { signal: controller.signal }));
  const ended = await children.run(optionsFor(fixture("double-forked-daemon.sh"), { timeoutMs: 500 }));
  expect(readPids(ended.stdout).filter(isAlive)).toEqual([]);
  expect(children.running).toBe(1);
  controller.abort();
  const ending = await kept;
  // Both lived until then: the first end would have shown as the signal of another cause.
  expect(ending).toMatchObject({ cause: "cancelled", signal: "SIGTERM", survivors: [] });
  expect(readPids(ending.stdout).filter(isAlive)).toEqual([]);
});

testWith(
  { needs: ["setsid"] },
  "a daemon that kept nothing of where it came from is not found, and does not delay",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "kedge-tree-"));
    const file = join(folder, "pid");
    const options = optionsFor(fixture("lost-daemon.sh"), { args: [file], timeoutMs: 1_000 });
    const ending = await open().run(options);
    const [pid = 0] = readPids(readFileSync(file, "utf8"));
    const wasAlive = isAlive(pid);
    endProcess(pid);
    rmSync(folder, { recursive: true });
    expect(ending).toMatchObject({ cause: "timeout", survivors: [] });
    expect(wasAlive).toBe(true);
  },
);

testWith(
  { needs: ["setsid"] },
  "each of many time-outs in a row leaves nothing, within two seconds",
  async () => {
    const children = open();
    const names = [
      "setsid-grandchild.sh",
      "double-forked-daemon.sh",
      "cleared-environment.sh",
      "ignores-sigterm.sh",
    ];
    // One that clears its environment has to be there first: a parent that is ended in the very moment it forks leaves nothing to find it by.
    const rounds = inFull({ normal: 60, full: 1_000 });
    let slowestMs = 0;
    for (let round = 0; round < rounds; round += 2 * names.length) {
      const timeoutOf = (name: string) => (name === "cleared-environment.sh" ? 400 : 50) + (round % 50);
      const run = async (name: string) => {
        const timeoutMs = timeoutOf(name);
        const ending = await children.run(optionsFor(fixture(name), { timeoutMs, graceMs: 150 }));
        return { ending, lateMs: ending.durationMs - timeoutMs };
      };
      for (const { ending, lateMs } of await Promise.all([...names, ...names].map(run))) {
        expect(ending).toMatchObject({ cause: "timeout", survivors: [] });
        expect(readPids(ending.stdout).filter(isAlive)).toEqual([]);
        slowestMs = Math.max(slowestMs, lateMs);
      }
    }
    expect(slowestMs).toBeLessThanOrEqual(limitMs());
  },
);
