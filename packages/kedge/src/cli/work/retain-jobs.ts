import type { JobFiles, JobQueue } from "../../recovery/index.ts";

/** Lets go of jobs that ended longer ago than failures are kept, with how they were launched and what they answered. */
export async function retainJobs(
  { queue, files }: { readonly queue: JobQueue; readonly files: JobFiles },
  beforeMs: number,
): Promise<void> {
  for (;;) {
    const keys = await queue.forget(beforeMs);
    if (keys.length === 0) break;
    await files.forget(keys);
  }
  await files.forgetStray(async (id) => (await queue.get(id)) !== null, beforeMs);
}
