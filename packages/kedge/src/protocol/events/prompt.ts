import { additionalContext, defineEvent, HANDLER_TYPES } from "../descriptor.ts";
import { flag, number, optional, required, text } from "../schema.ts";
import { byField } from "./matchers.ts";

export const UserPromptSubmit = defineEvent({
  name: "UserPromptSubmit",
  cadence: "turn",
  summary: "A prompt was submitted; the model has not seen it.",
  handlers: HANDLER_TYPES,
  timeoutMs: 30_000,
  block: "refuses_prompt",
  stop: "refuses_prompt",
  decision: "top_level",
  plainStdout: "context",
  context: "model",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: {
    ...additionalContext("Stands beside the prompt."),
    sessionTitle: optional(text("Names the session.")),
    suppressOriginalPrompt: optional(flag("With a block: the message to the user leaves the prompt out.")),
  },
  input: {
    prompt: required(text("The text. Finished background tasks arrive here too, as XML.")),
    session_title: optional(text("The title, when there is one.")),
  },
  notes:
    "A prompt cannot be rewritten. A refused one ends a headless run with exit code 0. A time-out lets it through without context.",
});

export const UserPromptExpansion = defineEvent({
  name: "UserPromptExpansion",
  cadence: "turn",
  summary: "A typed command is about to be expanded into a prompt.",
  matcher: byField("command_name", []),
  handlers: HANDLER_TYPES,
  block: "refuses_prompt",
  stop: "refuses_prompt",
  decision: "top_level",
  plainStdout: "context",
  context: "model",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: additionalContext("Stands beside the expanded prompt."),
  input: {
    expansion_type: required(text("What is expanded.", ["slash_command", "mcp_prompt"])),
    command_name: required(text("Name of the command.")),
    command_args: required(text("What follows the name.")),
    command_source: required(text("Where the command comes from, such as projectSettings or plugin.")),
    prompt: required(text("The line as typed.")),
  },
  notes: "Covers skills that a user calls by name, which never pass PreToolUse.",
});

export const MessageDisplay = defineEvent({
  name: "MessageDisplay",
  cadence: "message",
  summary: "Text of the assistant is about to be shown.",
  timeoutMs: 10_000,
  decision: "display",
  specificOutput: {
    displayContent: optional(
      text(
        "Shown in place of the text, headless results included; empty drops the message. Transcript and model keep the original.",
      ),
    ),
  },
  input: {
    turn_id: required(text("The turn.")),
    message_id: required(text("The message; not the id that the API gave it.")),
    index: required(number("Number of this piece, from 0.")),
    final: required(flag("Whether this is the last piece of the message.")),
    delta: required(text("The new whole lines; headless the entire message at once.")),
  },
  notes: "Handlers hold the display. `systemMessage` and `continue` are dropped.",
});
