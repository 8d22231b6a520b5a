/** Milliseconds that work with files may hold the event loop at a time. Asking the thread pool about each would take many times as long. */
const SLICE_MS = 8;

/** Makes what long work calls between its parts: it lets others have their turn when the time is up. */
export function createPauses(): () => Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() < sliceEnd) return;
    await new Promise(setImmediate);
    sliceEnd = performance.now() + SLICE_MS;
  };
}
