import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ModelPrice, PriceTable, SessionOptions } from "../host/index.ts";
import { isJsonObject } from "../protocol/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * What the session may spend, and what models cost.
 *
 * @throws {CommandError} for an amount or prices that cannot be used: a limit that is not kept is worse than none
 */
export function budgetOptions(
  { maxBudgetUsd, prices }: AgentOptions,
  context: Context,
): Pick<SessionOptions, "maxBudgetUsd" | "prices"> {
  return {
    ...(maxBudgetUsd === undefined ? {} : { maxBudgetUsd: amount(maxBudgetUsd) }),
    ...(prices === undefined ? {} : { prices: readPrices(prices, context) }),
  };
}

function amount(text: string): number {
  const value = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw wrong("--max-budget-usd", "an amount of US dollars above 0, such as 2.50", text);
}

const EXAMPLE = '{"my-model": {"input": 3, "output": 15, "cacheWrite": 3.75, "cacheRead": 0.3}}';

function readPrices(text: string, { cwd }: Context): PriceTable {
  const json = text.trimStart().startsWith("{") ? text : readFile(resolve(cwd, text));
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong("--prices", `JSON such as ${EXAMPLE}`, text);
  }
  if (!isJsonObject(value)) throw wrong("--prices", `an object such as ${EXAMPLE}`, text);
  return Object.fromEntries(Object.entries(value).map(([model, price]) => [model, readPrice(model, price)]));
}

const FIELDS = ["input", "output", "cacheWrite", "cacheRead"] as const;

function readPrice(model: string, value: unknown): ModelPrice {
  const isPrice =
    isJsonObject(value) &&
    Object.keys(value).length === FIELDS.length &&
    FIELDS.every((field) => typeof value[field] === "number" && Number(value[field]) >= 0);
  if (!isPrice)
    throw wrong(
      "--prices",
      `dollars for a million tokens under ${FIELDS.join(", ")} for ${model}`,
      JSON.stringify(value),
    );
  const [input, output, cacheWrite, cacheRead] = FIELDS.map((field) => Number(value[field]));
  return { input, output, cacheWrite, cacheRead } as ModelPrice;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError(EXIT.noInput, `Expected --prices to be a file; ${path} cannot be read.`, {
      cause,
    });
  }
}

function wrong(name: string, expected: string, came: string): CommandError {
  return new CommandError(
    EXIT.usage,
    `Expected ${name} to be ${expected}, got ${JSON.stringify(came.slice(0, 200))}.`,
  );
}
