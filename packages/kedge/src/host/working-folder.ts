import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { isPlainFolder } from "./paths.ts";

/**
 * Sees to it that the session stands in a folder before a line is judged. Where its own is gone, or a link stands in the way to it, the session
 * goes back to the project, and the line does not run: it was written for another folder, where its names mean other files.
 *
 * @returns why the line does not run; null where it may
 */
export async function leaveLostFolder(
  core: Core,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<string | null> {
  const { state, projectDir } = core;
  const { cwd } = state;
  // The project may be named by a link; and where it is gone, there is nowhere to go to.
  if (cwd === projectDir || (await isPlainFolder(cwd))) return null;
  // A subagent beside this one may have found the same.
  if (state.cwd === cwd) {
    state.cwd = projectDir;
    await tellMove(core, conversation, cwd, signal);
  }
  return `${cwd} is gone, or leads elsewhere: the working directory is ${projectDir} now, and nothing was run.`;
}

/** Tells that the session is in another folder than before. */
export async function tellMove(
  core: Core,
  conversation: Conversation,
  before: string,
  signal: AbortSignal,
): Promise<void> {
  core.emit({ type: "cwd", cwd: core.state.cwd });
  const fields = { old_cwd: before, new_cwd: core.state.cwd };
  const { decision } = await fire(core, "CwdChanged", fields, { conversation, signal });
  const { watchPaths } = decision.effects;
  if (watchPaths) core.files.watch(watchPaths);
}
