import {
  countOf,
  describeCause,
  dollars,
  durationWords,
  fromNow,
  fullTime,
  isKnownCause,
  shortTime,
  windowWords,
} from "../../recovery/index.ts";
import type { Moment } from "../moment.ts";
import { evidenceSection } from "./explain-evidence.ts";
import { type ExplainPlace, type Fact, layOutFacts } from "./explain-layout.ts";
import type { ShownFailure, ShownWitness } from "./failure-shown.ts";
import { severityStyle } from "./failure-table.ts";
import { CONFIDENCE_WORDS, failureWords, statedTime } from "./failure-words.ts";

/** A failure on one page: what happened, how sure that is, what to do, what it cost, and the witnesses. */
export function explainText(
  failure: ShownFailure,
  witnesses: readonly ShownWitness[],
  place: ExplainPlace,
): string {
  const { terminal, moment } = place;
  const { style } = terminal;
  const { row, advice } = failure;
  const words = failureWords(failure);
  const isWide = terminal.width === 0 || row.id.length + words.length + 2 <= terminal.width;
  const title = `${style.strong(row.id)}${isWide ? "  " : "\n"}${severityStyle(failure, style)(capital(words))}`;
  const facts: readonly Fact[] = [
    ["What happened", [whatSentence(failure), whereSentence(failure, moment)]],
    ["Verdict", verdictLines(failure)],
    ["Agent's word", [agentSentence(failure)]],
    ["Reset", resetLines(failure, moment)],
    ["What to do", [advice.needsPerson ? style.bad(advice.forPeople) : style.good(advice.forPeople)]],
    ["Lost", lostLines(failure)],
    ["Session", [sessionSentence(failure)]],
  ];
  return [title, layOutFacts(facts, terminal), evidenceSection(witnesses, failure, place)].join("\n\n");
}

function whatSentence({ verdict }: ShownFailure): string {
  const { cause, window } = verdict;
  const meaning = isKnownCause(cause)
    ? describeCause(cause).meaning
    : `It is ${cause}, which this version of Kedge does not know.`;
  return window === undefined ? meaning : `${meaning.replace(/\.$/, "")}: the ${windowWords(window)}.`;
}

function whereSentence({ row, verdict }: ShownFailure, moment: Moment): string {
  const who = verdict.isSubagent ? `, in the subagent ${row.subagent_type ?? row.subagent_id}` : "";
  const project = row.project === "" ? "" : `, in ${row.project}`;
  return `${fullTime(row.at_ms, moment)} (${moment.zone.name}), ${fromNow(row.at_ms, moment)}${project}${who}.`;
}

function verdictLines({ row, verdict }: ShownFailure): readonly string[] {
  const { cause, confidence, basis, isRepeat, isGreenExit, scope } = verdict;
  const status = row.status === null ? "" : `, status ${row.status}`;
  return [
    `${cause}, of kind ${row.kind}${status}; ${CONFIDENCE_WORDS[confidence]}.`,
    basis.words,
    scope === "none" || scope === "session" ? "" : `It concerns ${SCOPE_WORDS[scope]}.`,
    isRepeat ? "It is the same answer as the one before in this session." : "",
    isGreenExit ? "The process reported success all the same (exit code 0)." : "",
  ];
}

const SCOPE_WORDS = {
  account: "everything that runs on this account",
  model: "everything that runs on this model",
  provider: "everybody who asks this API",
  machine: "everything on this machine",
} as const;

function agentSentence({ row }: ShownFailure): string {
  if (row.agent_kind === null) return "The agent gave it no name.";
  return row.agent_kind === row.kind
    ? `The agent called it ${row.agent_kind}, which is right.`
    : `The agent called it ${row.agent_kind}. In truth it is ${row.kind}.`;
}

function resetLines({ verdict }: ShownFailure, moment: Moment): readonly string[] {
  const { reset } = verdict;
  if (reset === undefined) return [];
  const { atMs, from, precision, zone, unknownZone, text, isPlausible } = reset;
  const quoted = text === undefined ? "" : ` "${text}"`;
  const origin = from === "text" ? `the agent's text${quoted}` : from.replaceAll("_", " ");
  const clock = zone === undefined ? "" : `, on the clock of ${zone}`;
  return [
    `${shortTime(statedTime(reset), moment)} (${fromNow(atMs, moment)}), stated to the ${precision === "exact" ? "second" : precision}.`,
    `Read from ${origin}${clock}.`,
    unknownZone === undefined ? "" : `Nobody knows the zone ${unknownZone} that it names.`,
    isPlausible ? "" : "Not plausible: a limit of this kind cannot last so long. Nobody should wait for it.",
  ];
}

function lostLines({ row }: ShownFailure): readonly string[] {
  const { time_lost_ms, last_tool, input_tokens, output_tokens, cost_usd, attempts } = row;
  const tokens = [
    input_tokens === null ? "" : `${countOf(input_tokens, "token")} in`,
    output_tokens === null ? "" : `${countOf(output_tokens, "token")} out`,
  ].filter((part) => part !== "");
  return [
    time_lost_ms > 0 ? `${durationWords(time_lost_ms)}, the wait for a reset included.` : "",
    last_tool === null ? "" : `The last tool was ${last_tool}.`,
    tokens.length === 0 ? "" : `The turn had ${tokens.join(" and ")}.`,
    cost_usd === null ? "" : `Its session had cost ${dollars(cost_usd)}.`,
    attempts === null ? "" : `The agent had sent ${countOf(attempts, "request")}.`,
  ];
}

function sessionSentence({ row }: ShownFailure): string {
  const agent = [row.agent, row.agent_version].filter((part) => part !== null && part !== "").join(" ");
  return [
    row.session_id,
    agent,
    row.model,
    row.permission_mode === null ? null : `permission mode ${row.permission_mode}`,
    row.request_id === null ? null : `request ${row.request_id}`,
  ]
    .filter((part) => part !== null && part !== "")
    .join(", ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
