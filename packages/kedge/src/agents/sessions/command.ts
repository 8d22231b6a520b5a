/** How the answer of a session is wanted on standard output. */
export type OutputFormat = "text" | "json" | "stream-json";

/** What the user asked for; the session itself always runs with `stream-json`. */
export interface WantedOutput {
  readonly format: OutputFormat;
  /** Whether `json` is a list of everything that happened: what Claude Code prints with `--verbose`. */
  readonly listsAll: boolean;
  /** Whether `text` of a failed turn stands on standard output as an answer would. */
  readonly printsFailures: boolean;
}

/** Which conversation a command line begins or goes on with. Ids are UUIDs. */
export type Conversation =
  | { readonly kind: "new"; readonly sessionId?: string }
  | { readonly kind: "resume"; readonly sessionId: string }
  /** A copy of another one, under an id of its own. */
  | { readonly kind: "fork"; readonly from: string; readonly sessionId?: string };

/** An argument that is passed on, with the words that belong to it. */
export interface KeptArgument {
  /** Byte for byte, as they stood: the flag, and its values. */
  readonly words: readonly string[];
  /** `model`: may be replaced at a resume. `once`: of the first start only. */
  readonly role?: "model" | "once";
}

/** A command line that starts an agent and can be run unattended. */
export interface AgentCommand {
  /** Name of the adapter: `claude-code`, `kedge`. */
  readonly agent: string;
  /** The words that start the program, such as `npx -y @anthropic-ai/claude-code` or `kedge agent`. */
  readonly program: readonly string[];
  /** Absent when the prompt comes on standard input alone. With both, the agent joins them. */
  readonly prompt?: string;
  readonly output: WantedOutput;
  readonly conversation: Conversation;
  /** The last `--model`. */
  readonly model?: string;
  /** Everything else, in order. */
  readonly kept: readonly KeptArgument[];
  /** Words behind the prompt, which agents ignore or refuse: passed on at the start, so that they do. */
  readonly extra: readonly string[];
}

/**
 * Why a command line cannot be run unattended.
 *
 * - `not_unattended`: without `-p` somebody has to sit there.
 * - `streams_input`: prompts come one after the other, from somebody.
 * - `picks_a_session`: which session it is depends on the moment (`--continue`), on a person, or on a title.
 * - `not_a_session`: it does something else: help, a subcommand, work in the background or elsewhere.
 * - `cannot_resume`: nothing is left to go on with, or not in the same place.
 * - `missing_value`, `wrong_value`, `contradiction`: the agent would refuse it as well.
 * - `ambiguous`: whether a word is the prompt or the value of an option that we do not know.
 */
export type CommandProblemCode =
  | "not_unattended"
  | "streams_input"
  | "picks_a_session"
  | "not_a_session"
  | "cannot_resume"
  | "missing_value"
  | "wrong_value"
  | "contradiction"
  | "ambiguous";

export interface CommandProblem {
  readonly code: CommandProblemCode;
  /** As it stood on the command line. */
  readonly flag?: string;
  /** One sentence for people: what was expected, and what came. Never the prompt. */
  readonly message: string;
}

export type CommandReading =
  | { readonly ok: true; readonly command: AgentCommand }
  | { readonly ok: false; readonly problems: readonly CommandProblem[] };

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is an id that sessions have: a UUID, and so nothing that leads to another folder. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text);
}
