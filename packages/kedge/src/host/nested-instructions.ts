import { dirname, join, relative, sep } from "node:path";
import { readTextFile } from "../platform/index.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { reminder } from "./hook-texts.ts";
import type { InstructionFile } from "./instructions.ts";
import type { TextBlock } from "./model/messages.ts";
import { isInside, reachedPath } from "./paths.ts";
import { LEFT_OUT } from "./tools/walk-files.ts";

/** Instructions that came late, because a file that they are about was used. */
type LateInstruction = Pick<InstructionFile, "path" | "text" | "memoryType"> & {
  readonly loadReason: "nested_traversal" | "path_glob_match";
  readonly globs?: readonly string[];
};

/** Instructions that a conversation has, by their paths, and how many more it may get. */
export interface KnownInstructions {
  /** What it began with. */
  readonly first: readonly string[];
  readonly paths: Set<string>;
  left: number;
}

/** @param paths what the conversation began with */
export function knownInstructions(paths: readonly string[]): KnownInstructions {
  return { first: paths, paths: new Set(paths), left: MAX_LATE };
}

/** What came late stood in messages, of which a summary is left: it may come again. */
export function forgetLate({ instructions }: Core["state"], conversation: Conversation): void {
  const known = instructions.get(conversation);
  if (known) instructions.set(conversation, knownInstructions(known.first));
}

const MAX_BYTES = 256 * 1024;

/** Files of late instructions that one conversation gets. */
const MAX_LATE = 32;

/** What stands in a folder for those who work there. */
const NAMES = [
  { name: "CLAUDE.md", memoryType: "Project" },
  { name: join(".claude", "CLAUDE.md"), memoryType: "Project" },
  { name: "CLAUDE.local.md", memoryType: "Local" },
] as const;

/** Tools whose call is about one file. */
const USES_A_FILE: ReadonlySet<string> = new Set(["Read", "Edit", "Write"]);

/**
 * The instructions that a call makes the model need: those of the folders between the project and the file, and rules about such files.
 * Each is given once in a conversation, and handlers of InstructionsLoaded are told.
 *
 * @param file absolute
 * @source Claude Code memory reference, "Subdirectories" and "Path-specific rules"
 */
export async function instructionsFor(
  core: Core,
  conversation: Conversation,
  {
    toolName,
    file,
    signal,
  }: { readonly toolName: string; readonly file: string; readonly signal: AbortSignal },
): Promise<readonly TextBlock[]> {
  const { projectDir, state } = core;
  if (!USES_A_FILE.has(toolName) || !isInside(projectDir, file)) return [];
  const loaded = state.instructions.get(conversation) ?? knownInstructions([]);
  state.instructions.set(conversation, loaded);
  const found = [...(await ofFolders(projectDir, file, loaded)), ...rulesFor(core, file, loaded)];
  const blocks: TextBlock[] = [];
  for (const { path, text, memoryType, loadReason, globs } of found) {
    const fitting = globs ? { globs } : {};
    const fields = { file_path: path, memory_type: memoryType, load_reason: loadReason, ...fitting };
    const about = { conversation, signal };
    await fire(core, "InstructionsLoaded", { ...fields, trigger_file_path: file }, about);
    blocks.push(reminder(`Instructions of ${path}:\n\n${text.trim()}`));
  }
  return blocks;
}

async function ofFolders(
  projectDir: string,
  file: string,
  loaded: KnownInstructions,
): Promise<readonly LateInstruction[]> {
  const found: LateInstruction[] = [];
  const names = relative(projectDir, dirname(file)).split(sep);
  // What others wrote and a package manager fetched instructs nobody here.
  if (names.some((name) => LEFT_OUT.has(name))) return [];
  const folders = names.map((_, at) => join(projectDir, ...names.slice(0, at + 1)));
  for (const folder of folders)
    for (const { name, memoryType } of NAMES) {
      const path = join(folder, name);
      // Whoever reads or writes the file itself knows what it says.
      if (path === file || !take(loaded, path)) continue;
      const isOfProject = isInside(await reachedPath(projectDir), await reachedPath(path));
      const reading = isOfProject ? await readTextFile(path, MAX_BYTES) : null;
      if (reading?.ok) found.push({ path, text: reading.text, memoryType, loadReason: "nested_traversal" });
      else giveBack(loaded, path);
    }
  return found;
}

function rulesFor(
  { projectDir, state }: Core,
  file: string,
  loaded: KnownInstructions,
): readonly LateInstruction[] {
  return state.rules.flatMap(({ path, text, memoryType, about }): readonly LateInstruction[] => {
    if (!about?.fits(file, projectDir) || !take(loaded, path)) return [];
    return [{ path, text, memoryType, loadReason: "path_glob_match", globs: about.globs }];
  });
}

/** Whether a file is new to the conversation; it is not any more. Said at once, for calls that run beside each other. */
function take(loaded: KnownInstructions, path: string): boolean {
  if (loaded.paths.has(path) || loaded.left === 0) return false;
  loaded.paths.add(path);
  loaded.left--;
  return true;
}

function giveBack(loaded: KnownInstructions, path: string): void {
  loaded.paths.delete(path);
  loaded.left++;
}
