import { HostError } from "../errors.ts";
import { addUsage, NO_USAGE, type Usage } from "../model/messages.ts";
import { costOf, priceOf } from "./price-of.ts";
import { PRICES, type PriceTable } from "./prices.ts";

/** What one model was used for. */
export interface ModelSpending {
  readonly usage: Usage;
  /** US dollars, estimated by the table of prices; null where the table has no price for the model. */
  readonly costUsd: number | null;
}

/** What a session has spent since it was opened, every request of it counted: of subagents, hooks, pages and summaries as well. */
export interface Spending {
  readonly limitUsd: number | null;
  /** US dollars, estimated; null as soon as a model without a price was used, since the sum is not known then. */
  readonly totalUsd: number | null;
  readonly byModel: ReadonlyMap<string, ModelSpending>;
  /** The limit is reached: no further request is sent. */
  readonly isSpent: boolean;
  /** Counts an answer, or what came of one. @param model the one that was asked for */
  add(model: string, usage: Usage): void;
  /** What must be known before a model is asked; null where nothing speaks against it. */
  refusal(model: string): string | null;
}

/**
 * Makes the account book of a session.
 *
 * With a limit, a model without a price is not asked: what it costs could not be counted, and a limit that counts nothing is none.
 *
 * @param options.prices beside the table of the Claude API, and in place of its entries
 */
export function createSpending(options: {
  readonly limitUsd?: number;
  readonly prices?: PriceTable;
}): Spending {
  const { limitUsd = null } = options;
  checkOptions(options);
  const table: PriceTable = { ...PRICES, ...options.prices };
  const byModel = new Map<string, ModelSpending>();
  const totalUsd = (): number | null => {
    let sum = 0;
    for (const { costUsd } of byModel.values()) {
      if (costUsd === null) return null;
      sum += costUsd;
    }
    return sum;
  };
  const isSpent = (): boolean => limitUsd !== null && (totalUsd() ?? 0) >= limitUsd;
  return {
    limitUsd,
    byModel,
    get totalUsd() {
      return totalUsd();
    },
    get isSpent() {
      return isSpent();
    },
    add(model, usage) {
      const before = byModel.get(model) ?? { usage: NO_USAGE, costUsd: 0 };
      const price = priceOf(model, table);
      // Each request is priced by itself: the length of its prompt may decide what it costs.
      const costUsd = price && before.costUsd !== null ? before.costUsd + costOf(usage, price) : null;
      byModel.set(model, { usage: addUsage(before.usage, usage), costUsd });
    },
    refusal(model) {
      if (limitUsd === null) return null;
      if (isSpent()) return `The budget of $${limitUsd} is used up`;
      return priceOf(model, table) ? null : unpriced(model);
    },
  };
}

function unpriced(model: string): string {
  return `There is no price for the model ${model}, so a budget cannot be kept with it. Give its price, or leave the budget out`;
}

function checkOptions({ limitUsd, prices = {} }: Parameters<typeof createSpending>[0]): void {
  if (limitUsd !== undefined && !(Number.isFinite(limitUsd) && limitUsd > 0))
    throw notUsable(`Expected maxBudgetUsd to be an amount above 0, got ${limitUsd}`);
  for (const [model, { longPrompt, ...price }] of Object.entries(prices))
    for (const [field, value] of [...Object.entries(price), ...Object.entries(longPrompt ?? {})])
      if (!(Number.isFinite(value) && value >= 0))
        throw notUsable(`Expected ${field} of the prices of ${model} to be at least 0, got ${value}`);
}

function notUsable(message: string): HostError {
  return new HostError("OPTION_NOT_USABLE", message);
}
