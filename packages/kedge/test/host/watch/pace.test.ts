import { expect, test } from "vitest";
import { delayBefore } from "../../../src/host/watch/pace.ts";

test("the first changes are told soon, and each later one waits twice as long, up to half a minute", () => {
  expect([0, 1, 8, 9, 10, 16, 17, 1_000].map(delayBefore)).toEqual([
    ...[100, 100, 100, 200, 400, 25_600, 30_000, 30_000],
  ]);
});
