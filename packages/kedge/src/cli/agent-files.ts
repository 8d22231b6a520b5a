import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { AgentDefinition } from "../host/index.ts";
import { readTextFile } from "../platform/index.ts";
import { isJsonObject, type JsonObject } from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

const MAX_BYTES = 256 * 1024;

/** Subagents that the user and the project describe in `agents/*.md` of their `.claude`; the project's come first. */
export async function readAgentFiles(places: {
  projectDir: string;
  userDir: string;
}): Promise<AgentDefinition[]> {
  const found = new Map<string, AgentDefinition>();
  for (const dir of [join(places.projectDir, ".claude", "agents"), join(places.userDir, "agents")]) {
    for (const name of await namesIn(dir)) {
      const reading = await readTextFile(join(dir, name), MAX_BYTES);
      const agent = reading.ok ? parseAgentFile(reading.text) : null;
      if (agent && !found.has(agent.name)) found.set(agent.name, agent);
    }
  }
  return [...found.values()];
}

/** Frontmatter with the facts, and below it the instructions; null for a file that is none. */
function parseAgentFile(text: string): AgentDefinition | null {
  const parts = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (!parts) return null;
  try {
    const facts: unknown = parse(parts[1] ?? "", { maxAliasCount: 32 });
    return isJsonObject(facts) ? toAgent(facts.name, { ...facts, prompt: parts[2]?.trim() }) : null;
  } catch {
    return null; // no YAML: `kedge hooks list` says what is wrong with such files
  }
}

/**
 * Subagents of the `--agents` flag: a JSON object of them, by name.
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
    const agent = isJsonObject(own) ? toAgent(name, own) : null;
    if (!agent) throw wrong(`no description or no prompt for "${name}"`);
    return agent;
  });
}

function toAgent(name: unknown, facts: JsonObject): AgentDefinition | null {
  const { description, prompt, model, maxTurns } = facts;
  const isWhole = typeof name === "string" && typeof description === "string" && typeof prompt === "string";
  if (!isWhole || name === "" || prompt === "") return null;
  const tools = toNames(facts.tools);
  const disallowedTools = toNames(facts.disallowedTools);
  return {
    ...{ name, description, prompt },
    ...(tools ? { tools } : {}),
    ...(disallowedTools ? { disallowedTools } : {}),
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof maxTurns === "number" && maxTurns >= 1 ? { maxTurns: Math.floor(maxTurns) } : {}),
  };
}

/** A list, or names with commas between. */
function toNames(value: unknown): readonly string[] | null {
  if (typeof value === "string") return value.split(/[\s,]+/).filter((name) => name !== "");
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : null;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith(".md")).sort();
  } catch {
    return []; // not there, or not ours to read
  }
}
