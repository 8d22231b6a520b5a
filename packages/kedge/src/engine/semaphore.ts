import { AsyncLocalStorage } from "node:async_hooks";

/** Lets at most so many run at once, in the order in which they came. */
export interface Semaphore {
  /**
   * Runs the work when there is a place for it; at once when it is begun by work that has one, which may wait for it.
   *
   * @param signal once it is aborted, the work is begun without a place: it finds the same signal and ends at once
   */
  run<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value>;
}

export function createSemaphore(places: number): Semaphore {
  const waiting = new Set<() => void>();
  const inside = new AsyncLocalStorage<{ isOpen: boolean }>();
  let free = places;

  /** Resolves with whether a place was taken. */
  const takePlace = async (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return false;
    if (free > 0) {
      free--;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const enter = (): void => resolve(true);
    const giveUp = (): void => {
      if (waiting.delete(enter)) resolve(false);
    };
    waiting.add(enter);
    signal.addEventListener("abort", giveUp, { once: true });
    const hasPlace = await promise;
    signal.removeEventListener("abort", giveUp);
    return hasPlace;
  };

  const leave = (): void => {
    const [next] = waiting;
    if (!next) {
      free++;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    async run(work, signal) {
      if (inside.getStore()?.isOpen) return work();
      const hasPlace = await takePlace(signal);
      // What the work leaves behind lives on, and waits as all others do.
      const place = { isOpen: true };
      try {
        return await inside.run(place, work);
      } finally {
        place.isOpen = false;
        if (hasPlace) leave();
      }
    },
  };
}
