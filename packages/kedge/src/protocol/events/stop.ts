import { additionalContext, defineEvent, HANDLER_TYPES } from "../descriptor.ts";
import { FAILURE_KINDS } from "../failure-table.ts";
import { flag, list, number, object, optional, required, text } from "../schema.ts";
import { backgroundTask, sessionCron } from "../shared-fields.ts";
import { byAgentType } from "./matchers.ts";

const stillRunning = {
  background_tasks: required(list("Work that is still running.", backgroundTask)),
  session_crons: required(list("Scheduled wake-ups.", sessionCron)),
};

export const Stop = defineEvent({
  name: "Stop",
  cadence: "turn",
  summary: "The main agent has finished its answer.",
  handlers: HANDLER_TYPES,
  block: "continues_turn",
  stop: "ends_turn",
  decision: "top_level",
  context: "continues",
  specificOutput: additionalContext("The turn goes on with it, labelled as feedback."),
  input: {
    stop_hook_active: required(
      flag("Whether a Stop handler already made this turn go on; false again at the next prompt."),
    ),
    last_assistant_message: optional(text("The final text, when there is one.")),
    ...stillRunning,
  },
  notes:
    "Not fired after an interrupt, an API failure, a turn or budget limit, a refused prompt or another handler's stop. Eight continuations, then the turn ends.",
});

export const SubagentStop = defineEvent({
  name: "SubagentStop",
  cadence: "subagent",
  summary: "A subagent has finished its answer.",
  matcher: byAgentType,
  handlers: HANDLER_TYPES,
  block: "continues_subagent",
  stop: "ends_subagent",
  decision: "top_level",
  context: "continues",
  specificOutput: additionalContext("The subagent goes on with it, labelled as feedback."),
  input: {
    stop_hook_active: required(flag("Whether a handler already made this subagent go on.")),
    agent_id: required(text("The subagent.")),
    agent_type: required(text("Its type; may be empty.")),
    agent_transcript_path: required(text("The subagent's own transcript.")),
    last_assistant_message: required(text("The final text.")),
    ...stillRunning,
  },
  notes: "Obeys the same guard as Stop. `continue: false` ends the subagent only.",
});

/** What Kedge's own session host adds, in a field that clashes with none of an agent. */
const failureFacts = object("Facts of the failure, from Kedge's session host only.", {
  status: optional(number("HTTP status of the last answer.")),
  error_type: optional(text("`error.type` of the API.")),
  request_id: optional(text("Id of the last request.")),
  model: optional(text("The model that was asked.")),
  instead_of: optional(text("The model that was wanted, where another was asked in its place.")),
  attempts: optional(number("Requests that were sent, retries included.")),
  retryable: optional(flag("Whether the same request may succeed later.")),
  retry_after_ms: optional(number("The delay that the server asked for, in ms.")),
  resets_at_ms: optional(number("When the limit ends, epoch ms.")),
  reset_from: optional(text("The header that says so.")),
  connection: optional(
    text("How the connection was lost.", [
      "refused",
      "reset",
      "dns",
      "tls",
      "truncated",
      "timeout",
      "no_first_byte",
      "idle",
    ]),
  ),
  recorded_agent_error: optional(
    text("What Claude Code 2.1.329 reports for the same answer.", FAILURE_KINDS),
  ),
  last_tool: optional(
    object("The last tool call.", {
      name: optional(text("The tool.")),
      input_digest: optional(text("First 16 hex digits of the SHA-256 of its input as JSON.")),
    }),
  ),
});

export const StopFailure = defineEvent({
  name: "StopFailure",
  cadence: "turn",
  summary: "The turn ended by an API failure, in place of Stop (in a subagent, of SubagentStop).",
  matcher: { field: "error", part: "whole", values: FAILURE_KINDS, exactSet: "narrow" },
  dropsOutput: true,
  input: {
    error: required(text("Kind of failure (open list). `error_type` is read as an alias.", FAILURE_KINDS)),
    error_details: optional(text("More about it, rarely there. `error_message` is read as an alias.")),
    last_assistant_message: optional(text("The text of the failure as shown, not words of the model.")),
    kedge: optional(failureFacts),
  },
  notes:
    "Neither output nor exit code decides anything; with `asyncRewake`, exit 2 wakes the session. The recorded agent kills these handlers as a headless run ends.",
});

export const SubagentStart = defineEvent({
  name: "SubagentStart",
  cadence: "subagent",
  summary: "A subagent is starting.",
  matcher: byAgentType,
  context: "subagent",
  specificOutput: additionalContext("Stands before the subagent's first prompt."),
  input: { agent_id: required(text("The subagent.")), agent_type: required(text("Its type.")) },
  notes: "`decision`, `continue` and `systemMessage` have no effect.",
});

export const TeammateIdle = defineEvent({
  name: "TeammateIdle",
  cadence: "turn",
  summary: "A teammate of an agent team is about to go idle.",
  handlers: HANDLER_TYPES,
  block: "continues_teammate",
  stop: "ends_teammate",
  decision: "exit_code",
  input: { teammate_name: required(text("The teammate.")), team_name: optional(text("Deprecated.")) },
  headless: "unknown",
  notes: "Published, never observed.",
});
