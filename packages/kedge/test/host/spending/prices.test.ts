import { describe, expect, test } from "vitest";
import { costOf, priceOf } from "../../../src/host/spending/price-of.ts";
import { PRICES } from "../../../src/host/spending/prices.ts";
import { createSpending } from "../../../src/host/spending/spending.ts";

const MILLION = 1_000_000;
const usage = (input: number, output = 0, written = 0, read = 0) => ({
  ...{ input_tokens: input, output_tokens: output },
  ...{ cache_creation_input_tokens: written, cache_read_input_tokens: read },
});

describe("the price of a model", () => {
  test.for([
    ["claude-opus-5-5", "claude-opus-5-5"],
    ["claude-opus-5", "claude-opus-5"],
    ["claude-sonnet-5-5-20261007", "claude-sonnet-5-5"],
    ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
    ["claude-sonnet-4-20250514", "claude-sonnet-4"],
    ["us.anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1"],
    ["claude-haiku-4-5@20251001", "claude-haiku-4-5"],
    ["claude-sonnet-5-5[1m]", "claude-sonnet-5-5"],
    ["claude-opus-4-9", null],
    ["claude-opus-55", null],
    ["claude-opus", null],
    ["gpt-9", null],
    ["toString", null],
  ] as const)("of %s is that of %s", ([model, key]) => {
    expect(priceOf(model, PRICES)).toBe(key === null ? null : PRICES[key]);
  });

  test("of the caller's own name stands before the table", () => {
    const own = { input: 1, output: 2, cacheWrite: 3, cacheRead: 4 };
    expect(priceOf("gateway/large", { ...PRICES, "gateway/large": own })).toBe(own);
  });
});

describe("the cost of an answer", () => {
  test.for([
    ["claude-sonnet-5-5", usage(MILLION), 2],
    ["claude-sonnet-5-5", usage(0, MILLION), 10],
    ["claude-sonnet-5-5", usage(0, 0, MILLION), 2.5],
    ["claude-sonnet-5-5", usage(0, 0, 0, MILLION), 0.1],
    ["claude-opus-5-5", usage(1_000, 2_000, 3_000, 4_000), 0.004 + 0.04 + 0.015 + 0.0008],
    ["claude-haiku-5-5", usage(100_000, 1_000), 0.01 + 0.0005],
    ["claude-haiku-5-5", usage(1, 1_000, 50_000, 50_000), 0.0000005 + 0.0025 + 0.03125 + 0.0025],
  ] as const)("%s %o", ([model, spent, dollars]) => {
    const price = PRICES[model];
    if (!price) throw new Error(`expected a price of ${model}`);
    expect(costOf(spent, price)).toBeCloseTo(dollars, 9);
  });
});

describe("the account of a session", () => {
  test("adds up by model, each request priced by its own length", () => {
    const spending = createSpending({});
    for (let times = 0; times < 2; times++) spending.add("claude-haiku-5-5", usage(90_000));
    spending.add("claude-sonnet-5-5", usage(0, 1_000));
    expect(spending.totalUsd).toBeCloseTo(0.018 + 0.01, 9);
    expect(spending.byModel.get("claude-haiku-5-5")?.usage.input_tokens).toBe(180_000);
  });

  test("is unknown as soon as a model without a price was asked", () => {
    const spending = createSpending({});
    spending.add("claude-sonnet-5-5", usage(MILLION));
    spending.add("somebody-elses", usage(1));
    expect(spending.totalUsd).toBeNull();
    expect(spending.refusal("somebody-elses")).toBeNull();
  });

  test("refuses at the limit, and models that no limit can be kept with", () => {
    const spending = createSpending({ limitUsd: 2 });
    expect(spending.refusal("somebody-elses")).toContain("no price");
    expect(spending.refusal("claude-sonnet-5-5")).toBeNull();
    spending.add("claude-sonnet-5-5", usage(MILLION));
    expect(spending.refusal("claude-sonnet-5-5")).toContain("$2 is used up");
  });

  test.for([
    ["no amount", { limitUsd: 0 }],
    ["less than nothing", { limitUsd: -1 }],
    ["no number", { limitUsd: Number.NaN }],
    ["no end", { limitUsd: Number.POSITIVE_INFINITY }],
    ["a price below nothing", { prices: { m: { input: -1, output: 1, cacheWrite: 1, cacheRead: 1 } } }],
  ] as const)("takes %s for no limit", ([, options]) => {
    expect(() => createSpending(options)).toThrow(expect.objectContaining({ code: "OPTION_NOT_USABLE" }));
  });
});
