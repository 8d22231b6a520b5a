import { stat } from "node:fs/promises";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { HostError } from "./errors.ts";
import { reminder } from "./hook-texts.ts";
import { absolutePath } from "./paths.ts";
import { workingDirs } from "./tools/context.ts";

/** Who added a folder, as DirectoryAdded tells it: an open list. */
export type DirectorySource = "slash_command" | "register_repo_root" | "permission_request";

/**
 * Adds a folder to those in which the session works, and tells the handlers of DirectoryAdded beside what goes on. A folder in which it
 * works already is not added, and nobody is told.
 *
 * @param path absolute, or relative to the project; `~` is the home folder
 * @returns the folder, absolute
 * @throws {HostError} `OPTION_NOT_USABLE` for what is no folder
 */
export async function addDirectory(
  core: Core,
  conversation: Conversation,
  { path, source }: { readonly path: string; readonly source: DirectorySource },
): Promise<string> {
  const { state, projectDir, homeDir } = core;
  const directory = absolutePath(path, { cwd: projectDir, homeDir });
  const stats = await stat(directory).catch(() => null);
  if (!stats?.isDirectory())
    throw new HostError("OPTION_NOT_USABLE", `Expected a folder to work in, got ${directory}, which is none`);
  // Looked at and added without a pause between: two calls at once add it once.
  if (workingDirs(core).includes(directory)) return directory;
  state.addedDirs.push(directory);
  core.asides.start(async (signal) => {
    const fields = { directory, source };
    const { decision } = await fire(core, "DirectoryAdded", fields, { conversation, signal });
    // Of a folder that a program registers, the model is not told (reference).
    if (source !== "register_repo_root")
      state.pending.push(
        ...decision.systemMessages.map(({ text }) => reminder(`DirectoryAdded hook: ${text}`)),
      );
  });
  return directory;
}
