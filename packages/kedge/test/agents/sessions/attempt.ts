/** One run of a real agent through its adapter, and how recovery judges it. */

import type { AgentCommand } from "../../../src/agents/sessions/command.ts";
import { readEnding } from "../../../src/agents/sessions/ending.ts";
import type { Observed } from "../../../src/agents/sessions/observed.ts";
import { createOutput } from "../../../src/agents/sessions/output.ts";
import { adapterNamed } from "../../../src/agents/sessions/registry.ts";
import { runSession, type SessionRunOptions } from "../../../src/agents/sessions/run-session.ts";
import { readFailedTurns } from "../../../src/agents/transcripts/failed-turns.ts";
import { judgeFailure, type Verdict } from "../../../src/recovery/index.ts";

/** What of it is looked at. */
export interface Attempt {
  readonly cause: string;
  readonly exitCode: number | null;
  readonly observed: Omit<Observed, "result"> & { readonly text?: string };
  readonly verdict: Verdict;
  readonly witnesses: readonly string[];
  readonly transcript: string | null;
  /** What the user sees on standard output. */
  readonly stdout: string;
  readonly stderr: string;
}

export async function attempt(
  command: AgentCommand,
  options: Pick<SessionRunOptions, "argv" | "cwd" | "env" | "stdin" | "signal" | "onLine"> & {
    readonly sessionId: string;
    readonly homeDir: string;
    readonly stateDir: string;
  },
): Promise<Attempt> {
  const { sessionId, cwd, homeDir, stateDir, onLine, ...run } = options;
  const output = createOutput(command.output);
  let stdout = "";
  const ended = await runSession(command, {
    ...{ ...run, cwd },
    onLine(line) {
      stdout += output.line(line.text);
      return onLine?.(line);
    },
  });
  stdout += output.end(ended.observed);
  const place = { sessionId, cwd, homeDir, stateDir };
  const transcript = (await adapterNamed(command.agent)?.findTranscript(place)) ?? null;
  const facts = transcript === null ? null : await readFailedTurns(transcript);
  const evidence = readEnding(ended.observed, { ...ended, sessionId, transcript: facts });
  const { result, ...observed } = ended.observed;
  return {
    ...{ cause: ended.cause, exitCode: ended.exitCode, transcript, stdout, stderr: ended.stderr },
    observed: { ...observed, ...(result?.text === undefined ? {} : { text: result.text }) },
    witnesses: evidence.map(({ witness, event }) => (event === undefined ? witness : `${witness} ${event}`)),
    verdict: judgeFailure(
      evidence.map((one) => ({ ...one, seenAtMs: Date.now() })),
      { nowMs: Date.now(), zone: "UTC" },
    ),
  };
}
