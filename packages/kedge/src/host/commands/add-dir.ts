import { stat } from "node:fs/promises";
import { cleanText } from "../../protocol/index.ts";
import { addDirectory } from "../directories.ts";
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
    await addDirectory(core, main, { path: dir, source: "slash_command" });
    core.state.pending.push(
      reminder(`The user added the folder ${dir} to this session: work in it is as in the first one.`),
    );
    return { ok: true, text: `Added ${shown}.` };
  },
};

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
