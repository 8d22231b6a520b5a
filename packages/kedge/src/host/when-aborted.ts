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

/** What comes of work that others do, who may hear of the signal and need not heed it; null when the signal came first. */
export async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const ignore = whenAborted(signal, () => resolve(null));
  try {
    return await Promise.race([work, aborted]);
  } finally {
    ignore();
  }
}
