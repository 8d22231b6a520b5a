/** JUnit XML, as a real parser of XML (expat, of Python) reads it. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type ItemOutcome, reportBatch, toJUnit } from "../../src/recovery/batch/index.ts";
import { escapeXml } from "../../src/recovery/batch/xml-text.ts";
import { JOB_STATES } from "../../src/recovery/queue/job.ts";
import fc from "../support/fast-check.ts";
import { nastyTexts } from "../support/nasty-text.ts";
import { describeWith } from "../support/requires.ts";
import { outcome } from "./batch-cases.ts";

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

const PARSER = `
import json, sys, xml.etree.ElementTree as tree
def read(e):
    return {"tag": e.tag, "attributes": e.attrib, "text": e.text or "", "children": [read(c) for c in e]}
documents = json.load(sys.stdin)
json.dump([read(tree.fromstring(d.encode("utf-8"))) for d in documents], sys.stdout)
`;

function parseXml(documents: readonly string[]): readonly Element[] {
  const output = execFileSync("python3", ["-c", PARSER], {
    ...{ encoding: "utf8", input: JSON.stringify(documents), maxBuffer: 256 * 1024 * 1024 },
  });
  return JSON.parse(output) as readonly Element[];
}

function readReport(items: readonly ItemOutcome[], name = "nightly"): Element {
  const [root] = parseXml([toJUnit(reportBatch(items), { name })]);
  if (root === undefined) throw new Error("no document");
  return root;
}

const casesOf = (root: Element): readonly Element[] =>
  root.children.flatMap(({ children }) => children).filter(({ tag }) => tag === "testcase");

/** What junit-10.xsd of Jenkins' xunit plugin allows, as far as reports use it; `properties` of a test case are our own. */
const ALLOWED: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
  testsuites: { attributes: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"] },
  testsuite: {
    attributes: ["name", "tests", "failures", "errors", "time", "skipped", "timestamp"],
    children: ["properties", "testcase"],
  },
  testcase: {
    attributes: ["name", "classname", "time"],
    children: ["properties", "skipped", "error", "failure"],
  },
  properties: { attributes: [], children: ["property"] },
  property: { attributes: ["name", "value"], children: [] },
  ...Object.fromEntries(
    ["skipped", "error", "failure"].map((tag) => [tag, { attributes: ["type", "message"], children: [] }]),
  ),
};

function expectAllowed({ tag, attributes, children }: Element): void {
  const allowed = ALLOWED[tag];
  expect(allowed, tag).toBeDefined();
  expect(allowed?.attributes, tag).toEqual(expect.arrayContaining(Object.keys(attributes)));
  expect(allowed?.children, tag).toEqual(expect.arrayContaining(children.map((child) => child.tag)));
  if ("time" in attributes) expect(attributes.time).toMatch(/^\d+\.\d{3}$/);
  for (const child of children) expectAllowed(child);
}

