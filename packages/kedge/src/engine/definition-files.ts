import { readdir } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { readTextFile } from "../platform/index.ts";
import { escapeInvisible, type JsonObject, type Problem, ProblemList } from "../protocol/index.ts";
import { type FrontmatterPlace, readFrontmatter, type YamlParser } from "./frontmatter.ts";
import type { PluginPlace, Source } from "./source.ts";
import { textWishes } from "./text-commands.ts";
import { isInside, realPathOf } from "./trust-files.ts";

/** Whose a definition is. */
export type DefinitionScope = "managed" | "project" | "user" | "plugin";

/** A skill, a command or a subagent that a file describes. What its facts mean is the business of whoever runs agents. */
export interface DefinitionFile {
  readonly kind: FrontmatterPlace["kind"];
  /** From its place: the skill's folder, the command's path with colons, the agent's file; a plugin's behind the plugin's name. */
  readonly name: string;
  readonly scope: DefinitionScope;
  /** Absolute. */
  readonly file: string;
  /** How people call it, such as `.claude/skills/deploy/SKILL.md`. */
  readonly shownAs: string;
  /** Nothing that it runs or permits counts before trust (D7). */
  readonly isFromProject: boolean;
  readonly values: JsonObject;
  readonly body: string;
  /** Its hooks; null where it has none. */
  readonly hooks: Source | null;
  /** What its text runs and what it permits: to be judged and trusted, never to be added to an engine. Null: nothing. */
  readonly wishes: Source | null;
  readonly plugin?: PluginPlace;
}

/** All that was found, and what is wrong with it. */
export interface Definitions {
  /** Managed ones first, then those of the project, of the user and of plugins, each sorted by path. */
  readonly files: readonly DefinitionFile[];
  readonly problems: readonly Problem[];
}

/** A folder with `skills`, `commands` and `agents` in it. */
export interface DefinitionRoot {
  readonly dir: string;
  /** How people call the folder. */
  readonly shownAs: string;
  readonly scope: DefinitionScope;
  readonly isFromProject: boolean;
  readonly isForced?: boolean;
  /** What is reached outside of it by a link is not read. Missing: links may lead anywhere. */
  readonly boundary?: string;
  readonly plugin?: PluginPlace;
}

const MAX_BYTES = 256 * 1024;
/** Files of one kind in one root. */
const MAX_FILES = 500;
/** Folders below `commands` and `agents`. */
const MAX_DEPTH = 5;
/** Milliseconds in which the texts of one load are taken apart. What people write takes a hundredth of what can be made up. */
const MAX_PARSING_MS = 2_000;

/** What is left of the time; a project has one of its own, so it takes nothing from the user. */
interface ParsingTime {
  leftMs: number;
}

/**
 * Reads the skills, commands and agents of some folders. One file that cannot be used is told and left out by itself (D1).
 *
 * @param projectDir what is reached inside of it changes with the project, whoever linked it
 */
export async function readDefinitionFiles(
  roots: readonly DefinitionRoot[],
  projectDir: string,
  parseYaml: YamlParser,
): Promise<Definitions> {
  const files: DefinitionFile[] = [];
  const problems: Problem[] = [];
  const ofProject: ParsingTime = { leftMs: MAX_PARSING_MS };
  const ofOthers: ParsingTime = { leftMs: MAX_PARSING_MS };
  for (const root of roots) {
    const time = root.isFromProject ? ofProject : ofOthers;
    for (const { kind, find } of KINDS) {
      const paths = await find(root.dir);
      if (paths.length > MAX_FILES) problems.push(tooMany(root, kind));
      for (const path of paths.sort().slice(0, MAX_FILES)) {
        if (time.leftMs <= 0) {
          problems.push(tookTooLong(root, kind, path));
          break;
        }
        const reading = await readOne(root, { kind, path, projectDir, time }, parseYaml);
        problems.push(...reading.problems);
        if (reading.file) files.push(reading.file);
      }
    }
  }
  return { files, problems };
}

interface Kind {
  readonly kind: FrontmatterPlace["kind"];
  readonly find: (dir: string) => Promise<string[]>;
}

const KINDS: readonly Kind[] = [
  {
    kind: "skill",
    find: async (dir) => (await entriesIn(join(dir, "skills"))).map(({ name }) => `skills/${name}/SKILL.md`),
  },
  { kind: "command", find: (dir) => findMarkdown(dir, "commands", 0) },
  { kind: "agent", find: (dir) => findMarkdown(dir, "agents", 0) },
];

async function findMarkdown(root: string, folder: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesIn(join(root, folder))) {
    if (found.length > MAX_FILES) break;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && depth < MAX_DEPTH) found.push(...(await findMarkdown(root, path, depth + 1)));
    else if (entry.name.endsWith(".md")) found.push(path);
  }
  return found;
}

