import { type Exchange, sendError, sendJson } from "./exchange.ts";

/** What is listed where a scenario lists nothing. */
const DEFAULT_MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];

/** Release dates are not known here; the API says the epoch then. */
const UNKNOWN_DATE = "1970-01-01T00:00:00Z";

/** The models of a server. */
export interface Models {
  /** Says whether requests may name it. */
  has(id: string): boolean;
  list(exchange: Exchange): Promise<void>;
  show(exchange: Exchange, id: string): Promise<void>;
}

/**
 * Makes the models of a scenario.
 *
 * @param options.isStrict whether others than those listed are unknown
 */
export function createModels(options: {
  readonly ids: readonly string[] | undefined;
  readonly isStrict: boolean;
}): Models {
  const { ids = DEFAULT_MODELS, isStrict } = options;
  const has = (id: string): boolean => !isStrict || ids.includes(id);
  return {
    has,
    list: (exchange) => {
      const page = { has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
      return sendJson(exchange, { data: ids.map(describeModel), ...page });
    },
    show: (exchange, id) =>
      has(id) ? sendJson(exchange, describeModel(id)) : sendError(exchange, 404, { message: `model: ${id}` }),
  };
}

function describeModel(id: string): object {
  return { type: "model", id, display_name: id, created_at: UNKNOWN_DATE };
}
