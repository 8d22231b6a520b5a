import { type ArgumentPart, type OptionRole, type OptionShape, splitArguments } from "./argument-words.ts";
import {
  type AgentCommand,
  type CommandProblem,
  type CommandReading,
  type Conversation,
  isSessionId,
  type KeptArgument,
  type OutputFormat,
} from "./command.ts";

/** What is particular to the command line of an agent. */
export interface ArgumentRules {
  readonly agent: string;
  readonly shapes: readonly OptionShape[];
  /** Words that, as the first one, begin something else than a session. */
  readonly subcommands: readonly string[];
  /** Whether `--verbose` makes a list of the `json` output. */
  readonly listsVerbosely: boolean;
  readonly printsFailures: boolean;
}

type Option = Extract<ArgumentPart, { kind: "option" }>;

const FORMATS: readonly string[] = ["text", "json", "stream-json"] satisfies readonly OutputFormat[];
/** Roles that are given anew at each start. */
const OWN: readonly (OptionRole | undefined)[] = [
  "print",
  "output",
  "verbose",
  "session_id",
  "resume",
  "continue",
  "fork",
];

/**
 * Reads the arguments of an agent, which stand behind the words that start it.
 *
 * @returns the command, or everything that keeps it from being run unattended
 */
export function readArguments(
  program: readonly string[],
  args: readonly string[],
  rules: ArgumentRules,
): CommandReading {
  const parts = splitArguments(args, rules.shapes);
  const options = parts.filter((part): part is Option => part.kind === "option");
  const words = parts.filter((part) => part.kind === "word");
  const conversation = readConversation(options);
  const problems = [
    ...subcommandProblems(args, rules),
    ...parts.flatMap((part) => (part.kind === "option" ? optionProblems(part) : [])),
    ...unknownProblems(parts),
    ...unattendedProblems(options),
    ...("problems" in conversation ? conversation.problems : []),
  ];
  if (problems.length > 0 || "problems" in conversation) return { ok: false, problems };
  const [prompt, ...extra] = words.map(({ word }) => word);
  const format = (lastValue(options, "output") ?? "text") as OutputFormat;
  const model = lastValue(options, "model");
  const isVerbose = has(options, "verbose");
  const command: AgentCommand = {
    agent: rules.agent,
    program,
    // An empty prompt is none, to agents as well.
    ...(prompt === undefined || prompt === "" ? {} : { prompt }),
    output: {
      format,
      listsAll: format === "json" && isVerbose && rules.listsVerbosely,
      printsFailures: rules.printsFailures,
    },
    conversation,
    ...(model === undefined ? {} : { model }),
    kept: parts.flatMap(keep),
    extra,
  };
  return { ok: true, command };
}

function keep(part: ArgumentPart): readonly KeptArgument[] {
  if (part.kind === "word") return [];
  if (part.kind === "unknown") return [{ words: part.words }];
  const { role } = part.shape;
  if (OWN.includes(role)) return [];
  return [{ words: part.words, ...(role === "model" || role === "once" ? { role } : {}) }];
}

function has(options: readonly Option[], role: OptionRole): boolean {
  return options.some(({ shape }) => shape.role === role);
}

/** Of an option that stands several times the last one counts. */
function lastValue(options: readonly Option[], role: OptionRole): string | undefined {
  return options.findLast(({ shape }) => shape.role === role)?.values[0];
}

function subcommandProblems(
  [first]: readonly string[],
  { subcommands }: ArgumentRules,
): readonly CommandProblem[] {
  if (first === undefined || !subcommands.includes(first)) return [];
  return [{ code: "not_a_session", message: `Expected a session, got the subcommand ${first}.` }];
}

function optionProblems({ shape, flag, values, isValueMissing }: Option): readonly CommandProblem[] {
  const { refused, role } = shape;
  if (refused) return [{ code: refused.code, flag, message: `Expected no ${flag}: ${refused.why}.` }];
  if (isValueMissing)
    return [{ code: "missing_value", flag, message: `Expected a value of ${flag}, got none.` }];
  const [value = ""] = values;
  if (role === "output" && !FORMATS.includes(value))
    return [wrong(flag, `one of ${FORMATS.join(", ")}`, value)];
  if (role === "input" && value === "stream-json") {
    const message = `Expected the prompt on the command line or as text on standard input, got ${flag} stream-json.`;
    return [{ code: "streams_input", flag, message }];
  }
  if (role === "input" && value !== "text") return [wrong(flag, "text", value)];
  if (role === "session_id" && !isSessionId(value)) return [wrong(flag, "a UUID", value)];
  if (role === "resume" && values.length === 0) {
    const message = `Expected the id of a session behind ${flag}, got none.`;
    return [{ code: "picks_a_session", flag, message }];
  }
  if (role === "resume" && !isSessionId(value)) {
    const message = `Expected ${flag} to be the id of a session, which is a UUID, got ${quote(value)}.`;
    return [{ code: "picks_a_session", flag, message }];
  }
  if (role !== "continue") return [];
  const message = `Expected --resume with the id of a session, got ${flag}, which takes whichever was last.`;
  return [{ code: "picks_a_session", flag, message }];
}

function wrong(flag: string, expected: string, came: string): CommandProblem {
  return { code: "wrong_value", flag, message: `Expected ${flag} to be ${expected}, got ${quote(came)}.` };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function unknownProblems(parts: readonly ArgumentPart[]): readonly CommandProblem[] {
  const isPromptCertain = parts.some((part) => part.kind === "word" && part.isBehindSeparator);
  if (isPromptCertain) return [];
  return parts.flatMap((part) => {
    if (part.kind !== "unknown" || part.words.length === 1) return [];
    const message = `Expected ${part.flag}=VALUE, or the prompt behind --: it is not known whether ${part.flag} takes the words behind it.`;
    return [{ code: "ambiguous", flag: part.flag, message }];
  });
}

function unattendedProblems(options: readonly Option[]): readonly CommandProblem[] {
  if (has(options, "print")) return [];
  const message = "Expected -p: without it the agent waits for somebody at its prompt.";
  return [{ code: "not_unattended", message }];
}

function readConversation(
  options: readonly Option[],
): Conversation | { problems: readonly CommandProblem[] } {
  const sessionId = lastValue(options, "session_id");
  const from = lastValue(options, "resume");
  const isFork = has(options, "fork");
  const contradiction = (flag: string, message: string) => ({
    problems: [{ code: "contradiction" as const, flag, message }],
  });
  if (from === undefined) {
    // Other words on the same mistake stand there already.
    const isResumed = has(options, "resume") || has(options, "continue");
    if (isFork && !isResumed)
      return contradiction("--fork-session", "Expected --resume beside --fork-session, got none.");
    return { kind: "new", ...(sessionId === undefined ? {} : { sessionId }) };
  }
  if (isFork) return { kind: "fork", from, ...(sessionId === undefined ? {} : { sessionId }) };
  if (sessionId !== undefined)
    return contradiction(
      "--session-id",
      "Expected --fork-session beside --session-id and --resume, got none.",
    );
  return { kind: "resume", sessionId: from };
}
