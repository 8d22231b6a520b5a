import type { AgentCommand, KeptArgument } from "./command.ts";

/** What makes a session observable. Claude Code refuses `stream-json` without `--verbose`. */
const OBSERVED = ["--output-format", "stream-json", "--verbose"] as const;

/**
 * The id that a command line itself gives its session.
 *
 * @returns undefined where whoever starts it may choose one
 */
export function ownSessionId({ conversation }: AgentCommand): string | undefined {
  return conversation.sessionId;
}

/**
 * The command line that starts exactly one session, observably.
 *
 * The words that start the program, our flags, all others in order, and the prompt last, behind `--`: there no option that takes several
 * values takes it as well, and it may begin with a dash.
 *
 * @param options.sessionId a UUID that no session has yet; not used where the command has an id of its own
 */
export function startArgs(command: AgentCommand, { sessionId }: { sessionId: string }): readonly string[] {
  const { conversation, prompt, extra, kept } = command;
  const id = conversation.sessionId ?? sessionId;
  const session =
    conversation.kind === "new"
      ? ["--session-id", id]
      : conversation.kind === "resume"
        ? ["--resume", id]
        : ["--resume", conversation.from, "--fork-session", "--session-id", id];
  return join(command, session, kept, prompt === undefined ? [] : [prompt, ...extra]);
}

export interface ResumeOptions {
  /** The session as it was started; a UUID. */
  readonly sessionId: string;
  /** What the agent is told in place of the prompt. */
  readonly nudge: string;
  /** In place of the model that the user chose. */
  readonly model?: string;
  /** Goes on in a copy with this new id, a UUID; the session itself stays as it is. */
  readonly forkAs?: string;
  /** The last answer that the copy has, by its entry in the transcript; what came after it is left out. */
  readonly at?: string;
}

/**
 * The command line that goes on with a session. An agent restores neither its settings, nor MCP servers, plugins, folders and modes, so that
 * all flags are given again; those that make sense once only are not (`--resume-session-at` would drop again what came since).
 */
export function resumeArgs(command: AgentCommand, options: ResumeOptions): readonly string[] {
  const { sessionId, nudge, model, forkAs, at } = options;
  const session = [
    ...["--resume", sessionId],
    ...(forkAs === undefined ? [] : ["--fork-session", "--session-id", forkAs]),
    ...(at === undefined ? [] : ["--resume-session-at", at]),
    ...(model === undefined ? [] : ["--model", model]),
  ];
  const kept = command.kept.filter(
    ({ role }) => role !== "once" && (model === undefined || role !== "model"),
  );
  return join(command, session, kept, [nudge]);
}

function join(
  { program }: AgentCommand,
  session: readonly string[],
  kept: readonly KeptArgument[],
  prompt: readonly string[],
): readonly string[] {
  const others = kept.flatMap(({ words }) => words);
  return [
    ...program,
    "-p",
    ...OBSERVED,
    ...session,
    ...others,
    ...(prompt.length > 0 ? ["--", ...prompt] : []),
  ];
}
