import { dirname, join, resolve } from "node:path";
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
 * instructions, the files themselves and all includes lead to files of the project only; the user's own lead anywhere.
 *
 * @param userDir the user's `.claude`
 */
export async function readInstructions(places: {
  readonly projectDir: string;
  readonly userDir: string;
}): Promise<readonly InstructionFile[]> {
  const { projectDir, userDir } = places;
  const files: readonly { path: string; memoryType: InstructionFile["memoryType"]; root: string }[] = [
    { path: join(userDir, "CLAUDE.md"), memoryType: "User", root: "/" },
    { path: join(projectDir, "CLAUDE.md"), memoryType: "Project", root: projectDir },
    { path: join(projectDir, ".claude", "CLAUDE.md"), memoryType: "Project", root: projectDir },
    { path: join(projectDir, "CLAUDE.local.md"), memoryType: "Local", root: projectDir },
  ];
  const found: InstructionFile[] = [];
  const reached = new Set<string>();
  for (const { path, memoryType, root } of files)
    await load(
      { path, text: "", memoryType, loadReason: "session_start" },
      { root, depth: 0, found, reached },
    );
  return found;
}

async function load(
  file: InstructionFile,
  about: {
    /** What is not below it is not read. */
    readonly root: string;
    readonly depth: number;
    readonly found: InstructionFile[];
    /** Files that were found, without links: each is read once. */
    readonly reached: Set<string>;
  },
): Promise<void> {
  const { root, depth, found } = about;
  const reached = await reachedPath(file.path);
  if (about.reached.has(reached) || depth > MAX_DEPTH || found.length >= MAX_FILES) return;
  if (!isInside(await reachedPath(root), reached)) return;
  const reading = await readTextFile(file.path, MAX_BYTES);
  if (!reading.ok) return;
  about.reached.add(reached);
  found.push({ ...file, text: reading.text });
  for (const [, name = ""] of reading.text.matchAll(INCLUDE)) {
    const path = resolve(dirname(file.path), name);
    await load({ ...file, path, loadReason: "include", parent: file.path }, { ...about, depth: depth + 1 });
  }
}
