import { dirname, join } from "node:path";
import { readTextFile } from "../platform/index.ts";
import { isInside, reachedPath } from "./paths.ts";

/** A file of instructions that was loaded, as InstructionsLoaded tells of it. */
export interface InstructionFile {
  readonly path: string;
  readonly text: string;
  readonly memoryType: "User" | "Project" | "Local";
  readonly loadReason: "session_start" | "include";
  /** The file that included it. */
  readonly parent?: string;
}

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 5;
const MAX_FILES = 32;

/** A line that is nothing but `@path`. */
const INCLUDE = /^@(\S+)[ \t]*$/gm;

/**
 * Reads the instructions of the user and of the project, and the files that they include with a line `@path`. Of a project's
 * instructions, includes lead to files of the project only.
 *
 * @param userDir the user's `.claude`
 */
export async function readInstructions(places: {
  readonly projectDir: string;
  readonly userDir: string;
}): Promise<readonly InstructionFile[]> {
  const { projectDir, userDir } = places;
  const files: readonly { path: string; memoryType: InstructionFile["memoryType"]; root: string }[] = [
    { path: join(userDir, "CLAUDE.md"), memoryType: "User", root: userDir },
    { path: join(projectDir, "CLAUDE.md"), memoryType: "Project", root: projectDir },
    { path: join(projectDir, ".claude", "CLAUDE.md"), memoryType: "Project", root: projectDir },
    { path: join(projectDir, "CLAUDE.local.md"), memoryType: "Local", root: projectDir },
  ];
  const found: InstructionFile[] = [];
  for (const { path, memoryType, root } of files)
    await load({ path, text: "", memoryType, loadReason: "session_start" }, { root, depth: 0, found });
  return found;
}

async function load(
  file: InstructionFile,
  about: { readonly root: string; readonly depth: number; readonly found: InstructionFile[] },
): Promise<void> {
  const { root, depth, found } = about;
  const isKnown = found.some(({ path }) => path === file.path);
  if (isKnown || depth > MAX_DEPTH || found.length >= MAX_FILES) return;
  if (!isInside(await reachedPath(root), await reachedPath(file.path))) return;
  const reading = await readTextFile(file.path, MAX_BYTES);
  if (!reading.ok) return;
  found.push({ ...file, text: reading.text });
  for (const [, name = ""] of reading.text.matchAll(INCLUDE)) {
    const path = join(dirname(file.path), name);
    await load({ ...file, path, loadReason: "include", parent: file.path }, { ...about, depth: depth + 1 });
  }
}
