import { resolve } from "node:path";
import { createPatternRunner } from "../../platform/index.ts";
import {
  type BrokenHook,
  type Consideration,
  compileHandlers,
  describeEvent,
  escapeInvisible,
  explainEndings,
  type Handler,
  type HookEventName,
  matchedValue,
  type Problem,
} from "../../protocol/index.ts";
import { EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { readEventName } from "../event-name.ts";
import { loadHooks } from "../load-hooks.ts";
import { type SampleOptions, sampleInput } from "../sample-input.ts";
import { layOut, type Row, type Style, type Terminal } from "../terminal.ts";
import { endingRows } from "./ending-rows.ts";

/** Everything that `kedge hooks explain` found out. */
interface Explanation {
  readonly event: HookEventName;
  /** What matchers were compared with; null when nothing was given. */
  readonly value: string | null;
  readonly files: readonly string[];
  readonly considered: readonly Consideration[];
  readonly broken: readonly BrokenHook[];
  /** Broken hooks that close the gate. */
  readonly closed: readonly BrokenHook[];
  readonly problems: readonly Problem[];
}

/** `kedge hooks explain <event>`: selects as a dispatch would, and runs nothing. */
export async function explainHooks(
  name: string,
  options: Record<string, unknown>,
  context: Context,
): Promise<number> {
  const event = readEventName(name);
  const files = (options.settings ?? []) as readonly string[];
  const input = await sampleInput(event, options as SampleOptions, context);
  const loaded = await loadHooks(files, context.cwd);
  const index = await compileHandlers(loaded.entries, loaded.broken);
  await using runner = createPatternRunner();
  const projectDir = resolve(context.cwd, String(options.project));
  const selection = { event, input, projectDir, homeDir: context.homeDir, runner };
  const explanation: Explanation = {
    event,
    value: matchedValue(event, input) ?? null,
    files,
    considered: index.consider(selection),
    broken: index.broken.filter((hook) => hook.event === event),
    closed: index.select(selection).closed,
    problems: [...loaded.problems, ...index.problems],
  };
  const { terminal } = context;
  terminal.out(options.json ? JSON.stringify(asJson(explanation), null, 2) : asText(explanation, terminal));
  return explanation.problems.some(isFinding) ? EXIT.findings : EXIT.ok;
}

/** What only needs watching, or merely has no effect, is no fault of the file. */
function isFinding({ severity, code }: Problem): boolean {
  return severity === "error" || (code !== "limited_pattern" && code !== "ignored");
}

function asJson(explanation: Explanation): object {
  const { considered, broken, closed, ...rest } = explanation;
  return {
    ...rest,
    handlers: considered.map(({ entry, ...each }) => ({
      ...each,
      file: entry.file,
      path: entry.path,
      matcher: entry.matcher ?? null,
      handler: entry.handler,
    })),
    broken: broken.map((hook) => ({ ...hook, closesGate: closed.includes(hook) })),
    endings: explainEndings(explanation.event).map(({ ending, status, meaning }) => ({
      ending,
      status,
      meaning,
    })),
  };
}

function asText(explanation: Explanation, terminal: Terminal): string {
  const { event, value, problems } = explanation;
  const { style } = terminal;
  const descriptor = describeEvent(event);
  const subject = descriptor.matcher
    ? subjectLine(event, value)
    : "This event has no matcher: every handler is asked.";
  return [
    `${style.strong(event)}  ${descriptor.summary}\n${subject}`,
    handlerSection(explanation, terminal),
    problems.length > 0 ? problemSection(problems, terminal) : "",
    `${style.strong("What the ending of a handler means")}\n${layOut(endingRows(event, terminal), { width: terminal.width })}`,
  ]
    .filter((section) => section !== "")
    .join("\n\n");
}

function subjectLine(event: HookEventName, value: string | null): string {
  const field = describeEvent(event).matcher?.field ?? "";
  if (value !== null) return `Matchers are compared with ${field} = ${JSON.stringify(value)}.`;
  const option = field === "tool_name" ? "--tool" : "--value";
  return `Matchers are compared with ${field}, and none was given (${option}): only handlers that match everything fire.`;
}

function handlerSection(explanation: Explanation, terminal: Terminal): string {
  const { considered, broken, closed, files, event } = explanation;
  const { style, width } = terminal;
  if (files.length === 0)
    return style.faint("No file was given (--settings), so there are no handlers to look at.");
  const brokenOnly = broken.filter((hook) =>
    considered.every(({ entry }) => entry.path !== hook.path || entry.file !== hook.file),
  );
  if (considered.length + brokenOnly.length === 0) return `No handler of ${event} in ${files.join(", ")}.`;
  const blocks = [
    ...considered.map((each) => ({ at: each.entry, rows: considerationRows(each, style) })),
    ...brokenOnly.map((hook) => ({ at: hook, rows: brokenRows(hook, closed.includes(hook), style) })),
  ].sort((one, other) => inFileOrder(one.at, other.at, files));
  const running = considered.filter(({ outcome }) => outcome === "runs").length;
  const gate = closed.length > 0 ? style.bad(" A broken one blocks all the same.") : "";
  const heading = `${style.strong(`${running} of ${blocks.length} handlers would run`)}.${gate}`;
  return `${heading}\n${layOut(
    blocks.flatMap(({ rows }) => rows),
    { width },
  )}`;
}

interface Place {
  readonly file: string;
  readonly path: string;
}

function inFileOrder(one: Place, other: Place, files: readonly string[]): number {
  const byFile = files.indexOf(one.file) - files.indexOf(other.file);
  return byFile || one.path.localeCompare(other.path, "en", { numeric: true });
}

function considerationRows({ entry, outcome, why, isUndecided }: Consideration, style: Style): Row[] {
  const runs = isUndecided ? style.caution("runs?") : style.good("runs");
  const label = outcome === "runs" ? runs : style.faint(outcome === "duplicate" ? "twice" : "no");
  return [
    [label, `${style.strong(place(entry))}  ${describeHandler(entry.handler)}`],
    ["", `${why}.${outcome === "runs" ? backgroundNote(entry.handler) : ""}`],
  ];
}

function backgroundNote(handler: Handler): string {
  if (handler.type !== "command" || handler.background === "no") return "";
  return handler.background === "async"
    ? " It runs in the background: whatever it ends with decides nothing."
    : " It runs in the background: exit 2 wakes the session, nothing else decides.";
}

function brokenRows(hook: BrokenHook, isClosed: boolean, style: Style): Row[] {
  const effect = isClosed
    ? 'it cannot be used, and onFailure "block" makes it block'
    : "it cannot be used, and blocks nothing";
  return [
    [style.bad("broken"), style.strong(place(hook))],
    ["", `${effect}; see below.`],
  ];
}

function place({ file, path }: Place): string {
  return `${file} ${path}`;
}

/** What a handler is, in a few words; characters that do not show are escaped. */
function describeHandler(handler: Handler): string {
  const text = escapeInvisible(whatRuns(handler).replaceAll("\n", " "));
  return `${handler.type}: ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`;
}

function whatRuns(handler: Handler): string {
  switch (handler.type) {
    case "command":
      return [handler.command, ...(handler.args ?? [])].join(" ");
    case "http":
      return handler.url;
    case "mcp_tool":
      return `${handler.server} ${handler.tool}`;
    case "prompt":
    case "agent":
      return handler.prompt;
    case "function":
      return handler.name;
  }
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
