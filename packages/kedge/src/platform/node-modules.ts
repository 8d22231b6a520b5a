/**
 * Modules of Node that take some milliseconds to load, each on its first use: most programs that import Kedge start no process,
 * hash nothing, and have no pattern that needs a thread.
 */
export const lazyNode = {
  get childProcess(): typeof import("node:child_process") {
    return process.getBuiltinModule("node:child_process");
  },
  get crypto(): typeof import("node:crypto") {
    return process.getBuiltinModule("node:crypto");
  },
  get workerThreads(): typeof import("node:worker_threads") {
    return process.getBuiltinModule("node:worker_threads");
  },
} as const;