describeWith({ needs: ["python3"] }, "a JUnit report", () => {
  test("has a suite of the batch and a case of each item", () => {
    const root = readReport([
      outcome({ costUsd: 0.25, sessionId: "s1" }),
      outcome({
        ...{ key: "two", state: "failed", cause: "lost_session", why: 'it is <gone> & "away"', attempts: 3 },
        failures: [
          { id: "f1", cause: "stall", atMs: Date.UTC(2026, 0, 2), action: "resume" },
          { id: "f2", cause: "lost_session", atMs: Date.UTC(2026, 0, 3), action: null },
        ],
      }),
      outcome({
        ...{ key: "three", state: "parked", cause: "plan_window", why: "the week is used up", parks: 1 },
        ...{ endedMs: null, dueMs: Date.UTC(2026, 0, 9) },
      }),
      outcome({
        key: "four",
        state: "parked",
        cause: "billing",
        needsPerson: true,
        dueMs: 5,
        startedMs: null,
      }),
      outcome({ key: "five", state: "cancelled", startedMs: 0 }),
      outcome({ key: "six", state: "degraded", cause: "degraded", why: "2 calls were not permitted" }),
    ]);
    expectAllowed(root);
    const totals = { tests: "6", failures: "2", errors: "2" };
    const [suite] = root.children;
    expect(root).toMatchObject({ tag: "testsuites", attributes: { name: "nightly", ...totals } });
    expect(suite).toMatchObject({
      tag: "testsuite",
      attributes: { name: "nightly", ...totals, skipped: "1", timestamp: "1970-01-01T00:00:00" },
    });
    const rows = casesOf(root).map(({ attributes, children }) => {
      const [properties, result] = children;
      return {
        ...attributes,
        said: Object.fromEntries(
          (properties?.children ?? []).map((each) => [each.attributes.name, each.attributes.value]),
        ),
        ...(result && { result: result.tag, ...result.attributes, text: result.text }),
      };
    });
    const row = (name: string, given: object): object => ({
      name,
      classname: "nightly",
      time: "61.500",
      ...given,
    });
    expect(rows).toEqual([
      row("fix-login", {
        said: { state: "done", attempts: "1", parks: "0", "cost-usd": "0.25", "session-id": "s1" },
      }),
      row("two", {
        said: { state: "failed", attempts: "3", parks: "0" },
        ...{ result: "failure", type: "lost_session", message: 'failed: it is <gone> & "away"' },
        text: "2026-01-02T00:00:00.000Z stall (f1): resume\n2026-01-03T00:00:00.000Z lost_session (f2): nothing done",
      }),
      row("three", {
        said: { state: "parked", attempts: "1", parks: "1", "due-at": "2026-01-09T00:00:00.000Z" },
        ...{ time: "0.000", result: "skipped", type: "plan_window", text: "" },
        message: "parked until 2026-01-09T00:00:00.000Z: the week is used up",
      }),
      row("four", {
        said: { state: "parked", attempts: "1", parks: "0", "due-at": "1970-01-01T00:00:00.005Z" },
        ...{
          time: "0.000",
          result: "error",
          type: "billing",
          message: "parked, waits for a person",
          text: "",
        },
      }),
      row("five", {
        said: { state: "cancelled", attempts: "1", parks: "0" },
        ...{ time: expect.any(String), result: "error", type: "cancelled", message: "cancelled", text: "" },
      }),
      row("six", {
        said: { state: "degraded", attempts: "1", parks: "0" },
        ...{ result: "failure", type: "degraded", message: "degraded: 2 calls were not permitted", text: "" },
      }),
    ]);
  });

  test("without any item is a suite without cases", () => {
    const root = readReport([]);
    expectAllowed(root);
    expect(root.children[0]?.attributes).toMatchObject({ tests: "0", failures: "0", time: "0.000" });
    expect(casesOf(root)).toEqual([]);
  });

  test("is green exactly when the batch ends with 0, and never when it ends with 1", () => {
    const item = fc.record({
      ...{ state: fc.constantFrom(...JOB_STATES), needsPerson: fc.boolean() },
      dueMs: fc.constantFrom(null, 5, Number.NaN),
    });
    const batches = fc.sample(fc.array(item, { maxLength: 6 }), 300);
    const reports = batches.map((items) => reportBatch(items.map(outcome)));
    const roots = parseXml(reports.map((report) => toJUnit(report, { name: "n" })));
    for (const [at, root] of roots.entries()) {
      expectAllowed(root);
      const tags = casesOf(root).flatMap(({ children }) => children.map(({ tag }) => tag));
      const count = (wanted: string): number => tags.filter((tag) => tag === wanted).length;
      const suite = root.children[0]?.attributes;
      expect(suite).toMatchObject({
        ...{ tests: String(batches[at]?.length), failures: String(count("failure")) },
        ...{ errors: String(count("error")), skipped: String(count("skipped")) },
      });
      const exitCode = reports[at]?.summary.exitCode;
      expect(exitCode === 0).toBe(tags.every((tag) => tag === "properties"));
      expect(exitCode === 75).toBe(count("skipped") > 0);
      if (exitCode === 1) expect(count("failure") + count("error")).toBeGreaterThan(0);
    }
  });
});

describeWith({ needs: ["python3"] }, "texts in XML", () => {
  const wrap = (text: string): string => `<a b="${escapeXml(text)}">${escapeXml(text)}</a>`;
  const readTexts = (texts: readonly string[]): readonly string[] =>
    parseXml(texts.map(wrap)).map(({ attributes, text }) => {
      expect(attributes.b).toBe(text);
      return text;
    });

  test.each([
    ["markup", "</a>&amp;<![CDATA[ ]]> \"'", "</a>&amp;<![CDATA[ ]]> \"'"],
    ["lines and tabs", " a\n\tb  \n", " a\n\tb  \n"],
    ["lines of Windows", "a\r\nb", "a\nb"],
    ["a carriage return", "a\rb", "a\\u{d}b"],
    ["control characters", "\0\u0001\u001b[31m\u007f\u0085", "\\u{0}\\u{1}\\u{1b}[31m\\u{7f}\\u{85}"],
    ["lone surrogates", "a\ud800b\udc00", "a\ufffdb\ufffd"],
    ["pairs of surrogates", "😀\u{10ffff}", "😀\u{10ffff}"],
    ["what is no character", "\ufffe\uffff", "\\u{fffe}\\u{ffff}"],
    ["directions and what is hidden", "\u202eabc\u200b", "\\u{202e}abc\\u{200b}"],
    ["separators of lines", "a\u2028b", "a\u2028b"],
  ])("shows %s", (_, text, shown) => {
    expect(readTexts([text])).toEqual([shown]);
  });

  test("are read as they were whatever can be seen of them", () => {
    const visible = fc.string({
      unit: fc.oneof(
        fc.constantFrom(..."&<>\"'\n\t ]", "]]>", "<!--", "&#0;", "é", "漢", "😀"),
        fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCharCode(code)),
      ),
    });
    const texts = fc.sample(visible, 500);
    expect(readTexts(texts)).toEqual(texts);
  });

  test("never break a report, and show nothing that XML cannot hold", () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const low = fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code));
    const any = fc.string({ unit: fc.oneof(unit, low, fc.constantFrom(...nastyTexts)) });
    const texts = [...nastyTexts, ...fc.sample(any, 500)];
    const reports = texts.map((text) =>
      toJUnit(
        reportBatch([
          outcome({
            ...{ key: text, state: "failed", why: text, cause: text, sessionId: text },
            failures: [{ id: text, cause: text, atMs: Number.NaN, action: text }],
          }),
        ]),
        { name: text },
      ),
    );
    for (const root of parseXml(reports)) {
      expectAllowed(root);
      expect(casesOf(root)).toHaveLength(1);
    }
  });
});
