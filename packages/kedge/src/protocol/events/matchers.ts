import type { MatcherRule } from "../descriptor.ts";

/** Tools by name. A server's tools are `mcp__<server>__<tool>`. The subagent tool is `Agent`; `Task` is its old name. */
export const BUILT_IN_TOOLS = [
  "Agent",
  "AskUserQuestion",
  "Bash",
  "Edit",
  "ExitPlanMode",
  "Glob",
  "Grep",
  "NotebookEdit",
  "PowerShell",
  "Read",
  "Skill",
  "Task",
  "TaskCreate",
  "TaskUpdate",
  "WebFetch",
  "WebSearch",
  "Write",
] as const;

/** Matches the tool of a call. */
export const byTool: MatcherRule = {
  field: "tool_name",
  part: "whole",
  values: [...BUILT_IN_TOOLS, "mcp__<server>__<tool>"],
  exactSet: "wide",
  aliases: { Task: "Agent" },
};

/** Matches the type of a subagent; types of plugins are `plugin:name`, whose colon makes a pattern a regular expression. */
export const byAgentType: MatcherRule = {
  field: "agent_type",
  part: "whole",
  values: ["general-purpose", "Explore", "Plan"],
  exactSet: "wide",
};

/** Matches the name of an MCP server. */
export const byMcpServer: MatcherRule = {
  field: "mcp_server_name",
  part: "whole",
  values: [],
  exactSet: "wide",
};

/** Matches one string field of the input. */
export function byField(field: string, values: readonly string[]): MatcherRule {
  return { field, part: "whole", values, exactSet: "wide" };
}
