/**
 * Holds the protocol against recorded tables: one row is one thing that Claude Code 2.1.329 did. A row with a deviation does
 * what the deviation says instead. Rows that do not hold are in expected-failures.json, each with its reason.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { createPatternRunner } from "../../src/platform/index.ts";
import {
  compileIf,
  compileMatcher,
  type HandlerResult,
  type HookEventName,
  matchedValue,
} from "../../src/protocol/index.ts";
import { answer } from "../support/answers.ts";

interface ParseRow {
  readonly id: string;
  readonly event: "Stop" | "PreToolUse";
  readonly exit?: number;
  readonly signal?: string;
  readonly timeout?: true;
  readonly stdout: string;
  readonly stderr: string;
  readonly expected: Meaning;
  readonly deviation?: string;
}

/** What an ending means, in the words of the table. */
interface Meaning {
  readonly outcome: string;
  readonly contexts: readonly string[];
  readonly reasonFrom?: "stderr" | "json" | "default";
  readonly reason?: string | null;
  readonly updatedInput?: unknown;
}

interface MatcherRow {
  readonly event: HookEventName;
  readonly matcher: string | null;
  readonly value: string | null;
  readonly fires: boolean;
  readonly deviation?: string;
}

interface IfRow {
  readonly if: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly runs: boolean;
  readonly deviation?: string;
}

interface ExpectedFailure {
  readonly table: string;
  readonly reason: string;
  readonly keys: readonly string[];
}

const PRE_TOOL_USE = { deny: "blocked", allow: "allowed", ask: "asked", defer: "deferred" } as const;

/** Where the placeholders of the tables lie. */
const PLACES: Readonly<Record<string, string>> = {
  "{{CASE}}": "/case",
  "{{PROJECT}}": "/case/project",
  "{{HOME}}": "/case/home",
};

const parseRows = read<ParseRow[]>("data/parse-table.json");
const matcherRows = read<MatcherRow[]>("data/matcher-table.json");
const ifRows = read<IfRow[]>("data/if-table.json");
const expectedFailures = read<ExpectedFailure[]>("expected-failures.json");
const runner = createPatternRunner();

/** Rows that do not hold, by table and key, each with what is wrong. Rows with a deviation are judged apart. */
const failed = {
  parse: await judge(parseRows, (row) => row.id, parseProblem),
  matcher: await judge(matcherRows, matcherKey, matcherProblem),
  if: await judge(ifRows, ifKey, ifProblem),
};

afterAll(() => runner.close());

function read<Value>(path: string): Value {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")) as Value;
}

function groupRows<Row>(rows: readonly Row[], group: (row: Row) => string): [string, Row[]][] {
  return [...Map.groupBy(rows, group)];
}

async function judge<Row extends { readonly deviation?: string }>(
  rows: readonly Row[],
  key: (row: Row) => string,
  problem: (row: Row) => string | undefined | Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const row of rows.filter(({ deviation }) => deviation === undefined)) {
    const wrong = await problem(row);
    if (wrong !== undefined) found.set(key(row), wrong);
  }
  return found;
}

function listedKeys(table: keyof typeof failed): string[] {
  return expectedFailures.filter((entry) => entry.table === table).flatMap(({ keys }) => keys);
}

/** Fails with every row that does not hold and is not listed. */
function expectToHold(table: keyof typeof failed, keys: readonly string[]): void {
  const listed = new Set(listedKeys(table));
  const broken = keys.filter((key) => failed[table].has(key) && !listed.has(key));
  expect(broken.map((key) => `${key}: ${failed[table].get(key)}`)).toEqual([]);
}

describe("[exit.json-any-code] [stop.json-block] parse-table: the ending of one handler", () => {
  const rows = groupRows(
    parseRows.filter((row) => row.deviation === undefined),
    (row) => `${row.event}, ${endingName(row)}`,
  );
  it.each(rows)("%s", (_name, group) => {
    expectToHold(
      "parse",
      group.map(({ id }) => id),
    );
  });
});

describe("parse-table: rows that Kedge reads otherwise", () => {
  const deviating = (deviation: string) => parseRows.filter((row) => row.deviation === deviation);

  it.each(deviating("D2"))("[D2.exit-2] $id stays a refusal", (row) => {
    const result = parse(row);
    expect(result).toMatchObject({ status: "blocked", decision: "deny" });
    expect(result.stop === undefined || row.event === "PreToolUse").toBe(true);
    expect(["R", "why-deny", row.stderr || "No stderr output"]).toContain(result.reason);
  });

  it.each(deviating("D11"))("[D11.inner-reason] $id gives the reason inside the JSON", (row) => {
    expect(parse(row)).toMatchObject({ decision: "deny", reason: "R", reasonFrom: "json" });
  });

  it("has no other deviation", () => {
    const known = new Set(["D2", "D11"]);
    expect(parseRows.filter((row) => row.deviation !== undefined && !known.has(row.deviation))).toEqual([]);
  });
});

describe("[matcher.pattern] [matcher.exact-set] matcher-table: which values a matcher fires for", () => {
  const rows = matcherRows.filter((row) => row.deviation === undefined);
  it.each(groupRows(rows, (row) => `${row.event} ${JSON.stringify(row.matcher)}`))("%s", (_name, group) => {
    expectToHold("matcher", group.map(matcherKey));
  });
});

