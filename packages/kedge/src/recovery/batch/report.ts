import { createRedactor, type Redactor } from "../../redact/index.ts";
import type { ItemFailure, ItemOutcome } from "./outcome.ts";
import { type BatchSummary, summarise } from "./summary.ts";

/** What became of a batch, ready to be written. */
export interface BatchReport {
  readonly summary: BatchSummary;
  /** In the order of the batch. Their texts hold nothing that looks like a secret. */
  readonly items: readonly ItemOutcome[];
}

/** What a report is about. */
export interface ReportOptions {
  /** Of the batch. */
  readonly name: string;
}

/**
 * Makes a report of what became of the items. It is read by CI and kept there, so that what looks like a secret is replaced in every text.
 *
 * @param options.redactor knows the secrets of this environment. Default: one that knows the looks of secrets alone.
 */
export function reportBatch(
  outcomes: readonly ItemOutcome[],
  { redactor = createRedactor() }: { readonly redactor?: Redactor } = {},
): BatchReport {
  return { summary: summarise(outcomes), items: outcomes.map((item) => withoutSecrets(item, redactor)) };
}

/** Names and ids stay as they are: whoever reads the report looks things up by them. */
function withoutSecrets(item: ItemOutcome, redactor: Redactor): ItemOutcome {
  const clean = <Text extends string | null>(text: Text): Text | string =>
    text === null ? text : redactor.text(text);
  return {
    ...item,
    why: clean(item.why),
    ...(item.answer !== undefined && { answer: redactor.text(item.answer) }),
    failures: item.failures.map((failure) => ({ ...failure, action: clean(failure.action) })),
  };
}

/**
 * A report as data, for `JSON.stringify`. Names stay within a version, and new ones may come; what is not known is null. Times are ISO 8601
 * in UTC, and epoch ms under the name with `Ms`.
 */
export function toJsonReport({ summary, items }: BatchReport, { name }: ReportOptions): object {
  const { nextDueMs, ...numbers } = summary;
  return { version: 1, name, ...numbers, ...timeJson("nextDueAt", nextDueMs), items: items.map(itemJson) };
}

function itemJson(item: ItemOutcome): object {
  return {
    key: item.key,
    state: item.state,
    why: item.why,
    cause: item.cause,
    attempts: item.attempts,
    parks: item.parks,
    ...timeJson("startedAt", item.startedMs),
    ...timeJson("endedAt", item.endedMs),
    ...timeJson("dueAt", item.dueMs),
    needsPerson: item.needsPerson,
    sessionId: item.sessionId,
    costUsd: item.costUsd,
    answer: item.answer ?? null,
    failures: item.failures.map(failureJson),
  };
}

function failureJson({ id, cause, atMs, action }: ItemFailure): object {
  return { id, cause, ...timeJson("at", atMs), action };
}

function timeJson(name: string, atMs: number | null): object {
  return { [name]: isoTime(atMs), [`${name}Ms`]: atMs };
}

/** An instant as ISO 8601 in UTC; null for none, and for one that no calendar holds. */
export function isoTime(atMs: number | null): string | null {
  if (atMs === null) return null;
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
