import type { Dispatch, Finding } from "../../engine/index.ts";
import { blockMeaning, cleanText, firstLine, formatProblem, stopMeaning } from "../../protocol/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { dispatchAs, SOURCES_TO_TRY, type SourceToTry } from "../dispatch-as.ts";
import { readEventName } from "../event-name.ts";
import { engineOptions, openEngine, type SourceOptions } from "../open-engine.ts";
import { type SampleOptions, sampleInput } from "../sample-input.ts";
import { layOut, type Row, type Style, type Terminal } from "../terminal.ts";
import { findingRows } from "./finding-rows.ts";

/** Options of the command. */
export interface DispatchOptions extends SourceOptions, SampleOptions {
  readonly as?: string;
  readonly json?: boolean;
}

/** `kedge hooks dispatch <event>`: runs the handlers for real, and shows the trace and the decision. */
export async function dispatchHooks(
  name: string,
  options: DispatchOptions,
  context: Context,
): Promise<number> {
  const event = readEventName(name);
  const given = await sampleInput(event, options, context);
  const settings = engineOptions(options, context);
  const input = {
    session_id: "kedge-dispatch",
    transcript_path: "/dev/null",
    cwd: settings.projectDir,
    ...given,
    hook_event_name: event,
  };
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    if (options.as !== undefined) {
      const kinds = readKinds(options.as);
      const tried = await dispatchAs(kinds, { event, input, settings, signal: interrupted.signal });
      context.terminal.out(
        options.json ? JSON.stringify(tried, null, 2) : compareText(tried, context.terminal),
      );
      return tried.isSame && tried.handlers > 0 ? EXIT.ok : EXIT.findings;
    }
    await using engine = await openEngine(settings);
    const dispatch = await engine.dispatch(event, input, { signal: interrupted.signal, awaitsRewakes: true });
    const considered = await engine.consider(event, input);
    const { terminal } = context;
    // A file that cannot be read has handlers that nobody sees below.
    const errors = (await engine.state()).problems.filter(({ severity }) => severity === "error");
    for (const problem of errors) terminal.err(`kedge: ${formatProblem(problem)}`);
    const findings = await engine.findings();
    const all = { ...dispatch, trace: { ...dispatch.trace, considered }, findings };
    terminal.out(options.json ? JSON.stringify(all, null, 2) : dispatchText(all, terminal));
    if (interrupted.signal.aborted) return EXIT.interrupted;
    return errors.length > 0 || dispatch.trace.isGateOpen ? EXIT.findings : EXIT.ok;
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

function readKinds(text: string): readonly SourceToTry[] {
  if (text === "all") return SOURCES_TO_TRY;
  const kind = SOURCES_TO_TRY.find((each) => each === text);
  if (kind) return [kind];
  throw new CommandError(
    EXIT.usage,
    `expected all or one of ${SOURCES_TO_TRY.join(", ")} after --as, got "${text}".`,
  );
}

interface Shown extends Dispatch {
  readonly findings: readonly Finding[];
}

function dispatchText({ decision, trace, findings }: Shown, terminal: Terminal): string {
  const { style, width } = terminal;
  const runs = trace.runs.flatMap((run): Row[] => {
    const ending = run.exitCode === null ? (run.signal ?? run.status) : `exit ${run.exitCode}`;
    const how = run.isBackground
      ? "in the background, decides nothing"
      : `${ending}, ${run.durationMs.toFixed(0)} ms, ${run.outputBytes} bytes`;
    const word =
      run.isBackground && run.status === "ok" ? style.good("started") : statusWord(run.status, style);
    return [
      [word, `${style.strong(run.what)}  ${how}`],
      ["", style.faint(`${run.source}, ${run.path}${run.error === undefined ? "" : `: ${run.error}`}`)],
    ];
  });
  const ran = new Set(trace.runs.map((run) => `${run.file} ${run.path}`));
  const others = trace.considered
    .filter((each) => !ran.has(`${each.file} ${each.path}`))
    .map((each): Row => [style.faint(each.outcome), `${each.source} ${each.path}: ${each.why}`]);
  return [
    runs.length === 0 ? "No handler ran." : layOut(runs, { width }),
    others.length === 0 ? "" : `${style.strong("Did not run")}\n${layOut(others, { width })}`,
    findings.length === 0 ? "" : `${style.strong("Not loaded")}\n${layOut(findingRows(findings), { width })}`,
    trace.considered.some(({ outcome }) => outcome === "untrusted" || outcome === "modified")
      ? style.faint("`kedge hooks trust` shows what the project wants to run, and asks.")
      : "",
    `${style.strong("Decision")}\n${layOut(decisionRows(decision, trace.isGateOpen, style), { width })}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function statusWord(status: string, style: Style): string {
  if (status === "ok") return style.good("ok");
  return status === "blocked" ? style.caution("blocked") : style.bad(status.replace("_", " "));
}

function decisionRows(decision: Dispatch["decision"], isGateOpen: boolean, style: Style): Row[] {
  const effect = decision.effect === "nothing" ? "" : `: ${blockMeaning(decision.effect)}`;
  return [
    [`${style.strong(decision.behavior)}${effect}`],
    ...decision.reasons.map(({ text }): Row => [`reason: ${cleanText(text).trimEnd()}`]),
    ...(decision.reasons.length === 0 && decision.reason !== undefined
      ? [[`reason: ${cleanText(decision.reason).trimEnd()}`]]
      : []),
    ...(decision.stop
      ? [
          [
            `stop: ${stopMeaning(decision.stop.effect)}${decision.stop.reason === undefined ? "" : ` (${decision.stop.reason})`}`,
          ],
        ]
      : []),
    ...decision.contexts.map(({ text }): Row => [`context: ${firstLine(text, 200)}`]),
    ...decision.systemMessages.map(({ text }): Row => [`for the user: ${firstLine(text, 200)}`]),
    ...Object.keys(decision.effects).map((name): Row => [`also: ${name}`]),
    ...(isGateOpen ? [[style.bad("The gate stood open: a handler gave no usable answer.")]] : []),
  ];
}

function compareText(tried: Awaited<ReturnType<typeof dispatchAs>>, terminal: Terminal): string {
  if (tried.handlers === 0)
    return "No handler would run, so that there is nothing to try. `kedge hooks explain` says why.";
  const { style, width } = terminal;
  const rows = tried.tries.map(
    ({ as, decision }): Row => [
      style.strong(as),
      decision.behavior,
      decision.effect === "nothing" ? "" : decision.effect,
      firstLine(decision.reasons.map(({ text }) => text).join(" | ") || (decision.reason ?? ""), 160),
    ],
  );
  const verdict = tried.isSame
    ? style.good("Every source gives the same decision and the same reasons.")
    : style.bad("The sources differ.");
  const leftOut =
    tried.untrusted === 0
      ? ""
      : `\n${style.caution(`${tried.untrusted} of the project not tried: nobody trusts what they run. \`kedge hooks trust\` asks.`)}`;
  return `${layOut([["SOURCE", "DECISION", "EFFECT", "REASON"].map(style.faint), ...rows], { width, indent: "" })}\n\n${verdict}${leftOut}`;
}
