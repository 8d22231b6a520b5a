/** What worlds of commands start is gone when their test ends, however that was. */
import { afterEach } from "vitest";
import type { ModelApi } from "../../src/model-api/index.ts";

/** Processes and servers that are to be ended after a test. */
export interface Cleanup {
  readonly apis: ModelApi[];
  readonly started: { kill(signal: NodeJS.Signals): void; readonly done: Promise<unknown> }[];
}

/** Makes lists that are emptied after each test of the file that calls it: what is in them then is ended. */
export function cleanUpAfterEach(): Cleanup {
  const cleanup: Cleanup = { apis: [], started: [] };
  afterEach(async () => {
    for (const run of cleanup.started.splice(0)) {
      run.kill("SIGKILL");
      await run.done;
    }
    for (const api of cleanup.apis.splice(0)) await api.close();
  });
  return cleanup;
}
