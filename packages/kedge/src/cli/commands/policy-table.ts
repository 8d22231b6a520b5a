import { escapeInvisible } from "../../protocol/index.ts";
import { causeWords } from "../../recovery/index.ts";
import { cutText } from "../cut-text.ts";
import { layOut, type Row, type Terminal } from "../terminal.ts";
import { wrapText } from "../text-width.ts";
import type { PolicySource } from "./policy-file.ts";
import { generalRows } from "./policy-general.ts";
import { originOf, originWords } from "./policy-json.ts";
import { boundsOf, CAUSES, describeCause, isRuledCause, type KnownCause, neverWords } from "./policy-room.ts";
import { tellingRows } from "./policy-telling.ts";
import { ACTION_WORDS, actionOf, backoffWords, isTrying, oftenWords } from "./policy-words.ts";

/** The policy as a table of causes, and below what holds for all of them. */
export function policyText(source: PolicySource, terminal: Terminal): string {
  const { style, width } = terminal;
  const heading = ["CAUSE", "WHAT IT MEANS", "DONE", "HOW OFTEN", "LINES"].map(style.faint);
  const rows = CAUSES.map((cause) => causeRow(source, cause, terminal));
  const sections = [
    sourceLine(source, terminal),
    table([heading, ...rows]),
    title("Never, whatever a policy says", terminal) + neverText(terminal),
    title("For every cause", terminal) + layOut(generalRows(source, terminal), { width }),
    title("Who is told, and what is looked after", terminal) +
      layOut(tellingRows(source, terminal), { width }),
    wrap("kedge policy show --cause <cause> says everything about one.", terminal)
      .map(style.faint)
      .join("\n"),
  ];
  return sections.join("\n\n");
}

function title(text: string, { style }: Terminal): string {
  return `${style.strong(text)}\n`;
}

function sourceLine({ name }: PolicySource, terminal: Terminal): string {
  const text =
    name === null ? "The defaults are in force; there is no file." : `The policy of ${escapeInvisible(name)}`;
  return wrap(text, terminal).map(terminal.style.strong).join("\n");
}

function causeRow(source: PolicySource, cause: KnownCause, { style, width }: Terminal): Row {
  const { policy } = source;
  const action = actionOf(policy, cause);
  const isStopping = action === "hold" || action === "give_up";
  const done =
    action === "nothing" ? style.faint(action) : isStopping ? style.bad(action) : style.good(action);
  const lines = linesOf(source, cause);
  const from = lines === "" ? style.faint("default") : width === 0 ? lines : cutText(lines, LAST_COLUMN);
  return [style.strong(cause), causeWords(cause), done, oftenWords(policy, cause), from];
}

/** What 80 columns leave beside the others at their widest. */
const LAST_COLUMN = 10;

/** The lines of the file that say what is done about a cause, as `3, 7-9`; empty where none does. */
function linesOf(source: PolicySource, cause: KnownCause): string {
  const fields = isTrying(source.policy, cause)
    ? ["action", "attempts", "backoff", "otherwise", "nudge"]
    : ["action"];
  const lines = fields.flatMap((field) => originOf(source, `causes.${cause}.${field}`).line ?? []);
  const ranges: [number, number][] = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([first, end]) => (first === end ? `${first}` : `${first}-${end}`)).join(", ");
}

/** What no policy loosens, once for all causes that it holds for. */
function neverText(terminal: Terminal): string {
  const groups = Map.groupBy(
    CAUSES.filter((cause) => isRuledCause(cause) && boundsOf(cause).stops !== undefined),
    (cause) => neverWords(cause),
  );
  const rows = [...groups].map(
    ([words, causes]) => `${causes.join(", ")}: ${words.replace(/^Never/, "never")}`,
  );
  return [...rows, "Any cause: never woken before a reset that was credibly stated."]
    .flatMap((row) => wrap(row, terminal, 2))
    .join("\n");
}

/** Columns as wide as their widest cell; the last one is short by itself. */
function table(rows: readonly Row[]): string {
  return layOut(rows, { width: 0, indent: "" });
}

/** Everything about one cause. */
export function causeText(source: PolicySource, cause: KnownCause, terminal: Terminal): string {
  const { policy } = source;
  const { style, width } = terminal;
  const rule = policy.causes[cause];
  const action = actionOf(policy, cause);
  const field = (name: string, text: string): string =>
    `${escapeInvisible(text)}${style.faint(` (${originWords(source, `causes.${cause}.${name}`)})`)}`;
  const isTried = isTrying(policy, cause);
  const rows: Row[] = [
    [style.faint("means"), describeCause(cause).meaning],
    [style.faint("done"), field("action", `${action}: ${ACTION_WORDS[action]}`)],
  ];
  if (isTried) {
    const often = oftenWords(policy, cause);
    const words =
      action === "wait" ? `${often}; a reset within a minute is a try, ${rule.attempts} at most` : often;
    rows.push([style.faint("how often"), field("attempts", words)]);
    rows.push([style.faint("pause"), field("backoff", backoffWords(rule.backoff))]);
    rows.push([
      style.faint("then"),
      field("otherwise", `${rule.otherwise}: ${ACTION_WORDS[rule.otherwise]}`),
    ]);
    if (rule.nudge !== undefined) rows.push([style.faint("nudge"), field("nudge", rule.nudge)]);
  }
  if (isRuledCause(cause))
    rows.push([style.faint("may be"), [...boundsOf(cause).may, "hold", "give_up"].join(", ")]);
  rows.push([style.faint("never"), neverWords(cause)]);
  return [sourceLine(source, terminal), style.strong(cause), layOut(rows, { width })].join("\n\n");
}

/** Lines of a text that fit; in a pipe it is one. */
function wrap(text: string, { width }: Terminal, indent = 0): string[] {
  const lines = wrapText(text, width === 0 ? 0 : Math.max(width - indent, 24));
  return lines.map((line) => " ".repeat(indent) + line);
}
