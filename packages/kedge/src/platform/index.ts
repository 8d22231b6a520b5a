/**
 * The only code of Kedge that touches processes, threads, files and time.
 *
 * @module
 */
export { createPatternRunner, type PatternRunner } from "./pattern-runner.ts";
export { readTextFile } from "./read-text.ts";
