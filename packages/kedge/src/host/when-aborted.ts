/**
 * Acts when a signal aborts; at once where it has already, for such a signal tells nobody any more.
 *
 * @returns listens no more
 */
export function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal?.aborted) act();
  else signal?.addEventListener("abort", act, { once: true });
  return () => signal?.removeEventListener("abort", act);
}
