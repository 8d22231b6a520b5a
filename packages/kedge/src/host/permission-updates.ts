import { type JsonObject, PERMISSION_MODES, type PermissionMode } from "../protocol/index.ts";
import type { Conversation } from "./conversation.ts";
import type { Core } from "./core.ts";
import { addDirectory } from "./directories.ts";
import { isHostError } from "./errors.ts";
import { absolutePath } from "./paths.ts";
import { updateRules } from "./permissions/session-rules.ts";

/** Places of updates that are settings files. */
const WRITTEN: ReadonlySet<unknown> = new Set(["localSettings", "projectSettings", "userSettings"]);

/**
 * Makes the changes of permissions that a PermissionRequest handler asks for. All of them last for the session, wherever they are destined:
 * settings files are protected, and what holds for every session to come is a person's to write (the recorded agent writes `localSettings`
 * at once).
 */
export async function applyUpdates(
  core: Core,
  conversation: Conversation,
  updates: readonly JsonObject[],
): Promise<void> {
  for (const update of updates) {
    const { type, destination } = update;
    if (!(await applyOne(core, conversation, update))) {
      const text = `A PermissionRequest hook asked for ${String(type)}, which is not done.`;
      core.emit({ type: "notice", level: "warning", text });
    } else if (WRITTEN.has(destination)) {
      const text = `A PermissionRequest hook asked for ${String(type)} in ${String(destination)}: it is done for this session, and written to no file.`;
      core.emit({ type: "notice", level: "info", text });
    }
  }
}

/** @returns false for what no handler may change, and for what is no change */
async function applyOne(core: Core, conversation: Conversation, update: JsonObject): Promise<boolean> {
  const { state } = core;
  const { type, mode, directories } = update;
  const rules = updateRules(state.sessionRules, update);
  // A handler does not switch permissions off.
  const isMode = PERMISSION_MODES.some((each) => each === mode) && mode !== "bypassPermissions";
  if (type === "setMode" && isMode) state.mode = mode as PermissionMode;
  else if (rules !== null) state.sessionRules = rules;
  else if (type === "addDirectories" && Array.isArray(directories))
    await addAll(core, conversation, directories);
  else if (type === "removeDirectories" && Array.isArray(directories)) removeAll(core, directories);
  else return false;
  return true;
}

async function addAll(
  core: Core,
  conversation: Conversation,
  directories: readonly unknown[],
): Promise<void> {
  for (const path of directories) {
    if (typeof path !== "string" || path === "") continue;
    try {
      await addDirectory(core, conversation, { path, source: "permission_request" });
    } catch (error) {
      if (!isHostError(error)) throw error;
      core.emit({ type: "notice", level: "warning", text: `A PermissionRequest hook: ${error.message}` });
    }
  }
}

function removeAll({ state, projectDir, homeDir }: Core, directories: readonly unknown[]): void {
  for (const each of directories) {
    const at = state.addedDirs.indexOf(absolutePath(String(each), { cwd: projectDir, homeDir }));
    if (at >= 0) state.addedDirs.splice(at, 1);
  }
}
