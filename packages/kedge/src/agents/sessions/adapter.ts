import type { TranscriptPlaces } from "../transcripts/places.ts";
import type { AgentCommand, CommandReading } from "./command.ts";
import type { ResumeOptions } from "./session-arguments.ts";

/** What is particular to one agent. Running, watching and reading a session is the same for all. */
export interface AgentAdapter {
  /** As records have it: `claude-code`, `kedge`. */
  readonly name: string;
  /** What the cost of a result is of: the session with all its runs, or the one run that it ends. */
  readonly costOf: "session" | "run";
  /** Whether a command line starts this agent. */
  recognises(argv: readonly string[]): boolean;
  /** Reads a command line that starts it. */
  readCommand(argv: readonly string[]): CommandReading;
  /** The command line that starts exactly one session, observably. */
  startArgs(command: AgentCommand, options: { readonly sessionId: string }): readonly string[];
  /** The command line that goes on with a session. */
  resumeArgs(command: AgentCommand, options: ResumeOptions): readonly string[];
  /** Where the transcript of a session lies; null when there is none (yet). */
  findTranscript(place: TranscriptQuery): Promise<string | null>;
}

/** Which transcript, and where agents keep them. */
export interface TranscriptQuery extends TranscriptPlaces {
  readonly sessionId: string;
  /** Working directory of the session. */
  readonly cwd: string;
}
