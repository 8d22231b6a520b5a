import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact/index.ts";
import fc from "../support/fast-check.ts";
import { known, nasty, runs, runsTakeMs } from "./nasty-secrets.ts";

describe("values", () => {
  test("strings, keys and what a name tells are redacted, the rest is copied", () => {
    const input = {
      note: "sent swordfish9",
      swordfish9: 1,
      password: "hunter2!",
      headers: { Authorization: "Bearer abcdef1234567", cookie: "sid=1", accept: "*/*" },
      passwords: ["one-two", "three"],
      usage: { input_tokens: 12, output_tokens: 12345678 },
      token: 1234567890,
      list: [null, true, undefined, 1.5],
    };
    const before = structuredClone(input);
    expect(createRedactor({ known }).value(input)).toEqual({
      note: "sent [redacted: WORD_KEY]",
      "[redacted: WORD_KEY]": 1,
      password: "[redacted: password]",
      headers: {
        Authorization: "Bearer [redacted: authorization-header]",
        cookie: "[redacted: cookie-header]",
        accept: "*/*",
      },
      passwords: ["[redacted: password]", "[redacted: password]"],
      usage: { input_tokens: 12, output_tokens: 12345678 },
      token: "[redacted: NUMBER_TOKEN]",
      list: [null, true, undefined, 1.5],
    });
    expect(input).toEqual(before);
  });

  test("redacting again changes nothing", { timeout: runsTakeMs }, () => {
    const redactor = createRedactor({ known });
    fc.assert(
      fc.property(fc.object({ key: nasty, values: [nasty], maxDepth: 3 }), (value) => {
        const once = redactor.value(value);
        expect(redactor.value(once)).toEqual(once);
      }),
      { ...runs, numRuns: runs.numRuns / 2 },
    );
  });

  test("no key reaches the prototype", () => {
    const value = JSON.parse(
      '{"__proto__":{"polluted":"swordfish9"},"constructor":{"prototype":1}}',
    ) as object;
    const copy = createRedactor({ known }).value(value);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(JSON.stringify(copy)).toBe(
      '{"__proto__":{"polluted":"[redacted: WORD_KEY]"},"constructor":{"prototype":1}}',
    );
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("keys that become the same stay apart", () => {
    const both = createRedactor({ known }).value({ swordfish9: 1, [btoa("swordfish9")]: 2 });
    expect(both).toEqual({ "[redacted: WORD_KEY]": 1, "[redacted: WORD_KEY] 2": 2 });
  });

  test("cycles, depth and sharing are bounded", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle.self = cycle;
    expect(createRedactor().value(cycle)).toEqual({ a: 1, self: "[cycle]" });
    let deep: unknown = "end";
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    expect(JSON.stringify(createRedactor().value(deep))).toMatch(/^\[{64}"\[too deep\]"\]{64}$/);
    let shared: unknown = { word: "swordfish9" };
    for (let level = 0; level < 50; level += 1) shared = [shared, shared];
    let copy = createRedactor({ known }).value(shared) as unknown[];
    for (let level = 0; level < 50; level += 1) copy = copy[1] as unknown[];
    expect(copy).toEqual({ word: "[redacted: WORD_KEY]" });
  });

  test("errors, maps, dates and bytes leave nothing", () => {
    const error = new Error("no swordfish9", { cause: new Error("swordfish9") });
    const copy = createRedactor({ known }).value({
      error,
      map: new Map([["swordfish9", "swordfish9"]]),
      bytes: new Uint8Array(9),
      at: new Date(5),
      call: () => 1,
    });
    expect(JSON.stringify(copy)).not.toContain("swordfish9");
    expect(copy).toMatchObject({
      error: { name: "Error", message: "no [redacted: WORD_KEY]" },
      bytes: "[bytes]",
      at: new Date(5),
    });
  });
});
