import { stat, utimes } from "node:fs/promises";

const REFRESH_MS = 20_000;

/** A process that is held for longer than this is taken for dead where nobody can see it. */
const FORSAKEN_MS = 120_000;

/**
 * Renews a file's time again and again, as a sign of life for those who cannot see this process, as from another container.
 *
 * @returns ends it
 */
export function keepFresh(path: string): () => void {
  const renew = (): void => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined); // gone: whoever removed it knows why
  };
  const timer = setInterval(renew, REFRESH_MS).unref();
  return () => clearInterval(timer);
}

/** Whether nobody has given a sign of life at a file for so long that nobody will. */
export async function isForsaken(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > FORSAKEN_MS;
}
