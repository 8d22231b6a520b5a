import {
  type DefinitionFile,
  type DefinitionScope,
  readHookSource,
  type Source,
} from "../../engine/index.ts";
import {
  cleanForModel,
  type JsonObject,
  PERMISSION_MODES,
  type PermissionMode,
  type Problem,
  ProblemList,
} from "../../protocol/index.ts";
import { namesIn, textIn } from "../skills/field-values.ts";
import type { AgentDefinition } from "./definition.ts";

/** Where the facts of an agent stand. */
interface AgentOrigin {
  readonly name: unknown;
  readonly prompt: unknown;
  readonly hooks: Source | null;
  /** It is the user's own, or was given with the call. */
  readonly mayWiden: boolean;
  readonly maySpend: boolean;
}

/** What the model writes to call it, and people read: letters of any script, digits, and what joins words. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_ .:-]{0,127}$/u;

/** Reads the facts of a subagent; null when it has no name, no description or no instructions. */
function toAgent(
  values: JsonObject,
  { name, prompt, hooks, mayWiden, maySpend }: AgentOrigin,
  list: ProblemList,
): AgentDefinition | null {
  const description = textIn(values, "description");
  if (typeof name !== "string" || typeof prompt !== "string" || description === undefined) return null;
  if (!NAME.test(name) || prompt.trim() === "") return null;
  const tools = toolNames(values, "tools", list);
  const disallowedTools = toolNames(values, "disallowedTools", list);
  const skills = namesIn(values, "skills");
  const model = textIn(values, "model");
  const { maxTurns } = values;
  const permissionMode = modeOf(values, list);
  return {
    ...{ name, description, prompt: cleanForModel(prompt.trim()), mayWiden, maySpend },
    ...(tools && !tools.includes("*") ? { tools } : {}),
    ...(tools === null || disallowedTools === null ? { tools: [] } : {}),
    ...(disallowedTools ? { disallowedTools } : {}),
    ...(model === undefined ? {} : { model }),
    ...(typeof maxTurns === "number" && maxTurns >= 1 ? { maxTurns: Math.floor(maxTurns) } : {}),
    ...(permissionMode ? { permissionMode } : {}),
    ...(skills ? { skills } : {}),
    ...(hooks ? { hooks } : {}),
  };
}

/**
 * A subagent of a JSON object, as `--agents` has them: the facts of a frontmatter, and `prompt`.
 *
 * @returns what is wrong with its hooks as well; `agent` is null when it has no description or no prompt
 */
export function agentFromFlag(
  name: string,
  values: JsonObject,
): { readonly agent: AgentDefinition | null; readonly problems: readonly Problem[] } {
  const list = new ProblemList(`--agents ${name}`);
  const place = { kind: "agent", name: list.file, file: "", isFromProject: false } as const;
  const hooks = readHookSource(values, place, list);
  return {
    agent: toAgent(values, { name, prompt: values.prompt, hooks, mayWiden: true, maySpend: true }, list),
    problems: list.problems,
  };
}

/**
 * Of two with one name the first of these counts: what a project brings takes the name of nothing of the user, as with skills (D7). The
 * recorded agent lets a project's stand before the user's.
 */
const PRECEDENCE: readonly DefinitionScope[] = ["managed", "user", "project", "plugin"];

/**
 * The subagents that files describe, each name once, and the files with facts that describe none.
 *
 * @param options.reserved names that nothing of a project takes: nobody has to trust it before its instructions would stand in place of those
 * @param options.isProjectTrusted whatever it says counts
 */
export function agentsFromFiles(
  files: readonly DefinitionFile[],
  {
    reserved,
    isProjectTrusted,
  }: { readonly reserved: readonly AgentDefinition[]; readonly isProjectTrusted: boolean },
): { readonly agents: readonly AgentDefinition[]; readonly problems: readonly Problem[] } {
  const found = new Map<string, AgentDefinition>();
  const problems: Problem[] = [];
  const own = files.filter(({ kind }) => kind === "agent");
  for (const scope of PRECEDENCE)
    for (const file of own.filter((each) => each.scope === scope)) {
      const list = new ProblemList(file.shownAs);
      const agent = fromFile(file, isProjectTrusted, list);
      const isTaken = file.isFromProject && reserved.some(({ name }) => name === agent?.name);
      if (isTaken) list.error(takenName(agent?.name));
      problems.push(...list.problems);
      if (agent && !isTaken && !found.has(agent.name)) found.set(agent.name, agent);
      // A file without any facts is a text beside them, such as a README.
      if (!agent && Object.keys(file.values).length > 0) problems.push(noAgent(file));
    }
  return { agents: [...found.values()], problems };
}

function takenName(name: string | undefined): Parameters<ProblemList["error"]>[0] {
  return {
    ...{ code: "unsafe_name", path: "name", value: name },
    ...{ expected: "a name that no subagent of the session has", effect: "It is not loaded." },
    advice: "Only agents of yours stand in place of the session's own. Give it another name.",
  };
}

function noAgent({ shownAs }: DefinitionFile): Problem {
  return new ProblemList(shownAs).error({
    ...{ code: "missing", path: "", effect: "It is no subagent." },
    expected: "`name` and `description`, and instructions below them",
    came: "less, or a name with other characters than letters, digits and joining ones",
  });
}

function fromFile(
  file: DefinitionFile,
  isProjectTrusted: boolean,
  list: ProblemList,
): AgentDefinition | null {
  const { values, body, hooks, scope, plugin, isFromProject } = file;
  const said = textIn(values, "name");
  const name = said !== undefined && plugin ? `${plugin.id.split("@")[0]}:${said}` : said;
  const mayWiden = (scope === "user" || scope === "managed") && !isFromProject;
  const maySpend = !isFromProject || isProjectTrusted;
  return toAgent(values, { name, prompt: body, hooks, mayWiden, maySpend }, list);
}

/** What stands in brackets narrows a rule, and names no tool. Null: nobody knows which tools are meant, so that the subagent has none. */
function toolNames(
  values: JsonObject,
  field: string,
  list: ProblemList,
): readonly string[] | undefined | null {
  const names = namesIn(values, field);
  if (names || values[field] === undefined || values[field] === null)
    return names?.map((each) => each.replace(/\(.*$/s, ""));
  list.error({
    ...{ code: "wrong_type", path: field, expected: "names of tools", value: values[field] },
    effect: "The subagent has no tools.",
  });
  return null;
}

function modeOf({ permissionMode: value }: JsonObject, list: ProblemList): PermissionMode | undefined {
  const mode = PERMISSION_MODES.find((each) => each === value);
  if (!mode && value !== undefined)
    list.error({
      ...{
        code: "wrong_type",
        path: "permissionMode",
        expected: `one of ${PERMISSION_MODES.join(", ")}`,
        value,
      },
      effect: "The mode of the session counts.",
    });
  return mode;
}
