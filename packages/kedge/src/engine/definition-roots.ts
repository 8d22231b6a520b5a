import { join } from "node:path";
import type { DefinitionRoot } from "./definition-files.ts";
import type { EngineOptions } from "./options.ts";
import type { Source } from "./source.ts";
import { isInside } from "./trust-files.ts";

/** Folders of an engine's places, without what managed, project and user settings have. */
export interface DefinitionPlaces {
  readonly managedDir: string;
  readonly projectConfigDir: string;
  readonly userDir: string;
  readonly projectDir: string;
  readonly settingSources: NonNullable<EngineOptions["settingSources"]>;
}

/**
 * The folders in which skills, commands and agents are looked for: managed, of the project, of the user, of each plugin.
 *
 * @param sources of the configuration: its plugins bring definitions as well
 * @source Claude Code skills and subagents references: `--setting-sources` leaves out folders as it leaves out files
 */
export function definitionRoots(
  places: DefinitionPlaces,
  sources: readonly Source[],
): readonly DefinitionRoot[] {
  const { managedDir, projectConfigDir, userDir, projectDir, settingSources } = places;
  const managed: DefinitionRoot = {
    ...{ dir: join(managedDir, ".claude"), shownAs: "managed", scope: "managed" },
    ...{ isFromProject: false, isForced: true },
  };
  const project: DefinitionRoot = {
    ...{ dir: projectConfigDir, shownAs: ".claude", scope: "project", isFromProject: true },
    boundary: isInside(projectDir, projectConfigDir) ? projectDir : projectConfigDir,
  };
  const user: DefinitionRoot = {
    ...{ dir: userDir, shownAs: "~/.claude", scope: "user", isFromProject: false },
  };
  return [
    managed,
    ...(settingSources.includes("project") ? [project] : []),
    ...(settingSources.includes("user") ? [user] : []),
    ...sources.flatMap(ofPlugin),
  ];
}

function ofPlugin({ kind, plugin, isFromProject, isForced }: Source): DefinitionRoot[] {
  if (kind !== "plugin" || !plugin) return [];
  return [
    {
      ...{ dir: plugin.root, shownAs: plugin.id, scope: "plugin", isFromProject, plugin },
      ...{ boundary: plugin.root, ...(isForced ? { isForced } : {}) },
    },
  ];
}
