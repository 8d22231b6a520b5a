/** Spreads work that blocks, as starting processes does, so that a thousand starts do not stop the event loop for seconds. */
export interface Pace {
  /** Does `work` now, or in a later turn of the event loop, in the order of the calls. It must not throw. */
  enter(work: () => void): void;
}

/** Makes one that works up to `sliceMs` in each turn of the event loop. */
export function createPace(sliceMs: number): Pace {
  const waiting: (() => void)[] = [];
  let spentMs = 0;
  let isArmed = false;

  const perform = (work: () => void): void => {
    const begin = performance.now();
    work();
    spentMs += performance.now() - begin;
    if (isArmed) return;
    isArmed = true;
    setImmediate(renew);
  };
  const renew = (): void => {
    isArmed = false;
    spentMs = 0;
    while (spentMs < sliceMs) {
      const work = waiting.shift();
      if (!work) return;
      perform(work);
    }
  };

  return {
    enter(work) {
      if (waiting.length === 0 && spentMs < sliceMs) perform(work);
      else waiting.push(work);
    },
  };
}
