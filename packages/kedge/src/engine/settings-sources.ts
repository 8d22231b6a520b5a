import { readdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { lazyNode, readTextFile } from "../platform/index.ts";
import { formatProblem, parseSettings } from "../protocol/index.ts";
import { HookError } from "./errors.ts";
import type { Source, SourceKind } from "./source.ts";
import { asBefore, whileSaved } from "./unread-source.ts";

/** Bytes of a settings file that are read. */
const MAX_SETTINGS_BYTES = 16 * 1024 * 1024;

/** Files of the user and the project that `settingSources` can leave out; flag and managed always count. */
export type SettingSource = "user" | "project" | "local";

/** Where settings are looked for. Folders are absolute. */
export interface SettingsPlaces {
  /** Folder of `managed-settings.json` and `managed-settings.d`. */
  readonly managedDir: string;
  /** The user's `.claude`. */
  readonly userDir: string;
  /** The project's `.claude`; only that of the start folder is read. */
  readonly projectConfigDir: string;
  /** Files, or JSON text that begins with a brace. */
  readonly flagSettings: readonly string[];
  readonly settingSources: readonly SettingSource[];
  /** What relative paths of `flagSettings` are relative to. */
  readonly cwd: string;
  /** What was in force before: it counts in place of what cannot be read for now. */
  readonly former?: readonly Source[];
}

/**
 * Reads all settings files, strongest first: managed, flag, local, project, user. A file that is not there is no source.
 *
 * @throws {HookError} `SETTINGS_MISSING` when a file given by flag is, and `SETTINGS_NOT_USABLE` when its inline JSON is broken, or
 *   a managed file or its folder is there and cannot be read: a policy that nobody can read is not an empty one (recorded: exit 1)
 * @source Claude Code settings reference, "Settings precedence"
 */
export async function readSettingsSources(places: SettingsPlaces): Promise<readonly Source[]> {
  const wanted = new Set(places.settingSources);
  const found: (Source | null)[] = [...(await readManaged(places.managedDir))];
  for (const [index, text] of places.flagSettings.entries()) found.push(await readFlag(text, index, places));
  const { former = [] } = places;
  const project = (name: string, kind: SourceKind): Promise<Source | null> => {
    const about = { kind, name: `.claude/${name}`, isFromProject: true };
    return readFile(join(places.projectConfigDir, name), about, former);
  };
  if (wanted.has("local")) found.push(await project("settings.local.json", "local"));
  if (wanted.has("project")) found.push(await project("settings.json", "project"));
  if (wanted.has("user")) {
    const file = join(places.userDir, "settings.json");
    const about = { kind: "user", name: "~/.claude/settings.json", isFromProject: false } as const;
    found.push(await readFile(file, about, former));
  }
  return found.filter((source) => source !== null);
}

/** The managed file, and then its drop-ins in the order of their names. */
async function readManaged(dir: string): Promise<readonly Source[]> {
  const listed = await listDropIns(join(dir, "managed-settings.d"));
  const dropIns = listed.filter((name) => name.endsWith(".json") && !name.startsWith("."));
  const names = ["managed-settings.json", ...dropIns.sort().map((name) => `managed-settings.d/${name}`)];
  const sources: Source[] = [];
  for (const name of names) {
    const source = await readFile(join(dir, name), { kind: "managed", name, isFromProject: false }, []);
    if (!source) continue;
    const lost = source.problems.find(({ path, severity }) => severity === "error" && isPolicy(path));
    if (lost) throw new HookError("SETTINGS_NOT_USABLE", `managed settings: ${formatProblem(lost)}`);
    sources.push(source);
  }
  return sources;
}

/** Where nothing is, there is no policy; where something is that nobody can look into, there may be one. */
async function listDropIns(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new HookError("SETTINGS_NOT_USABLE", `managed settings: ${message}`, { cause });
  }
}

/** The whole file, a switch, or a rule. One hook that is broken is listed and takes nothing with it (D1). */
function isPolicy(path: string): boolean {
  return path === "" || POLICY_KEYS.has(path.split(/[.[]/, 1)[0] ?? "");
}

const POLICY_KEYS: ReadonlySet<string> = new Set([
  "disableAllHooks",
  "allowManagedHooksOnly",
  "allowedHttpHookUrls",
  "httpHookAllowedEnvVars",
  "permissions",
  "sandbox",
]);

async function readFlag(text: string, index: number, { cwd, former = [] }: SettingsPlaces): Promise<Source> {
  const about = { kind: "flag", isFromProject: false } as const;
  if (text.trimStart().startsWith("{")) {
    const name = index === 0 ? "--settings" : `--settings #${index + 1}`;
    const source = toSource(text, { ...about, name, file: "" });
    if (source.isReadable) return source.source;
    throw new HookError(
      "SETTINGS_NOT_USABLE",
      `expected JSON after --settings, got text that is none: ${source.source.problems[0]?.came ?? ""}`,
    );
  }
  const file = isAbsolute(text) ? text : resolve(cwd, text);
  const source = await readFile(file, { ...about, name: text }, former);
  if (source) return source;
  throw new HookError(
    "SETTINGS_MISSING",
    `expected a settings file after --settings, but ${file} does not exist`,
  );
}

interface SourceAbout {
  readonly kind: SourceKind;
  readonly name: string;
  readonly isFromProject: boolean;
}

async function readFile(file: string, about: SourceAbout, former: readonly Source[]): Promise<Source | null> {
  const reading = await readTextFile(file, MAX_SETTINGS_BYTES);
  if (reading.ok) {
    const { source, isReadable } = toSource(reading.text, { ...about, file });
    return isReadable ? source : whileSaved(source, former);
  }
  if (reading.reason === "missing") return null;
  // A file that is there and cannot be read is told about, as one that cannot be parsed is.
  const empty = toSource("{}", { ...about, file }).source;
  if (reading.reason === "failed")
    return asBefore(empty, { file: about.name, message: reading.message }, former);
  return {
    ...empty,
    digest: digestOf(`${reading.reason}\n${reading.message}`),
    problems: [
      {
        severity: "error",
        code: "unreadable",
        file: about.name,
        path: "",
        expected: "a regular file",
        came: reading.message,
        effect: "Nothing of this file is in force.",
        advice: "",
      },
    ],
  };
}

function toSource(
  text: string,
  about: SourceAbout & { readonly file: string },
): { source: Source; isReadable: boolean } {
  const { settings, problems, isReadable } = parseSettings(text, about.name);
  return {
    source: {
      ...about,
      ...{ entries: settings.hooks, broken: settings.broken, problems, settings, digest: digestOf(text) },
    },
    isReadable,
  };
}

function digestOf(text: string): string {
  return lazyNode.crypto.createHash("sha256").update(text).digest("hex");
}

/** Names in a folder; none when it is not there. */
export async function listFolder(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch {
    // Missing, no folder, or not ours to read: nothing is configured there.
    return [];
  }
}
