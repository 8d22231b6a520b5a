import type { Usage } from "../model/messages.ts";
import type { ModelPrice, PriceTable } from "./prices.ts";

/**
 * The price of a model; null where the table has none. A name is looked for as it is, and without what platforms put before and behind
 * it (`us.anthropic.claude-…`, `…-20261007`, `…[1m]`, `…@20261007`): the longest beginning that ends where a part of the name ends.
 */
export function priceOf(model: string, table: PriceTable): ModelPrice | null {
  if (Object.hasOwn(table, model)) return table[model] ?? null;
  const start = model.indexOf("claude-");
  const name = start < 0 ? model : model.slice(start);
  const known = Object.keys(table)
    .filter((key) => name.startsWith(key) && isVariantMark(name.slice(key.length)))
    .sort((a, b) => b.length - a.length)[0];
  return known === undefined ? null : (table[known] ?? null);
}

/** What may follow the name of a family: a date, a platform's version, a window. `claude-opus-4` says nothing of `claude-opus-4-9`. */
function isVariantMark(rest: string): boolean {
  return /^(?:-latest|[-@]\d{8}|-v\d+(?::\d+)?|\[\w+\])*$/.test(rest);
}

/** What one answer cost, in US dollars. */
export function costOf(usage: Usage, price: ModelPrice): number {
  const { input_tokens: input, output_tokens: output } = usage;
  const { cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
  const { longPrompt } = price;
  const rates = longPrompt && input + written + read > longPrompt.aboveTokens ? longPrompt : price;
  const sum =
    input * rates.input + output * rates.output + written * rates.cacheWrite + read * rates.cacheRead;
  return sum / 1_000_000;
}
