import { type IntakePlaces, intakePlaces, settingsFile } from "../../agents/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { stateDir } from "../state-dir.ts";

/** Agents that `kedge install` knows. */
const AGENTS = ["claude-code"] as const;

/** What installing works on. */
export interface InstallPlaces extends IntakePlaces {
  /** The file that is edited. */
  readonly settings: string;
  /** The other file that this command could have edited from here. */
  readonly otherSettings: string;
}

/**
 * Where the entry of an agent goes.
 *
 * @throws {CommandError} for an agent or a platform that is not known
 */
export function findPlaces(
  agent: string,
  options: { readonly project?: boolean },
  context: Context,
): InstallPlaces {
  if (!(AGENTS as readonly string[]).includes(agent))
    throw new CommandError(EXIT.usage, `expected one of ${AGENTS.join(", ")}, got ${JSON.stringify(agent)}.`);
  if (process.platform === "win32")
    throw new CommandError(EXIT.usage, "the entry is a POSIX shell script. Install it inside of WSL.");
  const user = settingsFile(context);
  const project = settingsFile({ ...context, projectDir: context.cwd });
  const [settings, otherSettings] = options.project ? [project, user] : [user, project];
  return { ...intakePlaces(stateDir(context)), settings, otherSettings };
}
