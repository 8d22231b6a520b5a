/** How long a command may be silent, in ms. */
const SILENT_MS = 1_000;

/**
 * Says what is being done, once it has taken more than a second and then every five; ends with `using`.
 *
 * @param words asked anew each time, so that it can say how far it is
 */
export function startProgress(words: () => string, say: (text: string) => void): Disposable {
  let passed = 0;
  const timer = setInterval(() => {
    if (passed++ % 5 === 0) say(words());
  }, SILENT_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
