/**
 * Batches: many pieces of agent work that run together, as a file says them, and reports of what became of them. Values in, values out.
 *
 * @module
 */

export { type Batch, type BatchItem, MAX_PROMPT_BYTES } from "./batch.ts";
export type { BatchOptions, BatchProblem, BatchReading } from "./batch-reading.ts";
export { batchSlug } from "./batch-slug.ts";
export { itemDigest } from "./item-digest.ts";
export { toJUnit } from "./junit.ts";
export type { ItemFailure, ItemOutcome } from "./outcome.ts";
export { promptNotes, promptProblem } from "./prompt.ts";
export { readBatch } from "./read-batch.ts";
export { type BatchReport, type ReportOptions, reportBatch, toJsonReport } from "./report.ts";
export { type BatchState, type BatchSummary, describeBatch, summarise } from "./summary.ts";
