import { expect, it } from "vitest";
import { fillTimes } from "../../src/model-api/time-words.ts";

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6) - 500;

it.each([
  ["plain {text} stays", "plain {text} stays"],
  ["{epoch_s}", String(Date.UTC(2026, 1, 3, 4, 5, 6) / 1000)],
  ["{epoch_s+60}", String(Date.UTC(2026, 1, 3, 4, 6, 6) / 1000)],
  ["at {rfc3339+3600}!", "at 2026-02-03T05:05:06Z!"],
  ["{http_date-6}", "Tue, 03 Feb 2026 04:05:00 GMT"],
  ["{rfc3339} {rfc3339+1}", "2026-02-03T04:05:06Z 2026-02-03T04:05:07Z"],
  ["{epoch_s+}", "{epoch_s+}"],
])("%s", (text, expected) => {
  expect(fillTimes(text, NOW)).toBe(expected);
});
