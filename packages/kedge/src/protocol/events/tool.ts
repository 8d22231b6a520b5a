import { additionalContext, defineEvent, HANDLER_TYPES } from "../descriptor.ts";
import { anything, flag, list, number, object, oneOf, optional, record, required, text } from "../schema.ts";
import { mcpServer, permissionUpdate, toolCall } from "../shared-fields.ts";
import { byTool } from "./matchers.ts";

export const PreToolUse = defineEvent({
  name: "PreToolUse",
  cadence: "tool",
  summary: "The model asked for a tool call that has not run.",
  matcher: byTool,
  judgesIf: true,
  handlers: HANDLER_TYPES,
  block: "refuses_call",
  stop: "ends_loop_after_call",
  decision: "permission",
  context: "model",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: {
    permissionDecision: optional(
      oneOf(
        "allow skips the prompt (not deny or ask rules, protected paths or plan mode); deny refuses; ask forces a prompt, headless a refusal; defer ends a headless run.",
        ["allow", "deny", "ask", "defer"],
      ),
    ),
    permissionDecisionReason: optional(text("Of a denial for the model, of allow and ask for the user.")),
    updatedInput: optional(
      anything(
        "An object replaces the whole tool input; rules and protected paths judge it anew. Other types are ignored.",
      ),
    ),
    ...additionalContext("Stands by the tool result; kept when exit 2 blocks, dropped with defer."),
  },
  input: { ...toolCall, tool_use_id: required(text("The call.")), ...mcpServer },
  notes:
    "Not fired for unknown tools, input that does not fit the tool, or commands with hidden control characters. `continue: false` ends the loop after the call; it does not stop the call.",
});

export const PermissionRequest = defineEvent({
  name: "PermissionRequest",
  cadence: "tool",
  summary: "A call needs a permission: a prompt, or headless a refusal, comes next.",
  matcher: byTool,
  judgesIf: true,
  handlers: HANDLER_TYPES,
  block: "refuses_call",
  exit2: "ignored",
  decision: "permission_request",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: {
    decision: optional(
      object("Answers for the user. A deny rule still wins.", {
        behavior: required(oneOf("The answer.", ["allow", "deny"])),
        updatedInput: optional(record("allow: replaces the tool input; rules judge it anew.")),
        updatedPermissions: optional(list("allow: what to change for later.", permissionUpdate)),
        message: optional(text("deny: the text for the model.")),
        interrupt: optional(flag("deny: ends the run.")),
      }),
    ),
  },
  input: {
    ...toolCall,
    permission_suggestions: optional(list("What the prompt would offer to remember.", permissionUpdate)),
  },
  notes:
    "Has no tool_use_id. Fires under default, acceptEdits and plan; not after a deny rule or a PreToolUse answer. A JSON decision counts with any exit code.",
});

export const PermissionDenied = defineEvent({
  name: "PermissionDenied",
  cadence: "tool",
  summary: "Auto mode refused a call.",
  matcher: byTool,
  judgesIf: true,
  handlers: HANDLER_TYPES,
  decision: "retry",
  specificOutput: { retry: optional(flag("The model is told that it may try again.")) },
  input: {
    ...toolCall,
    tool_use_id: required(text("The call.")),
    reason: required(text("Why it was refused.")),
  },
  notes: "Only in auto mode; not for rules, handlers or a user's no.",
});

export const PostToolUse = defineEvent({
  name: "PostToolUse",
  cadence: "tool",
  summary: "A tool call succeeded.",
  matcher: byTool,
  judgesIf: true,
  handlers: HANDLER_TYPES,
  block: "tells_model",
  stop: "ends_loop",
  decision: "top_level",
  context: "model",
  obeysOnFailure: true,
  specificOutput: {
    ...additionalContext("Stands beside the result."),
    updatedToolOutput: optional(
      anything("Replaces what the model sees; must have the shape of the tool's own output."),
    ),
    updatedMCPToolOutput: optional(anything("As updatedToolOutput, which is preferred; MCP tools only.")),
  },
  input: {
    ...toolCall,
    tool_response: required(anything("Structured result of the tool.")),
    tool_use_id: required(text("The call.")),
    duration_ms: optional(number("Milliseconds that the tool took, without prompts and PreToolUse.")),
    ...mcpServer,
  },
});

export const PostToolUseFailure = defineEvent({
  name: "PostToolUseFailure",
  cadence: "tool",
  summary: "A tool call started and failed.",
  matcher: byTool,
  judgesIf: true,
  handlers: HANDLER_TYPES,
  block: "tells_model",
  decision: "top_level",
  context: "model",
  obeysOnFailure: true,
  specificOutput: additionalContext("Stands beside the error."),
  input: {
    ...toolCall,
    tool_use_id: required(text("The call.")),
    error: required(
      text("What failed, 10,000 characters at most; for Bash its first line names the exit code."),
    ),
    is_interrupt: optional(flag("Whether it was aborted rather than failing by itself.")),
    duration_ms: optional(number("Milliseconds that the tool took.")),
    ...mcpServer,
  },
  notes: "Not fired for calls that were refused. `continue: false` is ignored.",
});

export const PostToolBatch = defineEvent({
  name: "PostToolBatch",
  cadence: "batch",
  summary: "All calls of one message of the model have ended; the model is next.",
  handlers: HANDLER_TYPES,
  block: "ends_loop",
  stop: "ends_loop",
  decision: "top_level",
  context: "model",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: additionalContext("One text for the whole batch."),
  input: {
    tool_calls: required(
      list(
        "The calls.",
        object("One call.", {
          ...toolCall,
          tool_use_id: required(text("The call.")),
          tool_response: required(
            anything("The text or blocks that the model gets, not the structured result."),
          ),
        }),
      ),
    ),
  },
  notes: "Fires once a batch, also for a batch of one.",
});
