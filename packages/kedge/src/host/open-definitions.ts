import type { Definitions, Engine } from "../engine/index.ts";
import { BUILT_IN_AGENTS } from "./agents/built-in.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import { agentsFromFiles } from "./agents/from-file.ts";
import type { Core } from "./core.ts";
import type { SessionOptions } from "./options.ts";
import { createSkillShelf } from "./skills/shelf.ts";

const NONE: Definitions = { files: [], problems: [] };

/** Reads the files of skills, commands and agents. Without a reader of their format there are none. */
export async function openDefinitions(
  { parseYaml, agents: given = [], hooks }: SessionOptions,
  engine: Engine,
): Promise<Pick<Core, "skills" | "agents" | "agentProblems">> {
  const read = async (): Promise<Definitions> => (parseYaml ? engine.definitions(parseYaml) : NONE);
  const first = await read();
  const isProjectTrusted = hooks?.trust === "project";
  const ofFiles = agentsFromFiles(first.files, { reserved: BUILT_IN_AGENTS, isProjectTrusted });
  return {
    skills: createSkillShelf(first, read),
    agents: allAgents(given, ofFiles.agents),
    agentProblems: ofFiles.problems,
  };
}

function allAgents(
  own: readonly AgentDefinition[],
  ofFiles: readonly AgentDefinition[],
): readonly AgentDefinition[] {
  const all = [...own, ...ofFiles.filter(({ name }) => !own.some((each) => each.name === name))];
  return [...BUILT_IN_AGENTS.filter(({ name }) => !all.some((each) => each.name === name)), ...all];
}
