import { type AgentDefinition, agentFromFlag } from "../host/index.ts";
import { formatProblem, isJsonObject } from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

/**
 * Subagents of the `--agents` flag: a JSON object of them, by name. A hook that cannot be used is an error here, because nobody would
 * hear of it later.
 *
 * @throws {CommandError} for anything else
 */
export function parseAgentsFlag(text: string): AgentDefinition[] {
  const wrong = (came: string): CommandError =>
    new CommandError(
      EXIT.usage,
      `Expected --agents to be a JSON object such as {"reviewer": {"description": "…", "prompt": "…"}}, got ${came}.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("text that is no JSON");
  }
  if (!isJsonObject(value)) throw wrong("another value");
  return Object.entries(value).map(([name, own]) => {
    const { agent, problems } = isJsonObject(own) ? agentFromFlag(name, own) : { agent: null, problems: [] };
    const problem = problems.find(({ severity }) => severity === "error");
    if (problem) throw new CommandError(EXIT.usage, formatProblem(problem));
    if (!agent) throw wrong(`no description or no prompt for "${name}"`);
    return agent;
  });
}
