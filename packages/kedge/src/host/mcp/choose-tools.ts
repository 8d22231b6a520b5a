import type { Tool } from "../tools/tool.ts";

/** Tools of all servers: more than a model can tell apart, and all of them stand in every request. */
const MAX_TOOLS = 512;

/**
 * Characters of their definitions together, as JSON: about half of a window of 200,000 tokens. With more than a window every request would
 * fail, and no compaction would help.
 */
const MAX_CHARACTERS = 400_000;

/** Tools that stand in requests, and what to tell where others do not. */
export interface ChosenTools {
  readonly tools: readonly Tool[];
  /** Null where all have room. */
  readonly notice: string | null;
}

/** Takes tools in their order as long as there is room. One that has none takes its place from no smaller one behind it. */
export function chooseTools(all: readonly Tool[]): ChosenTools {
  let room = MAX_CHARACTERS;
  const fitting = all.filter(({ definition }) => {
    const size = JSON.stringify(definition).length;
    if (size > room) return false;
    room -= size;
    return true;
  });
  const tools = fitting.slice(0, MAX_TOOLS);
  if (fitting.length < all.length)
    return {
      tools,
      notice: `The tools of MCP servers have over ${MAX_CHARACTERS} characters together, which would leave no room for work: ${all.length - tools.length} are left out, those of the last servers first.`,
    };
  if (tools.length === all.length) return { tools, notice: null };
  return {
    tools,
    notice: `MCP servers have more than ${MAX_TOOLS} tools together; those of the last servers are left out.`,
  };
}
