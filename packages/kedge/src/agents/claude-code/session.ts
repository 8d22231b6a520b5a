import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { AgentAdapter, TranscriptQuery } from "../sessions/adapter.ts";
import { resumeArgs, startArgs } from "../sessions/session-arguments.ts";
import { findTranscriptFile } from "../sessions/transcript-file.ts";
import { readClaudeCodeCommand, startsClaudeCode } from "./command-line.ts";

/** Claude Code, as `claude -p` runs it. */
export const claudeCode: AgentAdapter = {
  name: "claude-code",
  costOf: "session", // measured on 2.1.329
  recognises: startsClaudeCode,
  readCommand: readClaudeCodeCommand,
  startArgs,
  resumeArgs,
  findTranscript,
};

/** Longer names are cut there and get a suffix that is not ours to know. */
const MAX_NAME = 200;

/**
 * The name of the folder in which Claude Code keeps the sessions of a working directory: its real path, a dash for whatever is no letter of
 * ASCII and no digit.
 *
 * @source measured on 2.1.329: `/tmp/a b.é_ü~+@%/y` is `-tmp-a-b---------y`
 */
export function projectFolderName(path: string): string {
  return path.replace(/[^A-Za-z0-9]/g, "-");
}

async function findTranscript(query: TranscriptQuery): Promise<string | null> {
  const { sessionId, homeDir, configDir } = query;
  const cwd = await realpath(query.cwd).catch(() => resolve(query.cwd));
  const name = projectFolderName(cwd);
  return findTranscriptFile(join(configDir ?? join(homeDir, ".claude"), "projects"), {
    sessionId,
    ...(name.length <= MAX_NAME ? { likely: name } : {}),
  });
}
