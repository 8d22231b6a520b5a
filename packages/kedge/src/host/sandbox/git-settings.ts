import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type GitSetting, parseGitConfig } from "../guard/git-config.ts";
import { nothingThere, readGitFile } from "./git-file.ts";

/** Files that one configuration may lead to; git itself goes ten deep. */
const MAX_FILES = 64;

/** A setting and the file that it stands in. */
interface FoundSetting extends GitSetting {
  readonly file: string;
}

/** Reads configurations of git with all that they include, again only where a file has changed. */
export interface GitConfigReader {
  /**
   * Includes count whatever their condition says: for another branch they count.
   *
   * @throws where something is there that cannot be read now
   */
  read(files: readonly string[], homeDir: string): Promise<readonly FoundSetting[]>;
}

/** Makes a reader that knows what it has read. */
export function createGitConfigReader(): GitConfigReader {
  const known = new Map<string, { readonly version: string; readonly settings: readonly GitSetting[] }>();
  const settingsOf = async (file: string): Promise<readonly GitSetting[]> => {
    const stats = await stat(file).catch(nothingThere);
    if (stats === null) return [];
    const version = [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join();
    const before = known.get(file);
    if (before?.version === version) return before.settings;
    const text = await readGitFile(file);
    // It may be readable the next time, and look no different.
    if (text === null) return [];
    const settings = parseGitConfig(text) ?? [];
    known.set(file, { version, settings });
    return settings;
  };
  return {
    async read(files, homeDir) {
      const found: FoundSetting[] = [];
      // It grows by what is included.
      const all = new Set(files);
      for (const file of all)
        for (const setting of await settingsOf(file)) {
          found.push({ ...setting, file });
          if (isInclude(setting) && all.size < MAX_FILES)
            all.add(gitPath(setting.value ?? "", { from: dirname(file), homeDir }));
        }
      return found;
    },
  };
}

/** Whether a setting names further configuration. */
export function isInclude({ key }: GitSetting): boolean {
  return key === "include.path" || (key.startsWith("includeif.") && key.endsWith(".path"));
}

/** The file that a value means; `~/` is the home folder. */
export function gitPath(
  value: string,
  { from, homeDir }: { readonly from: string; readonly homeDir: string },
): string {
  return value.startsWith("~/") ? join(homeDir, value.slice(2)) : resolve(from, value);
}
