import { join } from "node:path";
import type { AgentAdapter } from "../sessions/adapter.ts";
import { resumeArgs, startArgs } from "../sessions/session-arguments.ts";
import { findTranscriptFile } from "../sessions/transcript-file.ts";
import { readKedgeCommand, startsKedge } from "./command-line.ts";

/** Kedge's own host as a process of its own: `kedge agent -p`. */
export const kedgeAgent: AgentAdapter = {
  name: "kedge",
  costOf: "run",
  recognises: startsKedge,
  readCommand: readKedgeCommand,
  startArgs,
  resumeArgs,
  findTranscript: ({ sessionId, stateDir }) => findTranscriptFile(join(stateDir, "sessions"), { sessionId }),
};