async function entriesIn(dir: string) {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    return []; // not there, or not ours to read
  }
}

interface Reading {
  readonly file: DefinitionFile | null;
  readonly problems: readonly Problem[];
}

const NOTHING: Reading = { file: null, problems: [] };

async function readOne(
  root: DefinitionRoot,
  at: {
    readonly kind: FrontmatterPlace["kind"];
    readonly path: string;
    readonly projectDir: string;
    readonly time: ParsingTime;
  },
  parseYaml: YamlParser,
): Promise<Reading> {
  const { kind, path, projectDir, time } = at;
  const file = join(root.dir, path);
  const shownAs = escapeInvisible(`${root.shownAs}/${path}`);
  const list = new ProblemList(shownAs);
  const reached = await realPathOf(file);
  if (reached === null) return NOTHING;
  const boundary = root.boundary === undefined ? null : await realPathOf(root.boundary);
  if (boundary !== null && !isInside(boundary, reached)) return leftOut(list, OUTSIDE);
  const name = nameOf(kind, path);
  if (!isSafeName(name)) return leftOut(list, { ...UNSAFE, value: name });
  // What was judged is read, and not what a link leads to by now.
  const text = await readTextFile(reached, MAX_BYTES);
  if (!text.ok) {
    if (text.reason === "missing" || text.reason === "not_a_file") return NOTHING;
    return leftOut(list, { ...UNREADABLE, came: text.reason === "too_large" ? "a larger one" : "none" });
  }
  const isFromProject = root.isFromProject || (await changesWith(projectDir, root, reached));
  const { plugin, isForced, scope } = root;
  const place: FrontmatterPlace = {
    ...{ kind, name: shownAs, file, isFromProject },
    ...(plugin ? { plugin } : {}),
    ...(isForced ? { isForced } : {}),
  };
  const called = plugin ? `${plugin.id.split("@")[0]}:${name}` : name;
  const began = performance.now();
  const { values, body, source, problems } = readFrontmatter({ ...place, text: text.text }, parseYaml);
  const wishes = values && textWishes({ ...place, called, dir: dirname(file) }, values, body);
  time.leftMs -= performance.now() - began;
  if (values === null) return { file: null, problems };
  const own = { kind, name: called, scope, file, shownAs, isFromProject, values, body, wishes };
  return { file: { ...own, hooks: source, ...(plugin ? { plugin } : {}) }, problems };
}

/** A file of the user that a link leads into the project changes with the project; what stands in the user's own folder does not. */
async function changesWith(projectDir: string, root: DefinitionRoot, reached: string): Promise<boolean> {
  const [project, own] = await Promise.all([realPathOf(projectDir), realPathOf(root.dir)]);
  return project !== null && isInside(project, reached) && !(own !== null && isInside(own, reached));
}

function nameOf(kind: FrontmatterPlace["kind"], path: string): string {
  if (kind === "skill") return basename(dirname(path));
  return path.split("/").slice(1).join(":").replace(/\.md$/, "");
}

/** Names are typed, shown, and compared with rules: letters of any script, digits, and what joins words. */
function isSafeName(name: string): boolean {
  return (
    name.length <= 128 &&
    /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.-]*)*$/u.test(name)
  );
}

type Report = Parameters<ProblemList["error"]>[0];

const LEFT_OUT = { path: "", effect: "It is not loaded." } as const;
const OUTSIDE: Report = {
  ...LEFT_OUT,
  code: "forbidden_target",
  expected: "a file inside of the folder that brings it",
  came: "a link that leads out of it",
};
const UNSAFE: Report = {
  ...LEFT_OUT,
  code: "unsafe_name",
  expected: 'a name of letters, digits, "-", "_" and "."',
};
const UNREADABLE: Report = {
  ...LEFT_OUT,
  code: "unreadable",
  expected: `a readable file of at most ${MAX_BYTES} bytes`,
};

function leftOut(list: ProblemList, report: Report): Reading {
  list.error(report);
  return { file: null, problems: list.problems };
}

function tooMany({ shownAs }: DefinitionRoot, kind: FrontmatterPlace["kind"]): Problem {
  return new ProblemList(`${shownAs}${sep}${kind}s`).error({
    ...{ code: "too_many", path: "", expected: `at most ${MAX_FILES} files`, came: "more" },
    effect: `Only the first ${MAX_FILES} are loaded.`,
  });
}

function tookTooLong({ shownAs }: DefinitionRoot, kind: FrontmatterPlace["kind"], path: string): Problem {
  return new ProblemList(escapeInvisible(`${shownAs}/${path}`)).error({
    ...{ code: "too_many", path: "", expected: `texts that are read in ${MAX_PARSING_MS / 1_000} s in all` },
    came: "ones that take longer",
    effect: `This ${kind} is not loaded, nor is any behind it.`,
  });
}
