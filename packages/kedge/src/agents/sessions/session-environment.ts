/**
 * What an agent tells its own children of itself. A session that is started from a hook or a tool of another one inherits it, takes itself for
 * a part of that session, and may keep no transcript.
 *
 * @source the environment of hooks of Claude Code 2.1.329, recorded
 */
export const CHILD_SESSION_MARKERS = [
  "CLAUDECODE",
  "AI_AGENT",
  "CLAUDE_CODE_CHILD_SESSION",
  "CLAUDE_CODE_CHILD_NOTES_DIR",
  "CLAUDE_CODE_ENTRYPOINT",
  "CLAUDE_CODE_MESSAGING_SOCKET",
  "CLAUDE_CODE_MESSAGING_TOKEN",
  "CLAUDE_CODE_SESSION_ATTENDED",
  "CLAUDE_CODE_SESSION_ID",
  "CLAUDE_CODE_SSE_PORT",
  "CLAUDE_EFFORT",
  "CLAUDE_ENV_FILE",
  "CLAUDE_PID",
  "CLAUDE_PLUGIN_DATA",
  "CLAUDE_PLUGIN_ROOT",
  "CLAUDE_PROJECT_DIR",
] as const;

/** Makes a resumed session run the turn again that was cut: a choice for each resume, so never inherited. */
const RESUME_TURN = "CLAUDE_CODE_RESUME_INTERRUPTED_TURN";

/**
 * The environment of a session that belongs to no other one.
 *
 * @param options.resumesTurn sets `CLAUDE_CODE_RESUME_INTERRUPTED_TURN`
 */
export function sessionEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { resumesTurn }: { readonly resumesTurn: boolean },
): Record<string, string> {
  const dropped: readonly string[] = [...CHILD_SESSION_MARKERS, RESUME_TURN];
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && !dropped.includes(name)) own[name] = value;
  return resumesTurn ? { ...own, [RESUME_TURN]: "1" } : own;
}
