/** The longest delay that `setTimeout` takes; above it fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls `work` once after `delayMs`, however long that is; never for `Infinity`.
 *
 * @returns ends the wait
 */
export function startTimer(delayMs: number, work: () => void): () => void {
  const dueAt = performance.now() + delayMs;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    const restMs = dueAt - performance.now();
    if (restMs > MAX_DELAY_MS) timer = setTimeout(wait, MAX_DELAY_MS);
    else timer = setTimeout(work, Math.max(0, restMs));
  };
  wait();
  return () => clearTimeout(timer);
}
