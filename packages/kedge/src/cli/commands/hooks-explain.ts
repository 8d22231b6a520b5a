import { describeHandler } from "../../engine/index.ts";
import {
  describeEvent,
  describeValue,
  explainEndings,
  type Handler,
  type HookEventName,
  type Problem,
} from "../../protocol/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { readEventName } from "../event-name.ts";
import { type ExplainedHandler, type Explanation, explainFiles, explainProject } from "../explanation.ts";
import { type SampleOptions, sampleInput } from "../sample-input.ts";
import { layOut, type Row, type Style, type Terminal } from "../terminal.ts";
import { endingRows } from "./ending-rows.ts";
import { findingRows } from "./finding-rows.ts";

/** Options of the command. */
export interface ExplainOptions extends SampleOptions {
  readonly project: string;
  readonly settings?: readonly string[];
  readonly json?: boolean;
}

/** `kedge hooks explain <event>`: selects as a dispatch would, and runs nothing. */
export async function explainHooks(name: string, options: ExplainOptions, context: Context): Promise<number> {
  const event = readEventName(name);
  const input = await sampleInput(event, options, context);
  const question = { event, input, project: options.project };
  const files = options.settings;
  const explanation = files
    ? await explainFiles(files, question, context)
    : await explainProject(question, context);
  const { terminal } = context;
  terminal.out(options.json ? JSON.stringify(asJson(explanation), null, 2) : asText(explanation, terminal));
  return explanation.problems.some(isFinding) || explanation.findings.length > 0 ? EXIT.findings : EXIT.ok;
}

/** What only needs watching, or merely has no effect, is no fault of the file. */
function isFinding({ severity, code }: Problem): boolean {
  return severity === "error" || (code !== "limited_pattern" && code !== "ignored");
}

function asJson(explanation: Explanation): object {
  const endings = explainEndings(explanation.event).map(({ ending, status, meaning }) => ({
    ending,
    status,
    meaning,
  }));
  return { ...explanation, endings };
}

function asText(explanation: Explanation, terminal: Terminal): string {
  const { event, value, problems, findings } = explanation;
  const { style, width } = terminal;
  const descriptor = describeEvent(event);
  const subject = descriptor.matcher
    ? subjectLine(event, value)
    : "This event has no matcher: every handler is asked.";
  return [
    `${style.strong(event)}  ${descriptor.summary}\n${subject}`,
    handlerSection(explanation, terminal),
    findings.length > 0 ? `${style.strong("Not loaded")}\n${layOut(findingRows(findings), { width })}` : "",
    problems.length > 0 ? problemSection(problems, terminal) : "",
    `${style.strong("What the ending of a handler means")}\n${layOut(endingRows(event, terminal), { width })}`,
  ]
    .filter((section) => section !== "")
    .join("\n\n");
}

function subjectLine(event: HookEventName, value: string | null): string {
  const field = describeEvent(event).matcher?.field ?? "";
  if (value !== null) return `Matchers are compared with ${field} = ${describeValue(value)}.`;
  const option = field === "tool_name" ? "--tool" : "--value";
  return `Matchers are compared with ${field}, and none was given (${option}): only handlers that match everything fire.`;
}

function handlerSection({ handlers, event, lookedAt }: Explanation, { style, width }: Terminal): string {
  if (handlers.length === 0) return `No handler of ${event} in ${lookedAt}.`;
  const running = handlers.filter(({ outcome }) => outcome === "runs").length;
  const gate = handlers.some(({ closesGate }) => closesGate)
    ? style.bad(" A broken one blocks all the same.")
    : "";
  const heading = `${style.strong(`${running} of ${handlers.length} handlers would run`)}.${gate}`;
  return `${heading}\n${layOut(
    handlers.flatMap((each) => handlerRows(each, style)),
    { width },
  )}`;
}

function handlerRows(explained: ExplainedHandler, style: Style): Row[] {
  const { handler, why, outcome } = explained;
  const what = handler ? `  ${describeHandler(handler)}` : "";
  return [
    [outcomeWord(explained, style), `${style.strong(place(explained))}${what}`],
    [
      "",
      `${outcome === "broken" ? brokenWords(explained) : why}.${outcome === "runs" && handler ? backgroundNote(handler) : ""}`,
    ],
  ];
}

function outcomeWord({ outcome, isUndecided }: ExplainedHandler, style: Style): string {
  switch (outcome) {
    case "runs":
      return isUndecided ? style.caution("runs?") : style.good("runs");
    case "broken":
      return style.bad("broken");
    case "untrusted":
    case "modified":
    case "unknown":
      return style.caution(outcome);
    case "switched_off":
      return style.faint("off");
    case "duplicate":
      return style.faint("twice");
    case "matcher":
    case "if":
      return style.faint("no");
  }
}

function brokenWords({ closesGate }: ExplainedHandler): string {
  const effect = closesGate
    ? 'it cannot be used, and onFailure "block" makes it block'
    : "it cannot be used, and blocks nothing";
  return `${effect}; see below`;
}

function backgroundNote(handler: Handler): string {
  if (handler.type !== "command" || handler.background === "no") return "";
  return handler.background === "async"
    ? " It runs in the background: whatever it ends with decides nothing."
    : " It runs in the background: exit 2 wakes the session, nothing else decides.";
}

function place({ source, file, path }: ExplainedHandler): string {
  return source === undefined || source === file ? `${file} ${path}` : `${source}, ${file} ${path}`;
}

function problemSection(problems: readonly Problem[], { style, width }: Terminal): string {
  const rows = problems.flatMap((problem) => {
    const label = problem.severity === "error" ? style.bad("error") : style.caution("warning");
    const where = problem.path === "" ? problem.file : `${problem.file} ${problem.path}`;
    const text =
      `Expected ${problem.expected}, got ${problem.came}. ${problem.effect} ${problem.advice}`.trimEnd();
    return [
      [label, style.strong(where)],
      ["", text],
    ];
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${style.strong(count)}\n${layOut(rows, { width })}`;
}
