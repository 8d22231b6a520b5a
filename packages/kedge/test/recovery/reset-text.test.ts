import { describe, expect, test } from "vitest";
import { readResetText } from "../../src/recovery/reset-text.ts";
import { PAST_MS } from "../../src/recovery/reset-window.ts";
import { createZone } from "../../src/recovery/reset-zone.ts";
import fc from "../support/fast-check.ts";
import { threadMs } from "../support/fuzz.ts";
import { NEAR, type ResetCase, WORDINGS, ZONES } from "./reset-cases.ts";

const read = ([text, messageAt, zone]: ResetCase) =>
  readResetText(text, { messageAtMs: Date.parse(messageAt), zone });

describe.each([
  { name: "wordings", cases: WORDINGS },
  { name: "times near the message", cases: NEAR },
  { name: "changes of clocks", cases: ZONES },
])("$name", ({ cases }) => {
  const rows = cases.map((row) => ({ row, text: row[0], messageAt: row[1], zone: row[2], at: row[3] }));
  test.each(rows)("$text at $messageAt in $zone is $at", ({ row, at }) => {
    const facts = row[4] ?? {};
    const reset = read(row);
    expect(reset === undefined ? null : new Date(reset.atMs).toISOString()).toBe(
      at === null ? null : new Date(at).toISOString(),
    );
    if (reset) expect(reset).toMatchObject({ from: "text", ...facts });
  });
});

test("a late reader gets the same instant, and hears that it is due", () => {
  const messageAtMs = Date.parse("2026-02-10T12:00:00Z");
  const options = { messageAtMs, zone: "UTC" };
  const late = readResetText("resets 3pm", { ...options, nowMs: messageAtMs + 20 * 3_600_000 });
  expect(late).toMatchObject({ atMs: Date.parse("2026-02-10T15:01:00Z"), isDue: true, text: "resets 3pm" });
  expect(readResetText("resets 3pm", { ...options, nowMs: messageAtMs })).toMatchObject({ isDue: false });
  expect(readResetText("resets 3pm", options)).not.toHaveProperty("isDue");
});

test("the words are kept as they were written, without what nobody sees", () => {
  const options = { messageAtMs: Date.parse("2026-02-10T12:00:00Z"), zone: "UTC" };
  const reset = readResetText("\x1b[31mlimit · Resets\u200b 3PM  (Europe/Paris)\x1b[0m", options);
  expect(reset?.text).toBe("Resets 3PM (Europe/Paris)");
});

test("what stands behind the first 4096 characters is not read", () => {
  const options = { messageAtMs: Date.parse("2026-02-10T12:00:00Z"), zone: "UTC" };
  expect(readResetText(`${" ".repeat(4086)}resets 3pm`, options)).toBeDefined();
  expect(readResetText(`${" ".repeat(4096)}resets 3pm`, options)).toBeUndefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e18])("a message of %s says nothing", (messageAtMs) => {
  expect(readResetText("resets 3pm", { messageAtMs, zone: "UTC" })).toBeUndefined();
});

test.each([
  "resets ".repeat(20_000),
  `resets in ${"1 ".repeat(50_000)}`,
  `resets 3am (${"a".repeat(100_000)})`,
  `resets ${"1".repeat(100_000)}`,
  `resets 3am ${"(".repeat(100_000)}`,
  `${"limit ".repeat(20_000)}reached|1`,
  `resets ${" ".repeat(100_000)}3am`,
  `resets Mon${"day".repeat(30_000)}`,
  `resets ${"Feb 17 ".repeat(10_000)}`,
  "resets 3am (../../etc/passwd)",
  "resets 3am (__proto__)",
  "resets 3am (constructor)",
  "resets 3am (Europe/Paris\u0000)",
  "resets 9999-12-31T23:59:59Z",
  "limit reached|9999999999999",
  "resets 3am\ud800",
])("a hostile text %#: neither slow nor believed too far", (text) => {
  const began = threadMs();
  const messageAtMs = Date.parse("2026-02-10T12:00:00Z");
  const reset = readResetText(text, { messageAtMs, zone: "UTC" });
  expect(threadMs() - began).toBeLessThan(1_000);
  if (reset) expect(reset.text.length).toBeLessThan(250);
  if (reset && reset.atMs > messageAtMs + 8 * 86_400_000) expect(reset.isPlausible).toBe(false);
});

const zoneNames = fc.constantFrom(
  ...["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "Europe/Paris"],
  ...["Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "Asia/Beirut", "Nowhere/Land", ""],
);
const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "resets",
        "reset",
        "in",
        "at",
        "3am",
        "3:45 pm",
        "15:45",
        "(Europe/Paris)",
        "Mon",
        "Feb 29",
        "UTC",
      ),
      fc.constantFrom(
        "2026-08-09",
        "T",
        "00:00",
        "|",
        "limit reached|",
        "1770728400",
        "·",
        ",",
        "tomorrow",
        "3h",
        "20m",
      ),
      fc.string({ maxLength: 6, unit: "binary" }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(" "));

test("whatever the text, the reset is never earlier than 2 minutes before the message, and its flags hold", () => {
  fc.assert(
    fc.property(words, instants, zoneNames, (text, messageAtMs, zone) => {
      const reset = readResetText(`limit · resets ${text}`, { messageAtMs, zone });
      if (reset === undefined) return;
      expect(reset.atMs).toBeGreaterThanOrEqual(messageAtMs - PAST_MS);
      if (reset.isPlausible) expect(reset.atMs).toBeLessThanOrEqual(messageAtMs + 32 * 86_400_000);
    }),
    { numRuns: 3000, seed: 20_261_005 },
  );
});

test("a clock time that is written from an instant is read back as that instant's minute", () => {
  const zones = fc.constantFrom(
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/New_York",
    "Europe/Paris",
    "Asia/Kathmandu",
  );
  fc.assert(
    fc.property(instants, fc.integer({ min: 3, max: 1380 }), zones, (messageAtMs, minutes, name) => {
      const resetMs = Math.floor(messageAtMs / 60_000 + minutes) * 60_000;
      const timeZone = { timeZone: name, hour: "numeric", minute: "2-digit" } as const;
      const clock = new Intl.DateTimeFormat("en-US", timeZone).format(resetMs);
      const reset = readResetText(`resets ${clock} (${name})`, { messageAtMs, zone: "UTC" });
      // the night has two of it at most, and then the first that is still to come is meant
      const isTwice = new Set(createZone(name)?.instantsOf(wallOf(name, resetMs))).size === 2;
      if (isTwice) expect(Math.abs((reset?.atMs ?? 0) - resetMs - 60_000)).toBeLessThanOrEqual(3_600_000);
      else expect(reset?.atMs).toBe(resetMs + 60_000);
    }),
    { numRuns: 2000, seed: 20_261_005 },
  );
});

function wallOf(name: string, instantMs: number) {
  const zone = createZone(name);
  if (zone === undefined) throw new Error(`no zone ${name}`);
  return zone.wallAt(instantMs);
}
