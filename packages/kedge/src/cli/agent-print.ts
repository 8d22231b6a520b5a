import { createInterface } from "node:readline";
import {
  createStreamJson,
  failureText,
  type HostEvent,
  type Session,
  type TurnResult,
} from "../host/index.ts";
import { isJsonObject } from "../protocol/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { inWords, openAgentSession } from "./commands/agent.ts";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/** A session that prints its answer and ends: `-p`. */
export async function printSession(
  prompt: string | undefined,
  options: AgentOptions,
  context: Context,
): Promise<number> {
  const isHeld = options.inputFormat === "stream-json";
  const text = isHeld ? "" : await wholePrompt(prompt, context);
  if (!isHeld && text.trim() === "")
    throw new CommandError(EXIT.usage, 'Expected a prompt: kedge agent -p "…", or text on standard input.');
  const printer = createPrinter(options, context);
  const session = await openAgentSession(options, context, { isOneShot: !isHeld, onEvent: printer.take });
  printer.begin(session);
  const isInterrupted = listenForSignals(session);
  try {
    if (isHeld) await takePrompts(session, context);
    else await session.send(text);
    await session.quiet();
  } catch (error) {
    throw inWords(error);
  } finally {
    await session.close();
  }
  const code = printer.end() ?? EXIT.ok;
  return isInterrupted() ? EXIT.interrupted : code;
}

/** Seconds that piped input may keep a prompt waiting that is there already. */
const STDIN_WAIT_MS = 3_000;

/** The prompt of the command line, and behind it what is piped in. */
async function wholePrompt(
  prompt: string | undefined,
  { readStdin, isStdinTerminal, terminal }: Context,
): Promise<string> {
  if (isStdinTerminal) return prompt ?? "";
  if (prompt === undefined) return readStdin();
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), STDIN_WAIT_MS);
  const piped = await Promise.race([readStdin(), late]);
  clearTimeout(timer);
  if (piped === null)
    terminal.err("kedge: standard input stays open and empty; going on without it (use < /dev/null).");
  return piped === null || piped.trim() === "" ? prompt : `${prompt}\n\n${piped}`;
}

/** Prompts as they come, one JSON object a line, until the input ends. */
async function takePrompts(session: Session, { terminal }: Context): Promise<void> {
  const turns: Promise<unknown>[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const message = parseLine(line);
    if (message === "interrupt") session.interrupt();
    else if (message === null)
      terminal.err(
        `kedge: expected a line such as {"type":"user","message":{"role":"user","content":"…"}}; one line was left out.`,
      );
    else turns.push(session.send(message));
  }
  await Promise.all(turns);
}

/** The text of a prompt, a wish to interrupt, or null for neither. */
function parseLine(line: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null; // said by the caller
  }
  if (!isJsonObject(value)) return null;
  if (
    value.type === "control_request" &&
    isJsonObject(value.request) &&
    value.request.subtype === "interrupt"
  )
    return "interrupt";
  if (value.type !== "user" || !isJsonObject(value.message)) return null;
  const { content } = value.message;
  if (typeof content === "string") return content === "" ? null : content;
  if (!Array.isArray(content)) return null;
  const texts = content.flatMap((block) =>
    isJsonObject(block) && typeof block.text === "string" ? [block.text] : [],
  );
  return texts.length > 0 ? texts.join("\n") : null;
}

/** Ctrl-C ends the turn, and with it the run; a second one does not wait for handlers. */
function listenForSignals(session: Session): () => boolean {
  let count = 0;
  const onSignal = (): void => {
    if (++count > 1) process.exit(EXIT.interrupted);
    session.interrupt();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return () => count > 0;
}

interface Printer {
  take(event: HostEvent): void;
  begin(session: Session): void;
  /** @returns the exit code; null when there was no result */
  end(): number | null;
}

function createPrinter(options: AgentOptions, { terminal }: Context): Printer {
  const stream = createStreamJson({ includesHookEvents: options.includeHookEvents === true, version });
  const early: HostEvent[] = [];
  let session: Session | null = null;
  let last: TurnResult | null = null;
  const print = (event: HostEvent): void => {
    if (event.type === "result") last = event.result;
    if (options.outputFormat !== "stream-json") printNotice(event, options, terminal);
    else if (session) for (const line of stream.lines(event, session)) terminal.out(JSON.stringify(line));
  };
  return {
    take: (event) => (session ? print(event) : void early.push(event)),
    begin(own) {
      session = own;
      for (const event of early.splice(0)) print(event);
    },
    end() {
      if (!last || !session) return null;
      if (options.outputFormat === "json") {
        const lines = stream.lines({ type: "result", result: last }, session);
        for (const line of lines) terminal.out(JSON.stringify(line));
      } else if (options.outputFormat === "text") printText(last, terminal);
      return last.isError ? EXIT.findings : EXIT.ok;
    },
  };
}

/** The answer alone stands on stdout; what went wrong does not pretend to be one. */
function printText(result: TurnResult, terminal: Context["terminal"]): void {
  if (!result.isError && result.text !== "") terminal.out(result.text);
  if (!result.isError) return;
  if (result.text !== "" && result.failure === undefined) terminal.out(result.text);
  terminal.err(`kedge: ${endWords(result)}`);
}

function endWords({ failure, terminalReason, turns }: TurnResult): string {
  if (failure) return `the turn failed (${failure.kind}). ${failureText(failure)}`;
  if (terminalReason === "max_turns") return `the turn ended after ${turns} requests (--max-turns).`;
  return `the turn ended early (${terminalReason}).`;
}

function printNotice(event: HostEvent, { verbose }: AgentOptions, { err }: Context["terminal"]): void {
  switch (event.type) {
    case "notice":
      if (event.level === "warning" || verbose) err(`kedge: ${event.text}`);
      break;
    case "retrying":
      err(
        `kedge: ${failureText(event.failure)} Trying again in ${(event.delayMs / 1000).toFixed(1)} s (${event.attempt} of ${event.maxRetries}).`,
      );
      break;
    case "hooks":
      for (const at of event.decision.unanswered) {
        const run = event.trace.runs[at];
        if (run)
          err(
            `kedge: ${event.trace.event} hook ${run.what} (${run.source}) gave no verdict: ${run.error ?? run.status}`,
          );
      }
      break;
    case "tool_started":
      if (verbose) err(`kedge: ${event.name} ${JSON.stringify(event.input).slice(0, 200)}`);
      break;
    default: // in text mode the answer is all
  }
}
