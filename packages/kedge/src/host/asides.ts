/** Work that nothing in the session waits for: events that only tell. It ends with the session at the latest. */
export interface Asides {
  /** Ends with the session. */
  readonly signal: AbortSignal;
  /** Begins work at once. It must end soon after its signal. */
  start(work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Resolves when what runs now has ended. */
  settled(): Promise<void>;
  /** Ends what runs, waits for that, and begins nothing more. */
  close(): Promise<void>;
}

/** @param onFailure hears of work that rejects: nobody else could */
export function createAsides(onFailure: (error: unknown) => void): Asides {
  const running = new Set<Promise<void>>();
  const ending = new AbortController();
  const settled = async (): Promise<void> => void (await Promise.all(running));
  return {
    signal: ending.signal,
    start(work) {
      if (ending.signal.aborted) return;
      const done = work(ending.signal).then(
        () => undefined,
        (error: unknown) => {
          if (!ending.signal.aborted) onFailure(error);
        },
      );
      running.add(done);
      void done.then(() => running.delete(done));
    },
    settled,
    close() {
      ending.abort();
      return settled();
    },
  };
}
