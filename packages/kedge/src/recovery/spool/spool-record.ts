import { isJsonObject, type JsonObject, readJson } from "../../protocol/index.ts";

/** Which entry of the agent's hooks wrote a record. */
type SpoolWitness = "failure" | "end" | "start" | "canary";

/** One record of the spool, read: what the entry knew, and the hook input. */
export interface SpoolRecord {
  readonly witness: SpoolWitness;
  readonly agent: string;
  /** What the entry noted beside, by name; a name may come more than once. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly input: JsonObject;
}

export type SpoolReading =
  | { readonly ok: true; readonly record: SpoolRecord }
  /** Why it is no record, for people. */
  | { readonly ok: false; readonly why: string };

const WITNESSES: readonly string[] = ["failure", "end", "start", "canary"];

/** Lines before the input. */
const MAX_HEADERS = 2_000;

/** Characters of one of them. */
const MAX_HEADER_LENGTH = 8_192;

/**
 * Reads the text of a spool file: lines `name value`, the first of them `kedge 1 <witness>`, a blank line, and the hook input as JSON. Never
 * throws, whatever the file holds.
 */
export function readSpoolRecord(text: string): SpoolReading {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const [first = "", ...lines] = head.split("\n", MAX_HEADERS);
  const [, version, witness = ""] = /^kedge (\S+) (\S+)$/.exec(first) ?? [];
  if (version === undefined) return no("it does not begin with a line of Kedge's entry");
  if (version !== "1") return no(`version ${version.slice(0, 20)} of the form is not known`);
  if (!WITNESSES.includes(witness)) return no(`the witness ${witness.slice(0, 20)} is not known`);
  const facts = readFacts(lines);
  const input = end < 0 ? null : parseInput(text.slice(end + 2));
  if (input === null) return no("the hook input is no JSON object, or half of one");
  const agent = facts.agent?.[0] ?? "claude-code";
  return { ok: true, record: { witness: witness as SpoolWitness, agent, facts, input } };
}

function readFacts(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  // Without a prototype, so that no name in a file means anything else.
  const facts = Object.create(null) as Record<string, string[]>;
  for (const line of lines) {
    const at = line.indexOf(" ");
    const name = at < 0 ? line : line.slice(0, at);
    if (!/^[a-z][a-z_]{0,30}$/.test(name)) continue;
    const values = facts[name] ?? [];
    values.push(at < 0 ? "" : readEscapes(line.slice(at + 1, at + 1 + MAX_HEADER_LENGTH)));
    facts[name] = values;
  }
  return facts;
}

/** The entry writes a newline as `\n` and a backslash as two. */
function readEscapes(text: string): string {
  return text.replace(/\\(n|\\)/g, (_, kind: string) => (kind === "n" ? "\n" : "\\"));
}

/** The entry reads no more of an input than it can hold; what is longer was cut, and is half of one. */
function parseInput(text: string): JsonObject | null {
  const reading = readJson(text);
  return reading.ok && isJsonObject(reading.value) ? reading.value : null;
}

function no(why: string): SpoolReading {
  return { ok: false, why };
}
