/**
 * Processes, threads and time, and files that are written whole or read with a bound: what is easy to get wrong, in one place.
 *
 * @module
 */
export {
  ensureOwnFolder,
  ensurePrivateFolder,
  FileError,
  readPrivateFile,
  writeFileAtomic,
} from "./atomic-file.ts";
export {
  type ChildProcesses,
  createChildProcesses,
} from "./child-process.ts";
export type { ChildEnding, ChildOptions } from "./child-run.ts";
export { type ChildStream, startChildStream } from "./child-stream.ts";
export { isForsaken, keepFresh } from "./fresh-file.ts";
export type { LeftProcesses } from "./left-processes.ts";
export { createProcessFinder, type ProcessFinder } from "./live-process.ts";
export { lazyNode } from "./node-modules.ts";
export { isPassing } from "./passing-failure.ts";
export { createPatternRunner, type PatternRunner } from "./pattern-runner.ts";
export { endNamespace, type NamespaceStart } from "./pid-namespace.ts";
export { holderLine, holderPid, isHolderElsewhere, isHolderGone, isOfEarlierBoot } from "./process-holder.ts";
export { endMarked, type MarkedEnding } from "./process-tree.ts";
export { readTextFile, type TextReading } from "./read-text.ts";
export { createSilenceWatch } from "./silence-watch.ts";
