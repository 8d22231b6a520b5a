import {
  type Fields,
  flag,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  required,
  text,
} from "./schema.ts";

/** Permission modes on the wire. `default` is what an agent shows as Manual. */
export const PERMISSION_MODES = [
  "default",
  "plan",
  "acceptEdits",
  "auto",
  "dontAsk",
  "bypassPermissions",
] as const;
export type PermissionMode = (typeof PERMISSION_MODES)[number];

/** Fields of every hook input. */
export const commonInput: Fields = {
  session_id: required(text("The session.")),
  transcript_path: required(
    text(
      "JSON Lines file of the conversation. It is written behind the conversation: its newest entry may lag.",
    ),
  ),
  cwd: required(text("Working directory of the session, in which command handlers run.")),
  hook_event_name: required(text("The event.")),
  prompt_id: optional(text("The prompt being worked on (UUID); missing before the first prompt.")),
  permission_mode: optional(text("Permission mode, where the event has one.", PERMISSION_MODES)),
  effort: optional(
    object("Reasoning effort of the turn, when the model has it.", {
      level: optional(text("The level in force.", ["low", "medium", "high", "xhigh", "max"])),
    }),
  ),
  agent_id: optional(text("The subagent in which the event happens; missing in the main session.")),
  agent_type: optional(text("Kind of that subagent, or of the agent the session was started as.")),
};

/** Fields that every handler may answer with, whatever the event; what they do differs by event. */
export const universalOutput: Fields = {
  continue: optional(flag("`false` ends the loop, the turn or the prompt, where the event can.")),
  stopReason: optional(text("For the user, beside `continue: false`.")),
  suppressOutput: optional(flag("Accepted; changes nothing.")),
  systemMessage: optional(text("A message for the user.")),
  terminalSequence: optional(
    text("Escape sequence for an interactive terminal: OSC 0, 1, 2, 9, 99, 777 and BEL only, 4 KiB at most."),
  ),
  decision: optional(
    oneOf("`block` blocks where the event can; `approve` changes nothing but for PreToolUse.", [
      "approve",
      "block",
    ]),
  ),
  reason: optional(text("Goes with `decision`.")),
  async: optional(flag("First on stdout: the handler goes on in the background from here.")),
};

/** The input of every event about one tool call. */
export const toolCall: Fields = {
  tool_name: required(text("The tool.")),
  tool_input: required(record("Input of the tool; file paths are absolute.")),
};

/** Who serves an MCP tool; only on calls of such tools. */
export const mcpServer: Fields = {
  mcp_server: optional(
    object("The MCP server of the tool.", {
      name: optional(text("Name of the server.")),
      source: optional(text("Where the server was configured.")),
    }),
  ),
};

/** Work that is still running when an agent stops. */
export const backgroundTask = object("One piece of work still running.", {
  id: optional(text("Id of the task.")),
  type: optional(text("shell, subagent, monitor, workflow, teammate, … (open list).")),
  status: optional(text("State of the task.")),
  description: optional(text("At most 1,000 characters.")),
  command: optional(text("Of a shell task, at most 1,000 characters.")),
  agent_type: optional(text("Of a subagent.")),
  server: optional(text("Of a monitor or MCP task.")),
  tool: optional(text("Of a monitor or MCP task.")),
  name: optional(text("Of a workflow.")),
});

/** A scheduled wake-up of a session. */
export const sessionCron = object("One scheduled wake-up.", {
  id: optional(text("Id of the schedule.")),
  schedule: optional(text("Cron expression.")),
  recurring: optional(flag("False for a single shot.")),
  prompt: optional(text("At most 1,000 characters.")),
});

/** A change to permission rules, mode or directories that a PermissionRequest answer may ask for. */
export const permissionUpdate = object("One change to the permissions.", {
  type: required(
    oneOf("What to change.", [
      "addRules",
      "replaceRules",
      "removeRules",
      "setMode",
      "addDirectories",
      "removeDirectories",
    ]),
  ),
  destination: optional(
    text("Where to keep it.", ["session", "localSettings", "projectSettings", "userSettings"]),
  ),
  rules: optional(
    list(
      "Of the rule changes.",
      object("One rule.", {
        toolName: required(text("The tool.")),
        ruleContent: optional(text("What stands between the brackets of the rule.")),
      }),
    ),
  ),
  behavior: optional(oneOf("List that the rules belong to.", ["allow", "deny", "ask"])),
  mode: optional(text("Of setMode; `manual` is an alias of `default`.")),
  directories: optional(list("Of the directory changes; absolute.", { type: "string" })),
});

/** What a session reports when it picks up an earlier conversation. */
export const resumedSession: Fields = {
  seconds_since_last_response: optional(number("Seconds since the last answer; on resume and fork.")),
  context_tokens: optional(number("Tokens of the conversation; on resume and fork.")),
  prompt_cache_likely_expired: optional(
    flag("Whether the prompt cache has probably gone; on resume and fork."),
  ),
  estimated_cache_write_usd: optional(
    number("US dollars that filling the cache would cost; on resume and fork."),
  ),
};
