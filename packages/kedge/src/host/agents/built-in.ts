import type { AgentDefinition } from "./definition.ts";

/** Subagents that every session has. */
export const BUILT_IN_AGENTS: readonly AgentDefinition[] = [
  {
    name: "general-purpose",
    description: "Works on a task of several steps with all tools, and reports what came of it.",
    prompt:
      "You work on one task for another agent, which sees nothing but your last message. Do the whole task. End with a short report: what you did, what you found, and what is left.",
  },
  {
    name: "Explore",
    description: "Searches and reads, changes nothing, and reports what it found with paths.",
    prompt:
      "You look for something for another agent, which sees nothing but your last message. Change nothing. End with what you found, with paths and line numbers.",
    tools: ["Read", "Glob", "Grep", "Bash"],
  },
  {
    name: "Plan",
    description: "Reads what is there and makes a plan in steps; changes nothing.",
    prompt:
      "You make a plan for another agent, which sees nothing but your last message. Read what is there and change nothing. End with the plan: steps in order, the files of each, and what to watch out for.",
    tools: ["Read", "Glob", "Grep", "Bash"],
  },
];
