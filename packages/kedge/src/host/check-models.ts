import { HostError } from "./errors.ts";
import type { SessionOptions } from "./options.ts";
import type { Spending } from "./spending/spending.ts";

/** A fallback that is no other model, or a model that no budget can be kept with, is said before the first prompt. */
export function checkModels(model: string, { fallbackModel }: SessionOptions, spending: Spending): void {
  if (fallbackModel === model)
    throw new HostError(
      "OPTION_NOT_USABLE",
      `The fallback model is the model itself (${model}). Name another`,
    );
  for (const name of fallbackModel === undefined ? [model] : [model, fallbackModel]) {
    const why = spending.refusal(name);
    if (why !== null) throw new HostError("OPTION_NOT_USABLE", why);
  }
}
