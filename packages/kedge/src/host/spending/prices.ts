/** What a model costs, in US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Writing to the cache for five minutes, which is what sessions ask for. */
  readonly cacheWrite: number;
  readonly cacheRead: number;
  /** What every token of a request costs whose prompt, caches included, is longer than so many tokens. */
  readonly longPrompt?: Omit<ModelPrice, "longPrompt"> & { readonly aboveTokens: number };
}

/** Prices by the beginning of a model's name. */
export type PriceTable = Readonly<Record<string, ModelPrice>>;

/** When the prices below were looked up. */
export const PRICES_AS_OF = "2026-11-22";

/**
 * Prices of the Claude API, by the beginning of the model's name; the longest beginning counts. Other platforms, and contracts, have
 * prices of their own.
 *
 * @source Claude documentation, "Pricing" and the pages of the models, as of {@link PRICES_AS_OF}
 */
export const PRICES: PriceTable = {
  "claude-fable-5-1": price(10, 50, 0.25),
  "claude-fable-5": price(10, 50, 1),
  "claude-mythos-5-1": price(10, 50, 0.25),
  "claude-mythos-5": price(10, 50, 1),
  "claude-opus-5-5": price(4, 20, 0.2),
  "claude-opus-5": price(5, 25, 0.5),
  "claude-opus-4-8": price(5, 25, 0.5),
  "claude-opus-4-7": price(5, 25, 0.5),
  "claude-opus-4-6": price(5, 25, 0.5),
  "claude-opus-4-5": price(5, 25, 0.5),
  "claude-opus-4-1": price(15, 75, 1.5),
  "claude-opus-4": price(15, 75, 1.5),
  "claude-sonnet-5-5": price(2, 10, 0.1),
  "claude-sonnet-5": price(2, 10, 0.2),
  "claude-sonnet-4-6": price(3, 15, 0.3),
  "claude-sonnet-4-5": price(3, 15, 0.3),
  "claude-sonnet-4": price(3, 15, 0.3),
  "claude-haiku-5-5": {
    ...price(0.1, 0.5, 0.01),
    longPrompt: { aboveTokens: 100_000, ...price(0.5, 2.5, 0.05) },
  },
  "claude-haiku-4-5": price(1, 5, 0.1),
  "claude-3-5-haiku": price(0.8, 4, 0.08),
};

/** Writing to the cache costs a quarter more than reading plain input, for every model of the table. */
function price(input: number, output: number, cacheRead: number): ModelPrice {
  return { input, output, cacheWrite: input * 1.25, cacheRead };
}
