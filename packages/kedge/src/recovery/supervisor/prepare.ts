import { randomUUID } from "node:crypto";
import {
  type AgentAdapter,
  type AgentCommand,
  adapterFor,
  ownSessionId,
  type TranscriptQuery,
} from "../../agents/index.ts";
import type { Policy } from "../policy/index.ts";
import { inSession, type JobProgress } from "./job-progress.ts";
import type { LaunchContract } from "./launch.ts";

/** A command line that is run, and how the job stands from then on. */
export interface Prepared {
  readonly argv: readonly string[];
  /** Given on standard input. */
  readonly stdin?: Uint8Array;
  readonly isResumed: boolean;
  /** To be stored before the agent's process exists. */
  readonly progress: JobProgress;
}

/** The work of a job as its agent understands it. */
export interface Work {
  readonly launch: LaunchContract;
  readonly adapter: AgentAdapter;
  readonly command: AgentCommand;
  /** Where its agent keeps transcripts. */
  readonly places: Omit<TranscriptQuery, "sessionId" | "cwd">;
}

/** Reads the command of a launch contract; a text that says why where it cannot be run. */
export function readWork(launch: LaunchContract, places: Work["places"]): Work | string {
  const adapter = adapterFor(launch.argv);
  if (adapter === null)
    return `No agent that Kedge knows starts with ${JSON.stringify(launch.argv[0] ?? "")}.`;
  const reading = adapter.readCommand(launch.argv);
  if (!reading.ok) return reading.problems.map(({ message }) => message).join(" ");
  return { launch, adapter, command: reading.command, places };
}

/** Where the transcript of a session of this work is; null when there is none (yet). */
export function findTranscript({ adapter, launch, places }: Work, sessionId: string): Promise<string | null> {
  return adapter.findTranscript({ ...places, sessionId, cwd: launch.cwd });
}

/** The session in which the work begins. */
export function firstSession({ command }: Work): string {
  return ownSessionId(command) ?? randomUUID();
}

/**
 * Makes the command line of the next attempt.
 *
 * A session is gone on with where something of it is there, else begun anew: an agent may have died before it wrote anything.
 */
export async function prepareAttempt(work: Work, progress: JobProgress, policy: Policy): Promise<Prepared> {
  const { next } = progress;
  const nudge = next?.nudge ?? policy.nudge;
  const model = next?.model ?? progress.model;
  const kept = { ...progress, ...(model === undefined ? {} : { model }) };
  if (next?.action === "restart") return begin(work, inSession(kept, randomUUID()), nudge);
  if (!progress.isBegun) return begin(work, kept, null);
  const has = async (id: string): Promise<boolean> => (await findTranscript(work, id)) !== null;
  if (next?.action === "fork" && (await has(progress.sessionId)))
    return fork(work, kept, progress.sessionId, nudge);
  if (await has(progress.sessionId)) return resume(work, kept, nudge);
  // The copy was never written: its model is still there.
  if (progress.parentId !== undefined && (await has(progress.parentId)))
    return fork(work, kept, progress.parentId, nudge);
  // The agent died before it wrote anything.
  return begin(work, kept, nudge);
}

/** Begins a session; one that others have tried before is told so. */
function begin({ launch, adapter, command }: Work, progress: JobProgress, nudge: string | null): Prepared {
  const words = [command.prompt, nudge].filter((text) => text !== undefined && text !== null).join("\n\n");
  const prompted = words === "" ? command : { ...command, prompt: words };
  const argv = adapter.startArgs(withModel(prompted, progress.model), { sessionId: progress.sessionId });
  return {
    argv,
    isResumed: false,
    progress: { ...progress, isBegun: true, next: afterwards(progress) },
    ...(launch.stdin === undefined ? {} : { stdin: Buffer.from(launch.stdin, "base64") }),
  };
}

function resume({ adapter, command }: Work, progress: JobProgress, nudge: string): Prepared {
  const { sessionId, model } = progress;
  const argv = adapter.resumeArgs(command, { sessionId, nudge, ...(model === undefined ? {} : { model }) });
  return { argv, isResumed: true, progress };
}

function fork({ adapter, command }: Work, progress: JobProgress, parentId: string, nudge: string): Prepared {
  // Its agent counts what the session had cost as well. A second copy is whole: an agent drops from a copy of a copy what was last in it.
  const { lastAnswerId: at, ...rest } = progress;
  const own = { ...rest, sessionId: randomUUID(), parentId, isBegun: true, next: afterwards(progress) };
  const { model } = progress;
  const argv = adapter.resumeArgs(command, {
    ...{ sessionId: parentId, nudge, forkAs: own.sessionId },
    ...(model === undefined ? {} : { model }),
    ...(at === undefined ? {} : { at }),
  });
  return { argv, isResumed: true, progress: own };
}

/** What is left to do of a step once its session has begun: whoever comes after a death goes on with that one. */
function afterwards({ next }: JobProgress): JobProgress["next"] {
  return next && { ...next, action: "resume" };
}

function withModel(command: AgentCommand, model: string | undefined): AgentCommand {
  if (model === undefined) return command;
  const kept = command.kept.filter(({ role }) => role !== "model");
  return { ...command, model, kept: [{ words: ["--model", model], role: "model" }, ...kept] };
}
