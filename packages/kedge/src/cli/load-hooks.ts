import { basename, resolve } from "node:path";
import { readTextFile } from "../platform/index.ts";
import {
  type BrokenHook,
  type HookEntry,
  type Problem,
  parseHooksFile,
  parsePluginManifest,
  parseSettings,
} from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

/** Bytes of a configuration file that are read. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The handlers of some files, in the order given. */
export interface LoadedHooks {
  readonly entries: readonly HookEntry[];
  readonly broken: readonly BrokenHook[];
  readonly problems: readonly Problem[];
}

/**
 * Reads settings files, plugin manifests (`plugin.json`) and hook files of plugins (`hooks.json`), told apart by name.
 *
 * @throws {CommandError} for a file that is missing or no regular file; what is wrong inside of a file is a problem
 */
export async function loadHooks(files: readonly string[], cwd: string): Promise<LoadedHooks> {
  const loaded: LoadedHooks[] = [];
  for (const file of files) loaded.push(await loadFile(file, cwd));
  return {
    entries: loaded.flatMap((each) => each.entries),
    broken: loaded.flatMap((each) => each.broken),
    problems: loaded.flatMap((each) => each.problems),
  };
}

async function loadFile(file: string, cwd: string): Promise<LoadedHooks> {
  const reading = await readTextFile(resolve(cwd, file), MAX_BYTES);
  if (!reading.ok) {
    throw new CommandError(EXIT.noInput, `expected a settings file, but ${reading.message}. Check the path.`);
  }
  switch (basename(file)) {
    case "plugin.json": {
      const { manifest, problems } = parsePluginManifest(reading.text, file);
      return { entries: manifest?.hooks ?? [], broken: manifest?.broken ?? [], problems };
    }
    case "hooks.json":
      return parseHooksFile(reading.text, file);
    default: {
      const { settings, problems } = parseSettings(reading.text, file);
      return { entries: settings.hooks, broken: settings.broken, problems };
    }
  }
}