it("[D9.matcher] a matcher that the recorded agent silently never fires is an error, and fires for nothing", async () => {
  for (const row of matcherRows.filter(({ deviation }) => deviation !== undefined)) {
    expect(row.deviation).toBe("D9");
    const matcher = await compileMatcher(row.event, row.matcher ?? undefined);
    expect(matcher, JSON.stringify(row)).toMatchObject({ kind: "invalid", problem: expect.any(String) });
    expect(matcher.test(subject(row), runner).fires).toBe(false);
  }
});

describe("[if.table] if-table: which calls an `if` covers", () => {
  const rows = ifRows.filter((row) => row.deviation === undefined);
  it.each(groupRows(rows, (row) => `${row.tool} ${JSON.stringify(row.input).slice(0, 80)}`))(
    "%s",
    (_name, group) => {
      expectToHold("if", group.map(ifKey));
    },
  );

  it("[D9.if] what the recorded agent silently never runs does not compile", async () => {
    for (const row of ifRows.filter(({ deviation }) => deviation === "D9")) {
      expect(await compileIf(fill(row.if)), ifKey(row)).toMatchObject({ ok: false });
    }
  });

  it("has no other deviation", () => {
    expect(ifRows.filter(({ deviation = "D9" }) => deviation !== "D9")).toEqual([]);
  });
});

describe("expected-failures.json", () => {
  it("lists no row that holds, and none twice", () => {
    for (const table of Object.keys(failed) as (keyof typeof failed)[]) {
      const listed = listedKeys(table);
      expect(listed.filter((key) => !failed[table].has(key))).toEqual([]);
      expect(new Set(listed).size).toBe(listed.length);
    }
  });

  it("gives a reason for every entry, and knows only these tables", () => {
    for (const { table, reason } of expectedFailures) {
      expect(Object.keys(failed)).toContain(table);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  it("[if.table] at least 97 % of the `if` rows hold, and the others run a handler too often", () => {
    expect(failed.if.size / ifRows.length).toBeLessThan(0.03);
    const tooRare = ifRows.filter((row) => failed.if.has(ifKey(row)) && row.runs);
    expect(tooRare).toEqual([]);
  });
});

function endingName(row: ParseRow): string {
  return row.timeout ? "timed out" : (row.signal ?? `exit ${row.exit}`);
}

function parse({ event, exit, signal, timeout, stdout, stderr }: ParseRow): HandlerResult {
  return answer(event, {
    ...(exit === undefined ? {} : { exit }),
    ...(signal === undefined ? {} : { signal }),
    isTimedOut: timeout === true,
    stdout,
    stderr,
  });
}

/** The difference between a row and our reading of it, or undefined. */
function parseProblem(row: ParseRow): string | undefined {
  const result = parse(row);
  const { expected } = row;
  const outcome = outcomeOf(row.event, result);
  const reason = outcome === "stopped" ? result.stop?.reason : result.reason;
  const read = { outcome, contexts: result.contexts, reasonFrom: result.reasonFrom, reason };
  const differences = Object.entries({ ...read, updatedInput: result.effects.updatedInput })
    // A field that the row does not have was not compared; a reason of null is a fixed text of the recorded agent's own.
    .map(([field, ours]) => ({ field, ours, recorded: expected[field as keyof Meaning] ?? null }))
    .filter(({ ours, recorded }) => recorded !== null && JSON.stringify(ours) !== JSON.stringify(recorded));
  return differences.length === 0 ? undefined : `${JSON.stringify(differences)} in ${JSON.stringify(row)}`;
}

/** Our result in the words of the table. A time-out says nothing there, although we report it. */
function outcomeOf(event: ParseRow["event"], result: HandlerResult): string {
  const silent = result.status === "failed" ? "error" : "none";
  if (event === "Stop") {
    if (result.stop) return "stopped";
    return result.decision === "deny" || result.contexts.length > 0 ? "continues" : silent;
  }
  if (result.decision === "deny") return "blocked";
  if (result.stop) return "stopped";
  return result.decision === "none" ? silent : PRE_TOOL_USE[result.decision];
}

function matcherKey(row: MatcherRow): string {
  return `${row.event} ${row.matcher} on ${row.value}`;
}

async function matcherProblem(row: MatcherRow): Promise<string | undefined> {
  const matcher = await compileMatcher(row.event, row.matcher ?? undefined);
  const { fires, why } = matcher.test(subject(row), runner);
  return fires === row.fires ? undefined : `fires: ${fires}, because ${why}`;
}

/** The value of a row as it reaches the matcher: through the input, where the event has a field for it. */
function subject({ event, value }: MatcherRow): string | undefined {
  if (value === null) return undefined;
  const fields = ["tool_name", "source", "error", "reason"];
  return matchedValue(event, Object.fromEntries(fields.map((field) => [field, value])));
}

function ifKey(row: IfRow): string {
  return `${row.if} on ${row.tool} ${JSON.stringify(row.input)}`;
}

async function ifProblem(row: IfRow): Promise<string | undefined> {
  const compiled = await compileIf(fill(row.if));
  if (!compiled.ok) return `cannot be read: ${compiled.message}`;
  const toolInput = Object.fromEntries(
    Object.entries(row.input).map(([key, value]) => [key, typeof value === "string" ? fill(value) : value]),
  );
  const { runs, why } = compiled.rule.test({
    toolName: row.tool,
    toolInput,
    projectDir: fill("{{PROJECT}}"),
    homeDir: fill("{{HOME}}"),
  });
  return runs === row.runs ? undefined : `runs: ${runs}, because ${why}`;
}

function fill(text: string): string {
  return text.replace(/\{\{\w+\}\}/g, (name) => PLACES[name] ?? name);
}
