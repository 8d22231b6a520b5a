import { type Decision, isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { boundResult, type Tool, type ToolOutcome } from "./tool.ts";

/** What the model gets after PostToolUse handlers had their say. */
interface Replacement {
  readonly text: string;
  /** Why a replacement was not taken. */
  readonly problem: string | null;
}

/**
 * Takes `updatedToolOutput` of a handler in place of what a tool gave. It must have every field of the original, with the same types;
 * more are fine. In place of what an MCP server gave, anything will do, and `updatedMCPToolOutput` does as well.
 *
 * @source recorded behaviour of Claude Code 2.1.329
 */
export function replaceResponse(
  { definition: { name: toolName }, server }: Pick<Tool, "definition" | "server">,
  outcome: Extract<ToolOutcome, { ok: true }>,
  { updatedToolOutput, updatedMcpToolOutput }: Decision["effects"],
): Replacement {
  const updated = updatedToolOutput ?? (server ? updatedMcpToolOutput : undefined);
  if (updated === undefined) return { text: outcome.text, problem: null };
  if (server) return { text: boundResult(anyText(updated)), problem: null };
  const { response } = outcome;
  if (!isJsonObject(response) || !isJsonObject(updated) || !hasShape(updated, response))
    return {
      text: outcome.text,
      problem: `A PostToolUse hook gave an updatedToolOutput that is no answer of ${toolName}; what the tool gave stands.`,
    };
  return { text: boundResult(textOf(updated)), problem: null };
}

function hasShape(value: JsonObject, model: JsonObject): boolean {
  return Object.entries(model).every(
    ([key, own]) => Object.hasOwn(value, key) && typeof value[key] === typeof own,
  );
}

/** The text of an answer in the form of a tool: what was printed, read or answered, or else all of it. */
function textOf(response: JsonObject): string {
  if (typeof response.stdout === "string")
    return [response.stdout, response.stderr]
      .filter((part) => typeof part === "string" && part !== "")
      .join("\n");
  if (isJsonObject(response.file) && typeof response.file.content === "string") return response.file.content;
  if (typeof response.result === "string") return response.result;
  return JSON.stringify(response);
}

/** Of an MCP tool: a text, the texts of its blocks, or whatever it is as JSON. */
function anyText(updated: unknown): string {
  if (typeof updated === "string") return updated;
  const blocks: readonly unknown[] = Array.isArray(updated) ? updated : [];
  const texts = blocks.flatMap((block) =>
    isJsonObject(block) && typeof block.text === "string" ? [block.text] : [],
  );
  return texts.length > 0 && texts.length === blocks.length ? texts.join("\n") : JSON.stringify(updated);
}
