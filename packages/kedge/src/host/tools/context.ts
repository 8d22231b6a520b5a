import type { Conversation } from "../conversation.ts";
import type { Core } from "../core.ts";
import type { ToolContext } from "./tool.ts";

/** Variables that no command of the model needs: what an outer agent told its own children. */
const NOT_PASSED_ON = /^(?:OTEL_|CLAUDE_PLUGIN_|CLAUDE_ENV_FILE$)/;

/** What a tool gets for one call. */
export async function toolContext(
  core: Core,
  conversation: Conversation,
  { toolUseId, signal }: { readonly toolUseId: string; readonly signal: AbortSignal },
): Promise<ToolContext> {
  const { state, projectDir, homeDir, temporaryDir, envFile, children, shells } = core;
  const { env } = await core.settings();
  const inherited = Object.entries(core.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_PASSED_ON.test(entry[0]),
  );
  return {
    ...{ projectDir, homeDir, temporaryDir, envFile, children, shells, signal, toolUseId },
    cwd: state.cwd,
    workingDirs: workingDirs(core),
    env: {
      ...Object.fromEntries(inherited),
      ...env,
      CLAUDECODE: "1",
      CLAUDE_CODE_SESSION_ID: core.id,
      CLAUDE_CODE_CHILD_SESSION: "1",
    },
    seen: state.seen,
    moveTo: (dir) => {
      // A subagent works in a folder of its own choice; the session stays where it is.
      if (!conversation.agent) state.cwd = dir;
    },
  };
}

/** Folders in which the session works. */
export function workingDirs({ projectDir, state }: Pick<Core, "projectDir" | "state">): readonly string[] {
  return [projectDir, ...state.addedDirs];
}
