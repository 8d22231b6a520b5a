import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createSilenceWatch } from "../../src/platform/silence-watch.ts";

/** Holds the event loop, as a machine that sleeps holds all of it. */
function hold(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function watch(afterMs: number, isBusy = () => false) {
  let count = 0;
  const { promise: silence, resolve } = Promise.withResolvers<number>();
  const begin = performance.now();
  const onSilence = (): void => {
    count++;
    resolve(performance.now() - begin);
  };
  return { ...createSilenceWatch({ afterMs, isBusy, onSilence }), silence, count: () => count };
}

it("tells silence once, and not before its time", async () => {
  const { silence, count } = watch(300);
  expect(await silence).toBeGreaterThanOrEqual(299);
  await sleep(100);
  expect(count()).toBe(1);
});

it("begins anew when something is said", async () => {
  const { silence, note } = watch(400);
  await sleep(250);
  note();
  expect(await silence).toBeGreaterThanOrEqual(640);
});

it("counts a gap in its own time as one look only", async () => {
  const { silence, count } = watch(2_000);
  await sleep(50);
  hold(2_500);
  await sleep(50);
  expect(count()).toBe(0);
  expect(await silence).toBeGreaterThanOrEqual(4_000);
});

it("counts nothing while its listener is busy", async () => {
  let isBusy = true;
  const { silence, count } = watch(200, () => isBusy);
  await sleep(600);
  expect(count()).toBe(0);
  isBusy = false;
  expect(await silence).toBeGreaterThanOrEqual(780);
});

it("tells nothing any more when it was stopped, nor without a limit", async () => {
  const stopped = watch(100);
  const endless = watch(Number.POSITIVE_INFINITY);
  stopped.stop();
  await sleep(300);
  expect([stopped.count(), endless.count()]).toEqual([0, 0]);
  endless.stop();
});
