import { additionalContext, defineEvent } from "../descriptor.ts";
import { flag, list, optional, required, text } from "../schema.ts";
import { resumedSession } from "../shared-fields.ts";
import { byField } from "./matchers.ts";

export const SessionStart = defineEvent({
  name: "SessionStart",
  cadence: "session",
  summary: "A session begins, or is resumed, cleared, compacted or forked.",
  matcher: byField("source", ["startup", "resume", "clear", "compact", "fork"]),
  handlers: ["command", "mcp_tool"],
  plainStdout: "context",
  context: "model",
  specificOutput: {
    ...additionalContext("Stands before the first prompt; counts with exit 1 and 2 too."),
    initialUserMessage: optional(text("Headless: becomes the first user turn; a given prompt follows.")),
    sessionTitle: optional(text("Names the session; ignored after a clear or a compaction.")),
    watchPaths: optional(list("Absolute paths that FileChanged watches.", { type: "string" })),
    reloadSkills: optional(flag("Skills and commands are looked up again afterwards.")),
  },
  input: {
    source: required(text("What began it.", ["startup", "resume", "clear", "compact", "fork"])),
    model: optional(text("The model; seen headless only after a compaction.")),
    session_title: optional(text("The title, when there is one.")),
    ...resumedSession,
  },
  notes:
    "CLAUDE_ENV_FILE is set. http handlers send nothing here, and MCP servers are usually not connected yet. `continue`, `decision` and `systemMessage` have no effect.",
});

export const Setup = defineEvent({
  name: "Setup",
  cadence: "session",
  summary: "One-time preparation was asked for (--init, --init-only, --maintenance).",
  matcher: byField("trigger", ["init", "maintenance"]),
  handlers: ["command", "mcp_tool"],
  context: "model",
  specificOutput: additionalContext("Published as context; in recorded runs it never reached the model."),
  input: { trigger: required(text("What asked for it.", ["init", "maintenance"])) },
  notes:
    "Not fired by an ordinary start. CLAUDE_ENV_FILE is set. `continue`, `decision` and `systemMessage` have no effect.",
});

export const SessionEnd = defineEvent({
  name: "SessionEnd",
  cadence: "session",
  summary: "The session is over, or is left for another one.",
  matcher: byField("reason", [
    "clear",
    "resume",
    "logout",
    "prompt_input_exit",
    "bypass_permissions_disabled",
    "other",
  ]),
  timeoutMs: 1_500,
  input: {
    reason: required(text("Why it ended.", ["clear", "resume", "logout", "prompt_input_exit", "other"])),
  },
  notes:
    "All handlers share 1.5 s; a longer `timeout` in a settings file raises that up to 60 s. A failure is one line on stderr, the only one visible in text mode.",
});
