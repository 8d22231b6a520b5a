import { once } from "node:events";

/** Writes an answer on standard output, however large, and waits until its reader has taken it. */
export async function writeOut(text: string): Promise<void> {
  if (text === "" || process.stdout.destroyed) return;
  if (process.stdout.write(text)) return;
  // A reader that is gone takes nothing any more.
  await Promise.race([once(process.stdout, "drain"), once(process.stdout, "close")]).catch(() => {});
}
