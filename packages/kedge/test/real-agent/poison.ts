/** A history that the API refuses, and what Claude Code 2.1.329 makes of it. */

/** How the API refuses it. */
export const POISON = {
  status: 400,
  message:
    "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
} as const;

/** How often the agent by itself sends a turn that is refused so, whatever `CLAUDE_CODE_MAX_RETRIES` says (measured). */
export const OWN_SENDS = 6;

/** What the agent tells the model in place of a result that comes after the end of a copy (measured). */
export const MISSING_RESULT = "[Tool result missing due to internal error]";
