import type { Failure } from "../../protocol/index.ts";

/** Overloads in a row after which another model is asked. @source recorded behaviour of Claude Code 2.1.329 */
const MAX_OVERLOADS = 3;

/**
 * Whether a failure is one of the model rather than of the account, the request or the way to the API: only then another model helps.
 *
 * @param state.overloads times running that the model was overloaded, this one counted
 * @param state.isLast the request would not be sent again
 * @source Claude Code, "Fallback models"; recorded: the third overload, and a model that is not found
 */
export function needsFallback(
  { kind }: Failure,
  { overloads, isLast }: { readonly overloads: number; readonly isLast: boolean },
): boolean {
  if (kind === "model_not_found") return true;
  return kind === "overloaded" && (isLast || overloads >= MAX_OVERLOADS);
}
