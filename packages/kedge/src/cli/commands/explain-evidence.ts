import { countOf, durationWords, type Evidence, fullTime, shortTime } from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import type { Moment } from "../moment.ts";
import { type ExplainPlace, layOutFacts } from "./explain-layout.ts";
import type { ShownFailure, ShownWitness } from "./failure-shown.ts";
import { witnessWords } from "./failure-words.ts";

/** Characters of an agent's own text that are shown; `--json` has all of it. */
const MAX_QUOTE = 400;

/** A witness that was heard so much later than it spoke is said to be late, in ms. */
const LATE_MS = 60_000;

/** The last instant that a date can be, in ms: an older Kedge, or another program, may have stored what is none. */
const MAX_DATE_MS = 8.64e15;

/** Fields that every witness has, or that are said in words of their own. */
const TOLD = ["witness", "atMs", "seenAtMs", "agent", "sessionId", "message", "lastTool", "subagent"];

/** The witnesses by name: who said what, and when. */
export function evidenceSection(
  witnesses: readonly ShownWitness[],
  failure: ShownFailure,
  { terminal, moment }: ExplainPlace,
): string {
  const { style } = terminal;
  const count = witnesses.filter(({ isDuplicate }) => !isDuplicate).length;
  if (count === 0) return style.faint("The evidence is gone: it was kept for a time only.");
  const title = style.strong(`Evidence of ${countOf(count, "witness", "witnesses")}`);
  const facts = witnesses.map(
    (each) => [witnessWords(each.evidence.witness), witnessLines(each, failure, moment)] as const,
  );
  return `${title}\n${layOutFacts(facts, terminal)}`;
}

function witnessLines(
  { evidence, isDuplicate }: ShownWitness,
  failure: ShownFailure,
  moment: Moment,
): readonly string[] {
  const { atMs, seenAtMs, message } = evidence;
  const late = seenAtMs - atMs >= LATE_MS ? `, taken in ${shortTime(seenAtMs, moment)}` : "";
  if (isDuplicate) return [`${fullTime(atMs, moment)}${late}, the same again`];
  return [
    `${fullTime(atMs, moment)}${late}`,
    saidWords(evidence, failure, moment),
    message === undefined ? "" : `"${cutText(message, MAX_QUOTE)}"`,
  ];
}

/** What a witness said by its fields: `kind rate_limit, status 429`. What holds for the session is said with the session. */
function saidWords(evidence: Evidence, { row }: ShownFailure, moment: Moment): string {
  const { lastTool, subagent, agentVersion, model } = evidence;
  const told = [
    ...TOLD,
    ...(agentVersion === row.agent_version ? ["agentVersion"] : []),
    ...(model === row.model ? ["model"] : []),
  ];
  const words = Object.entries(evidence)
    .filter(([name, value]) => !told.includes(name) && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${spaced(name)} ${valueWords(name, value, moment)}`);
  if (lastTool) words.push(`last tool ${lastTool.name}`);
  if (subagent) words.push(`subagent ${subagent.type ?? subagent.id}`);
  return words.join(", ");
}

function valueWords(name: string, value: unknown, moment: Moment): string {
  if (typeof value === "number" && name.endsWith("AtMs"))
    return Math.abs(value) > MAX_DATE_MS ? String(value) : shortTime(value, moment);
  if (typeof value === "number" && name.endsWith("Ms")) return durationWords(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([key, item]) => `${spaced(key)} ${valueWords(key, item, moment)}`);
  return Array.isArray(value) ? value.join(", ") : `(${parts.join(", ")})`;
}

/** `terminalReason` as words: `terminal reason`; units in names go, since values have them. */
function spaced(name: string): string {
  return name.replace(/(?:At)?Ms$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
