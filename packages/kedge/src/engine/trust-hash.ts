import { isAbsolute, resolve, sep } from "node:path";
import { lazyNode } from "../platform/index.ts";
import { type HookEntry, handlerKey, type McpServerEntry } from "../protocol/index.ts";
import type { WatchedPath } from "./file-content.ts";
import type { SourceKind } from "./source.ts";
import { type HashedFile, hashNamedFiles, isInside, type Roots, realPathOf } from "./trust-files.ts";
import { type HandlerWords, readServerWords, readWords } from "./trust-words.ts";

/** What asks for trust: a handler, or an MCP server, which is a program or an address as well. */
export type TrustEntry = HookEntry | McpServerEntry;

/** A handler, with what trust needs to know of where it comes from. */
export interface TrustSubject {
  readonly source: SourceKind;
  /** Whether the project brought it, as its own settings, skills and agents, and plugins that it enables. */
  readonly isFromProject: boolean;
  readonly entry: TrustEntry;
  /** Of a plugin's handler: the plugin's folder, absolute. */
  readonly pluginRoot?: string;
}

/** What a handler is judged against. */
export interface TrustContext {
  /** The project's folder, absolute; links in it are followed. */
  readonly projectDir: string;
  /** Variables that the project sets for its handlers. They are part of what is trusted: `PATH` and `BASH_ENV` run things. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user's home, absolute, for words such as `~/work/project/a.sh`. */
  readonly homeDir?: string;
}

/** What a handler is, its files apart. Texts are kept as digests, because they may hold secrets. */
export interface HandlerDefinition {
  /** SHA-256 of all parts. Says which handler a record is about. */
  readonly id: string;
  readonly source: SourceKind;
  /** The file that configures it: relative with `/` when inside of the project, else absolute. */
  readonly file: string;
  readonly event: string;
  /** Place in the file, such as `hooks.Stop[0].hooks[0]`; no part of what is trusted. */
  readonly path: string;
  /** SHA-256 of what makes it the same handler wherever it stands. */
  readonly key: string;
  /** SHA-256 of the matcher. */
  readonly matcher: string;
  /** SHA-256 of the whole handler. */
  readonly handler: string;
}

/** A handler with everything that trust is bound to. */
export interface HandlerHash {
  /** SHA-256 over the definition, the variables, and every file that is named. */
  readonly hash: string;
  readonly definition: HandlerDefinition;
  /** SHA-256 of the variables that the project sets. */
  readonly env: string;
  readonly files: readonly HashedFile[];
  /**
   * Words of the command of which nobody knows what they name before it runs, and folders with `/` at their end in which nobody looked for
   * what its words name; worth showing to whoever decides.
   */
  readonly unresolved: readonly string[];
  /** What to look at to see that no file changed. */
  readonly watched: readonly WatchedPath[];
}

/** Of what is hashed, and how. A new version asks for trust anew. */
const FORMAT = 1;

/**
 * Hashes a handler with everything that trust in it is bound to: its source, event, matcher, every field, the variables that
 * the project sets, and path and content of each file that the command names inside of the project or its plugin.
 *
 * Files that a script loads, programs found through `PATH`, and what a package manager or build tool runs are not covered: only
 * files that the command itself names.
 *
 * @throws the failure of the file system, when it says nothing of what stands at a path that is named
 */
export async function hashHandler(subject: TrustSubject, context: TrustContext): Promise<HandlerHash> {
  const roots = await readRoots(subject, context);
  const definition = defineHandler(subject, { ...context, realProject: roots.project });
  const variables = context.env ?? {};
  const { words, unresolved } = await wordsOf(subject, variables);
  const { files, watched, left } = await hashNamedFiles(words, roots);
  const env = digest(variables);
  const hash = digest([FORMAT, definition.id, env, files]);
  const unknown = [...unresolved, ...left.map((folder) => `${folder}/`)];
  return { hash, definition, env, files, unresolved: unknown, watched };
}

/**
 * Says which handler this is, without looking at any file it names.
 *
 * @param context.realProject the project's folder without links
 */
export function defineHandler(
  subject: TrustSubject,
  context: TrustContext & { readonly realProject: string },
): HandlerDefinition {
  const { source, isFromProject, entry } = subject;
  const file = relativeFile(entry.file, context);
  const { event, path } = entry;
  const matcher = digest(entry.matcher ?? null);
  const handler = digest(entry.handler);
  const id = digest([FORMAT, source, isFromProject, file, event, matcher, handler]);
  return { id, source, file, event, path, key: digest(keyOf(entry)), matcher, handler };
}

/** What makes it the same one wherever it stands: of a server, its name. */
function keyOf(entry: TrustEntry): unknown {
  return entry.event === "McpServer" ? [entry.event, entry.handler.name] : handlerKey(entry.handler);
}

/** The folders that a handler's words are resolved against, without links. */
export async function readRoots(subject: TrustSubject, context: TrustContext): Promise<Roots> {
  const { projectDir, homeDir } = context;
  const { pluginRoot } = subject;
  const plugin =
    pluginRoot === undefined ? undefined : ((await realPathOf(pluginRoot)) ?? resolve(pluginRoot));
  return {
    project: (await realPathOf(projectDir)) ?? resolve(projectDir),
    ...(plugin === undefined ? {} : { plugin }),
    ...(homeDir === undefined ? {} : { home: homeDir }),
  };
}

/** The words of a handler; none but commands have any, and servers that are programs. */
export async function wordsOf(
  subject: TrustSubject,
  env: Readonly<Record<string, string>>,
): Promise<HandlerWords> {
  const { handler } = subject.entry;
  if (handler.type === "stdio") return readServerWords(handler);
  return handler.type === "command" ? readWords(handler, env) : { words: new Set(), unresolved: [] };
}

function relativeFile(
  file: string,
  context: { readonly projectDir: string; readonly realProject: string },
): string {
  const path = resolve(context.realProject, file);
  for (const folder of [context.realProject, resolve(context.projectDir)]) {
    if (isAbsolute(path) && isInside(folder, path))
      return path.slice(folder.length).split(sep).join("/").replace(/^\/+/, "");
  }
  return path.split(sep).join("/");
}

/** SHA-256 of a JSON value, whatever the order of keys in its objects. */
export function digest(value: unknown): string {
  return lazyNode.crypto
    .createHash("sha256")
    .update(JSON.stringify(sortKeys(value)))
    .digest("hex");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}
