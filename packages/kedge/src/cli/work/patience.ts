/** With `--no-wait` a pause of up to this long is still waited for. */
const SHORT_MS = 60_000;

/**
 * How long a supervisor stays where nothing goes on.
 *
 * @param waits false with `--no-wait`
 */
export function patienceOf(waits: boolean): { readonly patienceMs?: number } {
  return waits ? {} : { patienceMs: SHORT_MS };
}
