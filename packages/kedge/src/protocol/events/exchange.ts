import { defineEvent } from "../descriptor.ts";
import { anything, type Fields, flag, number, oneOf, optional, record, required, text } from "../schema.ts";
import { byField, byMcpServer } from "./matchers.ts";

export const PreCompact = defineEvent({
  name: "PreCompact",
  cadence: "compaction",
  summary: "The conversation is about to be compacted.",
  matcher: byField("trigger", ["manual", "auto"]),
  block: "refuses_compaction",
  decision: "top_level",
  obeysOnFailure: true,
  isGate: true,
  input: {
    trigger: required(text("Who asked for it.", ["manual", "auto"])),
    custom_instructions: required({
      type: ["string", "null"],
      description: "What followed /compact; empty for auto.",
    }),
  },
  notes: "Refusing the compaction that was to rescue a full context lets the API failure surface.",
});

export const PostCompact = defineEvent({
  name: "PostCompact",
  cadence: "compaction",
  summary: "The conversation has been compacted.",
  matcher: byField("trigger", ["manual", "auto"]),
  input: { trigger: required(text("Who asked for it.")), compact_summary: required(text("The summary.")) },
  notes: "Its stdout appears in the output of /compact. `systemMessage` and `continue` are dropped.",
});

const elicitationAnswer: Fields = {
  action: optional(oneOf("The answer.", ["accept", "decline", "cancel"])),
  content: optional(record("Values of the form; only with accept.")),
};

export const Elicitation = defineEvent({
  name: "Elicitation",
  cadence: "elicitation",
  summary: "An MCP server asks the user for something.",
  matcher: byMcpServer,
  block: "declines",
  decision: "elicitation",
  obeysOnFailure: true,
  isGate: true,
  specificOutput: elicitationAnswer,
  input: {
    mcp_server_name: required(text("The server.")),
    message: required(text("What it asks.")),
    mode: optional(text("How it asks.", ["form", "url"])),
    url: optional(text("Of mode url.")),
    elicitation_id: optional(text("The question.")),
    requested_schema: optional(record("Of mode form: JSON Schema of the answer.")),
  },
  notes: "With exit 2 any JSON answer is ignored and the question is declined.",
});

export const ElicitationResult = defineEvent({
  name: "ElicitationResult",
  cadence: "elicitation",
  summary: "A question of an MCP server was answered; the server has not got the answer.",
  matcher: byMcpServer,
  block: "declines",
  decision: "elicitation",
  isGate: true,
  specificOutput: elicitationAnswer,
  input: {
    mcp_server_name: required(text("The server.")),
    action: required(text("The user's answer.", ["accept", "decline", "cancel"])),
    mode: optional(text("How it was asked.", ["form", "url"])),
    elicitation_id: optional(text("The question.")),
    content: optional(record("Values of the form, with accept.")),
  },
  notes: "Headless and without an answer the action is cancel.",
});

const modelSwitch: Fields = {
  context_tokens: optional(number("Published, never observed.")),
  prompt_cache_warm: optional(flag("Published, never observed.")),
  estimated_cache_write_usd: optional(number("Published, never observed.")),
  pricing: optional(anything("Published, never observed.")),
};

export const PreModelSwitch = defineEvent({
  name: "PreModelSwitch",
  cadence: "model",
  summary: "The session is about to change its model, as somebody asked.",
  block: "refuses_switch",
  decision: "permission",
  isGate: true,
  specificOutput: {
    permissionDecision: optional(
      oneOf("Published as allow, deny or ask; never observed.", ["allow", "deny", "ask"]),
    ),
    permissionDecisionReason: optional(text("Why.")),
  },
  input: modelSwitch,
  headless: "unknown",
  notes: "Matcher, handler types and input are unconfirmed: build no gate on it.",
});

export const PostModelSwitch = defineEvent({
  name: "PostModelSwitch",
  cadence: "model",
  summary: "The session has changed its model.",
  dropsOutput: true,
  input: modelSwitch,
  headless: "unknown",
  notes: "Published, never observed.",
});
