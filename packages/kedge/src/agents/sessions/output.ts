import type { WantedOutput } from "./command.ts";
import type { Observed, ResultFacts } from "./observed.ts";

/** Writes on standard output what the user asked for, of however many runs it took. */
export interface SessionOutput {
  /**
   * Takes a line of the stream.
   *
   * @returns what is to be written now, often nothing
   */
  line(text: string): string;
  /** What is to be written when all is over. */
  end(observed: Pick<Observed, "result">): string;
}

/** Makes one. It keeps no line. */
export function createOutput(wanted: WantedOutput): SessionOutput {
  let hasBegun = false;
  const isList = wanted.format === "json" && wanted.listsAll;
  return {
    line(text) {
      if (text === "") return "";
      if (wanted.format === "stream-json") return `${text}\n`;
      if (!isList) return "";
      const before = hasBegun ? "," : "[";
      hasBegun = true;
      return `${before}${text}`;
    },
    end: (observed) => (isList ? (hasBegun ? "]\n" : "[]\n") : renderOutput(wanted, observed)),
  };
}

/**
 * What the user asked for, of a run that is over: the answer, or the result as JSON. Nothing for lines that were written as they came, and
 * nothing for a run without a result.
 *
 * @source recorded output of Claude Code 2.1.329 and of Kedge's host
 */
export function renderOutput(
  { format, printsFailures }: WantedOutput,
  { result }: Pick<Observed, "result">,
): string {
  if (!result || format === "stream-json") return "";
  if (format === "json") return `${JSON.stringify(result.event)}\n`;
  const text =
    result.isError === true
      ? printsFailures
        ? failureText(result)
        : ""
      : answerText(result, printsFailures);
  return text === "" ? "" : `${text}\n`;
}

/** A prompt that a hook refused is no answer: Claude Code prints it as one, Kedge does not. */
function answerText({ text = "", terminalReason }: ResultFacts, printsFailures: boolean): string {
  return terminalReason === "prompt_blocked" && !printsFailures ? "" : text;
}

function failureText({ text, subtype, errors }: ResultFacts): string {
  if (text !== undefined) return text;
  const [error = ""] = errors;
  const turns = /\d+/.exec(error)?.[0];
  if (subtype === "error_max_turns" && turns !== undefined) return `Error: Reached max turns (${turns})`;
  return error === "" ? "" : `Error: ${error}`;
}
