import { stat } from "node:fs/promises";
import { cleanText } from "../../protocol/index.ts";
import type { Conversation } from "../conversation.ts";
import { type Core, fire } from "../core.ts";
import { reminder } from "../hook-texts.ts";
import { absolutePath, isInside, reachedPath } from "../paths.ts";
import { workingDirs } from "../tools/context.ts";
import type { BuiltInCommand, CommandAnswer } from "./built-in.ts";

/** `/add-dir PATH`: one more folder in which the session works, as with `--add-dir`. */
export const addDirCommand: BuiltInCommand = {
  name: "add-dir",
  argumentHint: "<path>",
  description: "add a folder to work in",
  async run({ core, main }, { args }) {
    const wanted = args.trim();
    if (wanted === "") return no("Expected a folder, such as /add-dir ../other.");
    const dir = absolutePath(wanted, { cwd: core.state.cwd, homeDir: core.homeDir });
    const shown = cleanText(dir);
    if (!(await isFolder(dir))) return no(`${shown} is no folder: nothing was added.`);
    for (const known of workingDirs(core))
      if (isInside(await reachedPath(known), await reachedPath(dir)))
        return { ok: true, text: `${shown} is in ${cleanText(known)} already.` };
    core.state.addedDirs.push(dir);
    core.state.pending.push(
      reminder(`The user added the folder ${dir} to this session: work in it is as in the first one.`),
    );
    // Nothing waits for these handlers, and nothing of them decides.
    void tellHandlers(core, main, dir);
    return { ok: true, text: `Added ${shown}.` };
  },
};

/** What handlers have to say goes to the model with its next request. The end of the session ends them. */
async function tellHandlers(core: Core, conversation: Conversation, directory: string): Promise<void> {
  try {
    const { decision } = await fire(
      core,
      "DirectoryAdded",
      { directory, source: "slash_command" },
      { conversation },
    );
    core.state.pending.push(
      ...decision.systemMessages.map(({ text }) => reminder(`DirectoryAdded hook: ${text}`)),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    core.emit({ type: "notice", level: "warning", text: `DirectoryAdded hooks did not run: ${why}` });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // not there, or not ours to look at
  }
}

function no(text: string): CommandAnswer {
  return { ok: false, text };
}
