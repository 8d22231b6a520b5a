import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { readTextFile } from "../platform/index.ts";
import { isInside, reachedPath } from "./paths.ts";
import { compileGlob, type FileGlob } from "./tools/find-files.ts";

/** Instructions of a file below `.claude/rules`. */
export interface InstructionRule {
  readonly path: string;
  /** Without its frontmatter. */
  readonly text: string;
  readonly memoryType: "User" | "Project";
  /** Files that it is about; null: it holds everywhere, from the beginning. */
  readonly about: { readonly globs: readonly string[]; readonly fits: FileGlob } | null;
}

const MAX_BYTES = 256 * 1024;
const MAX_RULES = 64;

/** Of the facts of one rule; more is no list of patterns. */
const MAX_FACTS_LENGTH = 8_192;
const MAX_PATTERNS = 32;

const FRONTMATTER = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n|$)/;

/**
 * Reads the rules of the user and of the project, sorted by name, folders within included. Rules of a project that a link leads out of it
 * are not read.
 *
 * @param userDir the user's `.claude`
 * @source Claude Code memory reference, "Path-specific rules"
 */
export async function readRules(places: {
  readonly projectDir: string;
  readonly userDir: string;
}): Promise<readonly InstructionRule[]> {
  const { projectDir, userDir } = places;
  const found: InstructionRule[] = [];
  for (const { dir, memoryType, root } of [
    { dir: join(userDir, "rules"), memoryType: "User", root: "/" },
    { dir: join(projectDir, ".claude", "rules"), memoryType: "Project", root: projectDir },
  ] as const) {
    const reachedRoot = await reachedPath(root);
    for (const name of await namesIn(dir)) {
      const path = join(dir, name);
      if (!isInside(reachedRoot, await reachedPath(path))) continue;
      const reading = await readTextFile(path, MAX_BYTES);
      if (reading.ok) found.push({ path, memoryType, ...(await readRule(reading.text)) });
      if (found.length >= MAX_RULES) return found;
    }
  }
  return found;
}

async function readRule(text: string): Promise<Pick<InstructionRule, "text" | "about">> {
  const front = FRONTMATTER.exec(text);
  const body = front ? text.slice(front[0].length) : text;
  const patterns = readPatterns((front?.[1] ?? "").slice(0, MAX_FACTS_LENGTH));
  if (patterns.length === 0) return { text: body, about: null };
  const globs = patterns.map(normalise);
  // A folder stands for everything in it.
  const wanted = [...new Set([...patterns, ...globs.flatMap((glob) => [glob, `${glob}/**`])])];
  const compiled = (await Promise.all(wanted.map(compileGlob))).filter((glob) => glob !== null);
  return { text: body, about: { globs, fits: (file, root) => compiled.some((glob) => glob(file, root)) } };
}

/** `src/**` and `src/` are the folder `src` (recorded: handlers get globs so). */
function normalise(glob: string): string {
  const bare = glob.replace(/^\.\//, "").replace(/(?:\/\*\*)?\/?$/, "");
  return bare === "" ? glob : bare;
}

/** What stands under `paths` or `globs`: a list in one of YAML's forms, or texts with commas between. */
function readPatterns(frontmatter: string): readonly string[] {
  const lines = frontmatter.split(/\r?\n/);
  const at = lines.findIndex((line) => /^(?:paths|globs)[ \t]*:/.test(line));
  const value = lines[at]?.replace(/^[a-z]+[ \t]*:/, "").trim();
  if (value === undefined) return [];
  const items = value === "" ? itemsBelow(lines.slice(at + 1)) : splitList(value.replace(/^\[(.*)\]$/, "$1"));
  return items
    .map(unquote)
    .filter((item) => item !== "")
    .slice(0, MAX_PATTERNS);
}

function itemsBelow(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.trim() !== "" && !/^[ \t]*-[ \t]/.test(line));
  const items = end < 0 ? lines : lines.slice(0, end);
  return items.map((line) => line.replace(/^[ \t]*-[ \t]*/, ""));
}

/** Commas within braces belong to the pattern. */
function splitList(text: string): readonly string[] {
  return text.match(/(?:"[^"]*"|'[^']*'|\{[^}]*\}|[^,{"']|["'{])+/g) ?? [];
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .trim();
}

/** Names of rules below a folder, with `/` between folders. */
async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.name.endsWith(".md") && !entry.isDirectory())
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
      .sort();
  } catch {
    return []; // not there, or not ours to read
  }
}
