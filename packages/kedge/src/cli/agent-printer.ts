import { createStreamJson, type HostEvent, type Session, type TurnResult } from "../host/index.ts";
import { cleanText, firstLine, type JsonObject } from "../protocol/index.ts";
import type { AgentOptions } from "./agent-formats.ts";
import {
  compactedWords,
  denialWords,
  endWords,
  fallbackWords,
  noVerdictWords,
  retryWords,
  shortWords,
} from "./agent-words.ts";
import { EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/** Prints what a session tells, in the format that was asked for: the answer on stdout, all else on stderr. */
export interface Printer {
  take(event: HostEvent): void;
  /** The session is there: what it told meanwhile is printed, its first line first. */
  begin(session: Session): void;
  /** Prints a line between those of the session; only with stream-json. */
  line(line: JsonObject): void;
  /** The session ends: nothing follows its last result on stdout, which has come already or comes yet. */
  ends(lastResult: "came" | "comes"): void;
  /** @returns the exit code */
  end(isInterrupted: boolean): number;
}

export function createPrinter(options: AgentOptions, { terminal }: Context): Printer {
  const isStream = options.outputFormat === "stream-json";
  const stream = createStreamJson({ includesHookEvents: options.includeHookEvents === true, version });
  const say = (text: string): void => terminal.err(`kedge: ${text}`);
  const line = (value: JsonObject): void => terminal.out(JSON.stringify(value));
  const early: HostEvent[] = [];
  let session: Session | null = null;
  let last: TurnResult | null = null;
  let isEnding = false;
  let hasEnded = false;
  const print = (event: HostEvent): void => {
    if (event.type === "result") last = event.result;
    if (!session || !isStream || hasEnded) for (const text of noticeWords(event, options)) say(text);
    else {
      for (const value of stream.lines(event, session)) line(value);
      // Whoever reads only one of the two has to see this.
      if (event.type === "notice" && event.topic !== undefined) say(cleanText(event.text));
    }
    if (event.type === "result" && isEnding) hasEnded = true;
  };
  return {
    take: (event) => (session ? print(event) : void early.push(event)),
    begin(own) {
      session = own;
      // Whoever reads the lines learns from the first one of what session they are.
      const first = early.findIndex(({ type }) => type === "started");
      for (const event of early.splice(first, first < 0 ? 0 : 1)) print(event);
      for (const event of early.splice(0)) print(event);
    },
    line,
    ends(lastResult) {
      isEnding = true;
      hasEnded ||= lastResult === "came";
    },
    end(isInterrupted) {
      if (!last || !session) {
        if (isInterrupted) say("Interrupted before anything was asked.");
        return EXIT.ok;
      }
      if (options.outputFormat === "json")
        for (const value of stream.lines({ type: "result", result: last }, session)) line(value);
      else if (!isStream) printText(last, terminal);
      return last.isError ? EXIT.findings : EXIT.ok;
    },
  };
}

/** The answer alone stands on stdout; what is none, and what went wrong, does not pretend to be one. */
function printText(result: TurnResult, { out, err }: Context["terminal"]): void {
  const { isError, text, terminalReason, notices } = result;
  const isAnswer = !isError && terminalReason !== "prompt_blocked" && text !== "";
  // A pipe gets what the model wrote; a terminal gets nothing that it would obey.
  if (isAnswer) out(process.stdout.isTTY ? cleanText(text) : text);
  const words = [endWords(result), ...(terminalReason === "completed" ? [] : notices), denialWords(result)];
  for (const each of words) if (each !== null) err(`kedge: ${cleanText(each)}`);
}

/** What people read beside the answer. */
function noticeWords(event: HostEvent, { verbose = false }: AgentOptions): readonly string[] {
  switch (event.type) {
    case "notice":
      return event.level === "warning" || event.hook !== undefined || verbose ? [cleanText(event.text)] : [];
    case "retrying":
      return [cleanText(retryWords(event))];
    case "fallback":
      return [cleanText(fallbackWords(event))];
    case "compacted":
      return verbose ? [compactedWords(event)] : [];
    case "hooks":
      return noVerdictWords(event).map(cleanText);
    case "tool_started":
      return verbose ? [firstLine(`${event.name}: ${shortWords(event.input)}`, 200)] : [];
    case "feedback":
      return verbose ? refusals(event).map((text) => `failed: ${text}`) : [];
    default: // in text mode the answer is all
      return [];
  }
}

/** Tools that failed, and calls that were refused, with the first line of why. */
export function refusals({ content }: Extract<HostEvent, { type: "feedback" }>): readonly string[] {
  return content.flatMap((block) =>
    block.type === "tool_result" && block.is_error === true ? [firstLine(toText(block.content), 200)] : [],
  );
}

function toText(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}
