/** One behaviour that a faithful hook engine has to show. */
export interface Requirement {
  /** Subject and name, such as `stop.exit-2`; a deviation has its number for a subject. Tests cite it in their titles. */
  readonly id: string;
  readonly source: string;
  readonly sentence: string;
}

const reference = (section: string): string => `Claude Code hooks reference, ${section}`;
const RECORDED = "recorded, 2.1.329";
const deviation = (number: number): string => `Kedge deviation D${number}`;

/** Rows are id, source and sentence. */
const ROWS: readonly (readonly [string, string, string])[] = [
  ["events.names", reference("Hook events"), "There are 33 events, known by their exact names."],
  [
    "events.handler-types",
    reference("Hook handler fields"),
    "Each event takes certain types of handler, each with a default time-out.",
  ],
  [
    "events.matcher-field",
    reference("Matcher patterns"),
    "Each matcher is compared with one field of the input.",
  ],
  [
    "events.input-fields",
    reference("Hook input"),
    "Each input has the common fields and those of its event.",
  ],
  [
    "events.output-fields",
    reference("JSON output"),
    "Each event knows certain fields of hookSpecificOutput, or takes none.",
  ],
  [
    "events.decision",
    reference("Decision control"),
    "The answer of a handler stands where its event looks for it.",
  ],
  [
    "events.blocking",
    reference("Exit code 2 behavior per event"),
    "Some events can be blocked, and no other is a gate.",
  ],
  [
    "events.recorded-inputs",
    RECORDED,
    "Every recorded input is read without a problem, and every key of it is known.",
  ],
  ["events.unknown-fields", RECORDED, "Fields of an input that nobody knows are kept."],
  ["events.open-values", reference("Hook input"), "Lists of values are open: a new one is no problem."],
  [
    "events.incomplete-input",
    "Kedge",
    "Only an input that cannot be worked with is refused; a missing field is a warning.",
  ],

  [
    "config.levels",
    reference("Configuration"),
    "An event has matcher groups, a group has handlers, and their order is kept.",
  ],
  ["config.file", RECORDED, "A byte order mark is fine; a file that is not one JSON object has no hooks."],
  ["config.unknown-fields", RECORDED, "Fields of a handler that nobody knows are ignored."],
  [
    "config.timeout",
    reference("Common fields"),
    "A time-out is a positive number of seconds, fractions allowed.",
  ],
  [
    "config.handler-types",
    reference("Hook handler fields"),
    "A handler of a type that its event does not take never runs.",
  ],
  [
    "config.background",
    reference("Command hook fields"),
    "asyncRewake implies the background, and args select exec form.",
  ],
  [
    "dedup.key",
    reference("Deduplication"),
    "One command, if, args and shell run once; anything else that differs does not count.",
  ],

  ["matcher.all", reference("Matcher patterns"), "An absent or empty matcher and the star match everything."],
  [
    "matcher.exact-set",
    reference("Matcher patterns"),
    "Name characters and separators make a list of exact names.",
  ],
  [
    "matcher.pattern",
    reference("Matcher patterns"),
    "Anything else is an unanchored regular expression that minds case.",
  ],
  [
    "matcher.narrow-set",
    RECORDED,
    "For StopFailure and FileChanged a hyphen, blank or comma makes a regular expression.",
  ],
  ["matcher.base-name", RECORDED, "FileChanged compares the base name of the file."],
  ["matcher.ignored", RECORDED, "An event without a matcher ignores one, even one that does not compile."],
  [
    "matcher.mcp",
    reference("Match MCP tools"),
    "The tools of a server are matched by mcp__server__.*, not by its bare name.",
  ],
  ["matcher.agent-alias", reference("PreToolUse"), "Task and Agent both name the subagent tool."],
  [
    "matcher.foreign-syntax",
    RECORDED,
    "Permission rules and slashes are accepted as patterns and match nothing.",
  ],

  ["if.events", RECORDED, "An if is judged on five tool events; on any other its handler never runs."],
  ["if.tool", RECORDED, "A rule is about one tool by its exact name; an empty rule covers every call."],
  [
    "if.bash-words",
    reference("Common fields"),
    "A star after a blank covers further words; without a star the command must be the same.",
  ],
  ["if.bash-parts", RECORDED, "Every command of a line is judged, without the variables before it."],
  ["if.bash-not-inside", RECORDED, "Quoted text, comments and what a wrapper starts are not looked into."],
  [
    "if.bash-open",
    reference("Common fields"),
    "A command that cannot be taken apart with certainty runs the handler.",
  ],
  [
    "if.paths",
    RECORDED,
    "A path rule without a slash holds at any depth, with one from the top; case is ignored.",
  ],
  ["if.mcp", RECORDED, "A rule for an MCP tool names the tool; there is no star for its server."],
  [
    "if.table",
    RECORDED,
    "At least 97 % of the recorded judgements hold, and the others run a handler too often.",
  ],

  [
    "exit.2-blocks",
    reference("Exit code 2 behavior per event"),
    "Exit 2 blocks where the event can, with stderr as the reason.",
  ],
  [
    "exit.2-ignored",
    reference("Exit code 2 behavior per event"),
    "Exit 2 blocks nothing on events that cannot be blocked.",
  ],
  [
    "exit.other-open",
    reference("Exit code output"),
    "Any other ending blocks nothing, and its plain text is no context.",
  ],
  ["exit.json-any-code", RECORDED, "JSON on stdout counts in full, whatever the exit code."],
  ["exit.cancelled", "Kedge", "A handler that was given up says nothing and is no failed gate."],
  ["on-failure.blocks", RECORDED, "onFailure block turns every failure into a block, even beside an allow."],
  [
    "on-failure.limits",
    RECORDED,
    "onFailure covers neither broken JSON on exit 0 nor Stop, SubagentStop and session events.",
  ],

  ["stdout.leading-blanks", RECORDED, "Blanks and a byte order mark around JSON do not count."],
  ["stdout.text", RECORDED, "What does not begin with a brace, or lacks its last one, is plain text."],
  ["stdout.broken-json", RECORDED, "Braces around what is no JSON are an error of the handler."],
  [
    "stdout.schema",
    RECORDED,
    "A value of the wrong type fails the whole answer; exit 2 still blocks with stderr.",
  ],
  ["stdout.extra-keys", reference("JSON output"), "Keys that nobody knows change nothing."],
  [
    "stdout.duplicate-keys",
    RECORDED,
    "Of a key that stands twice the last counts; in Kedge it never permits.",
  ],
  ["stdout.wrong-event", RECORDED, "An answer that names another event is an error."],
  [
    "stdout.no-specific-part",
    RECORDED,
    "SessionEnd, PreCompact, PostCompact and ConfigChange take no hookSpecificOutput.",
  ],
  [
    "stdout.plain-context",
    reference("Exit code output"),
    "Plain text is context for SessionStart, UserPromptSubmit and UserPromptExpansion.",
  ],
  ["stdout.cut", "Kedge", "Output that was cut at its limit is never read as JSON."],
  [
    "stdout.http-body",
    reference("HTTP response handling"),
    "An http body is empty, a JSON object, or an error.",
  ],

  [
    "pre-tool-use.decisions",
    reference("PreToolUse decision control"),
    "allow, deny, ask and defer are read, with any exit code but 2.",
  ],
  [
    "pre-tool-use.exit-2",
    RECORDED,
    "Exit 2 blocks whatever the JSON permits; its context stays, its new input goes.",
  ],
  [
    "pre-tool-use.updated-input",
    RECORDED,
    "An object replaces the input with or without a decision; other types are ignored.",
  ],
  [
    "pre-tool-use.old-spelling",
    RECORDED,
    "approve and block are older words for allow and deny; a denial in either spelling wins.",
  ],
  [
    "permission-request.any-code",
    RECORDED,
    "A decision in JSON counts with any exit code; exit 2 alone does not block.",
  ],
  [
    "permission-request.fields",
    reference("PermissionRequest decision control"),
    "New input goes with allow, interrupt with deny; there is no context.",
  ],

  ["event.block", reference("Decision control"), "A block does to each event what that event can undo."],
  ["event.context", RECORDED, "additionalContext counts with every exit code, where the event has one."],
  [
    "event.exit-code-only",
    reference("Decision control"),
    "TaskCompleted and TeammateIdle are blocked by exit 2, not by JSON.",
  ],
  [
    "event.continue-false",
    RECORDED,
    "continue false ends what the event can end, and is without effect elsewhere.",
  ],
  [
    "stop-failure.dropped",
    reference("StopFailure"),
    "The exit code and the decisions of a StopFailure handler are ignored.",
  ],
  [
    "worktree.path",
    RECORDED,
    "The last line of stdout is the path of the worktree, and any failure fails it.",
  ],
  [
    "elicitation.answers",
    reference("Elicitation"),
    "accept carries values, exit 2 declines, and a decline leaves nothing of an accept.",
  ],
  ["display.content", reference("MessageDisplay"), "A displayed text can be replaced, also with nothing."],
  [
    "denied.retry",
    reference("PermissionDenied"),
    "A handler can let the model try again; one no is stronger.",
  ],

  ["stop.exit-0", reference("Stop decision control"), "Exit 0 without JSON lets the turn stop."],
  ["stop.exit-2", reference("Stop decision control"), "Exit 2 makes the turn go on with stderr, untrimmed."],
  ["stop.exit-other", RECORDED, "Any other code and a signal let the turn stop, and are reported."],
  ["stop.time-out", RECORDED, "A handler that was cut off lets the turn stop, whatever it had printed."],
  [
    "stop.json-block",
    RECORDED,
    "A block in JSON makes the turn go on with any exit code; its reason replaces stderr.",
  ],
  ["stop.default-reason", RECORDED, "A block without a reason has a fixed text."],
  ["stop.context-continues", RECORDED, "additionalContext makes the turn go on without a block."],
  ["stop.continue-false-wins", RECORDED, "One continue false ends the turn, whatever other handlers block."],
  ["stop.all-reasons", RECORDED, "Every block gives its reason."],
  ["stop.system-message", RECORDED, "A systemMessage decides nothing."],
  ["stop.subagent", RECORDED, "SubagentStop follows the table of Stop, for the subagent only."],

  [
    "merge.strictest",
    reference("PreToolUse decision control"),
    "deny beats defer, defer ask, ask allow, in every order of handlers.",
  ],
  ["merge.stop-beside-denial", RECORDED, "continue false stands beside an allow or a denial."],
  ["merge.stop-loses", RECORDED, "continue false loses to ask and defer."],
  ["merge.contexts", "Kedge", "Contexts stand in configured order; a defer or the end of a turn drops them."],
  ["merge.refused-input", "Kedge", "Nothing that comes with a permission survives a refusal."],
  ["merge.messages", RECORDED, "Messages for the user are kept from every handler."],

  [
    "D1.neighbours",
    deviation(1),
    "A handler, group or event that cannot be read takes nothing else of its file with it.",
  ],
  ["D1.listed", deviation(1), "What cannot be loaded is listed as broken, with its place and what to do."],
  ["D1.gate-closed", deviation(1), "A broken gate with onFailure block is closed for what it would match."],
  ["D2.exit-2", deviation(2), "Nothing on stdout cancels an exit 2."],
  ["D2.async", deviation(2), "Going to the background does not cancel a denial."],
  ["D2.wrong-event", deviation(2), "An answer for another event does not cancel a denial beside it."],
  ["D2.continue", deviation(2), "continue false does not cancel a denial."],
  [
    "D3.reason",
    deviation(3),
    "Of several denials, or stops, the first in configured order gives the reason.",
  ],
  ["D3.updated-input", deviation(3), "Of several new inputs the first in configured order counts."],
  ["D3.updated-output", deviation(3), "Of several new outputs the first in configured order counts."],
  [
    "D3.permission-request",
    deviation(3),
    "A denial beats an allow that came first; of two allows the first counts.",
  ],
  ["D8.bound", deviation(8), "Every text over 10,000 characters is cut, and kept whole aside."],
  ["D8.shared-bound", deviation(8), "The contexts of all handlers of one event share one bound."],
  ["D8.clean", deviation(8), "Control sequences are removed; only a few terminal sequences are passed on."],
  ["D9.matcher", deviation(9), "A matcher that does not compile is an error at load."],
  ["D9.if", deviation(9), "An if that cannot be read, or is never judged, is an error at load."],
  ["D9.bounded-time", deviation(9), "A pattern that cannot be judged in time runs its handler, visibly."],
  [
    "D10.unanswered",
    deviation(10),
    "A gate that did not answer is named in the result and listed in the decision.",
  ],
  ["D11.inner-reason", deviation(11), "A block in JSON on the stderr of exit 2 gives its reason."],
  ["D12.origin", deviation(12), "Settings and plugins give the same handlers."],
  ["D12.once", deviation(12), "Copies in settings run once, and once in each plugin."],
  [
    "D13.aliases",
    deviation(13),
    "error_type and error_message of StopFailure are read as error and error_details.",
  ],
  ["D13.open-list", deviation(13), "A failure value that nobody knows is read."],
  [
    "D14.kinds",
    deviation(14),
    "A failure kind says what happened, and what the recorded agent says stands beside it.",
  ],
];

/** Everything that the protocol is held to. A test fails when one has no test, or when a test cites one that is not here. */
export const REQUIREMENTS: readonly Requirement[] = ROWS.map(([id, source, sentence]) => ({
  id,
  source,
  sentence,
}));
