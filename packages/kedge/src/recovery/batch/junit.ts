import { type ItemOutcome, type ItemStanding, standingOf } from "./outcome.ts";
import { type BatchReport, isoTime, type ReportOptions } from "./report.ts";
import { describeBatch } from "./summary.ts";
import { escapeXml, xmlElement } from "./xml-text.ts";

/**
 * Writes a report as JUnit XML: a suite of the batch, a test case of each item.
 *
 * An item that is done passes. One that was given up, or is done in part, is a `failure` of its cause, lost sessions included: they were
 * tried, and the type says what they died of. One that has no result and gets none by itself, since it was cancelled or waits for a person,
 * is an `error`. What goes on later is `skipped`. So a batch that ends with 1 never shows as green, and one that ends with 0 always does.
 *
 * @source xunit-plugin of Jenkins, junit-10.xsd. Only the `properties` of test cases go beyond it, as those of pytest's
 * `record_property` do.
 */
export function toJUnit({ summary, items }: BatchReport, { name }: ReportOptions): string {
  const standings = items.map(standingOf);
  const count = (wanted: ItemStanding): number => standings.filter((each) => each === wanted).length;
  const totals = { tests: items.length, failures: count("failed"), errors: count("no_result") };
  const time = seconds(summary.durationMs);
  const suite = xmlElement(
    "testsuite",
    { name, ...totals, skipped: count("remaining"), time, timestamp: startOf(items) },
    [
      properties({ state: summary.state, summary: describeBatch(summary), "cost-usd": summary.costUsd }),
      ...items.map((item) => testCase(item, name)),
    ],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement("testsuites", { name, ...totals, time }, [suite])}\n`;
}

function testCase(item: ItemOutcome, batch: string): string {
  const { key, startedMs, endedMs } = item;
  const time = seconds(startedMs === null || endedMs === null ? null : endedMs - startedMs);
  return xmlElement("testcase", { name: key, classname: batch, time }, [
    properties({
      state: item.state,
      attempts: item.attempts,
      parks: item.parks,
      "cost-usd": item.costUsd,
      "session-id": item.sessionId,
      "due-at": isoTime(item.dueMs),
    }),
    ...resultOf(item),
  ]);
}

const ELEMENTS = { failed: "failure", no_result: "error", remaining: "skipped" } as const;

function resultOf(item: ItemOutcome): readonly string[] {
  const standing = standingOf(item);
  if (standing === "done") return [];
  const element = ELEMENTS[standing];
  const head = { type: item.cause ?? item.state, message: messageOf(item) };
  const lines = item.failures.map(
    ({ id, cause, atMs, action }) => `${isoTime(atMs) ?? "?"} ${cause} (${id}): ${action ?? "nothing done"}`,
  );
  const attributes = Object.entries(head).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const open = `<${element}${attributes.join("")}`;
  return [lines.length === 0 ? `${open}/>` : `${open}>${escapeXml(lines.join("\n"))}</${element}>`];
}

function messageOf({ state, why, dueMs, needsPerson }: ItemOutcome): string {
  const due = isoTime(dueMs);
  const when = due === null || needsPerson ? "" : ` until ${due}`;
  const words = needsPerson ? `${state}, waits for a person` : `${state}${when}`;
  return why === null ? words : `${words}: ${why}`;
}

function properties(values: Readonly<Record<string, string | number | null>>): string {
  const rows = Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => xmlElement("property", { name, value: String(value) }));
  return xmlElement("properties", {}, rows);
}

/** Some readers make NaN of a time that is missing. */
function seconds(ms: number | null): string {
  return (Math.max(0, ms ?? 0) / 1_000).toFixed(3);
}

/** The schema of old knows no zone; UTC is what readers take it for. */
function startOf(items: readonly ItemOutcome[]): string | undefined {
  const first = items.reduce<number | null>(
    (least, { startedMs }) =>
      startedMs === null || (least !== null && least <= startedMs) ? least : startedMs,
    null,
  );
  return isoTime(first)?.slice(0, 19);
}
