/**
 * The only code of Kedge that touches processes, threads, files and time.
 *
 * @module
 */
export { ensurePrivateFolder, FileError, readPrivateFile, writeFileAtomic } from "./atomic-file.ts";
export {
  type ChildEnding,
  type ChildOptions,
  type ChildProcesses,
  createChildProcesses,
} from "./child-process.ts";
export { lazyNode } from "./node-modules.ts";
export { createPatternRunner, type PatternRunner } from "./pattern-runner.ts";
export { readTextFile } from "./read-text.ts";
