import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Where transcripts of agents can be: nothing else that a hook names is read. */
export interface TranscriptPlaces {
  readonly homeDir: string;
  /** `CLAUDE_CONFIG_DIR`, when it is set. */
  readonly configDir?: string;
  /** Kedge's own state folder. */
  readonly stateDir: string;
}

/**
 * Whose transcript a path may be: a JSON Lines file below the folder in which an agent keeps them, by its name and by where its folder really
 * is. A link in place of the file is not followed when it is read.
 *
 * @returns the agent, `claude-code` or `kedge`; null when the path is nobody's
 */
export function transcriptAgent(
  path: string,
  { homeDir, configDir, stateDir }: TranscriptPlaces,
): "claude-code" | "kedge" | null {
  if (!isAbsolute(path) || !path.endsWith(".jsonl") || resolve(path) !== path) return null;
  if (isBelow(path, join(configDir ?? join(homeDir, ".claude"), "projects"))) return "claude-code";
  return isBelow(path, join(stateDir, "sessions")) ? "kedge" : null;
}

function isBelow(path: string, folder: string): boolean {
  return isNamedBelow(path, folder) && isReallyBelow(dirname(path), folder);
}

/** A project's folder may be a link that leads anywhere; the folder of all of them may be one of the user's. */
function isReallyBelow(dir: string, folder: string): boolean {
  try {
    return isNamedBelow(realpathSync(dir), realpathSync(folder));
  } catch (error) {
    // Nothing is read there, and its name says whose it was.
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function isNamedBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
