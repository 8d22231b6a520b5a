import type { Core } from "./core.ts";
import type { EventSink } from "./events.ts";
import { type Asked, askModel } from "./model/ask-model.ts";
import type { ModelRequest } from "./model/messages-client.ts";

/** Asks a model for a session: with the session's retries, its budget, and its fallback. */
export function ask(
  core: Core,
  request: ModelRequest,
  about: {
    readonly signal: AbortSignal;
    readonly onText?: (text: string) => void;
    /** In place of the session's own. */
    readonly emit?: EventSink;
    /** The fallback is asked from now on. */
    readonly onFallback?: (model: string) => void;
  },
): Promise<Asked> {
  const { client, retries, spending, now, random, fallbackModel } = core;
  const { signal, onText, onFallback, emit = core.emit } = about;
  return askModel(request, {
    ...{ client, retries, spending, now, random, emit, signal },
    ...(onText ? { onText } : {}),
    ...(fallbackModel === null
      ? {}
      : { fallback: { model: fallbackModel, onUse: () => onFallback?.(fallbackModel) } }),
  });
}
