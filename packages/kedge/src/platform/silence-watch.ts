export interface SilenceOptions {
  /** Milliseconds of silence that are too much. */
  readonly afterMs: number;
  /** Whether whoever listens is not done with what came: meanwhile no silence is the other's. */
  readonly isBusy: () => boolean;
  /** Called once. */
  readonly onSilence: () => void;
}

/** Waits for somebody to say nothing for too long. */
export interface SilenceWatch {
  /** Something was said. */
  note(): void;
  stop(): void;
}

/** How often is looked, by parts of the limit, within bounds of ms. */
const PARTS = 20;
const [SHORTEST_MS, LONGEST_MS] = [10, 5_000];

/**
 * Counts silence by the monotonic clock, looking at it from time to time. However long it is since the last look, no more than one interval
 * counts: a machine that was asleep, or a process of ours that was stopped, says nothing of the other.
 */
export function createSilenceWatch({ afterMs, isBusy, onSilence }: SilenceOptions): SilenceWatch {
  const intervalMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, afterMs / PARTS));
  let silentMs = 0;
  let lookedAt = performance.now();
  const look = (): void => {
    const now = performance.now();
    silentMs = isBusy() ? 0 : silentMs + Math.min(now - lookedAt, intervalMs);
    lookedAt = now;
    // What waits in the pipe because this process was busy is read first.
    if (silentMs >= afterMs) setImmediate(() => setImmediate(judge));
  };
  const judge = (): void => {
    if (silentMs < afterMs || isBusy() || isStopped) return;
    stop();
    onSilence();
  };
  let isStopped = false;
  const timer = setInterval(look, intervalMs);
  const stop = (): void => {
    isStopped = true;
    clearInterval(timer);
  };
  return {
    note() {
      silentMs = 0;
      // What was before it in this interval is no silence either.
      lookedAt = performance.now();
    },
    stop,
  };
}
