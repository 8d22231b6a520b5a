/** What happens to a process that may open nothing more, as beside a program that has too much open. */
import { startWriter } from "./outside-writer.ts";

/**
 * Does some work while this process can open no file and no socket; what it has open stays open. Needs `prlimit`.
 *
 * What the work needs besides has to be loaded before.
 */
export async function withoutDescriptors<Value>(work: () => Promise<Value>): Promise<Value> {
  // The limit is lifted from outside: here no program could be started for that.
  await using outside = startWriter();
  const limit = (value: string): Promise<void> =>
    outside.run(`prlimit --pid ${process.pid} --nofile=${value}`);
  await outside.run(`soft=$(prlimit --pid ${process.pid} --nofile --output=SOFT --noheadings | tr -d ' ')`);
  await limit("3:");
  try {
    return await work();
  } finally {
    await limit('"$soft":');
  }
}
