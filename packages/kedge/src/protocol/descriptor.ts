import { type Fields, type JsonSchema, object, oneOf, optional, required, text } from "./schema.ts";
import { commonInput, universalOutput } from "./shared-fields.ts";

/** The five ways in which a handler is delivered to. */
export const HANDLER_TYPES = ["command", "http", "mcp_tool", "prompt", "agent"] as const;
export type HandlerType = (typeof HANDLER_TYPES)[number];

/** When an event happens: once a session, a turn, a tool call, … */
export type Cadence =
  | "session"
  | "turn"
  | "tool"
  | "batch"
  | "message"
  | "subagent"
  | "task"
  | "async"
  | "compaction"
  | "elicitation"
  | "model";

/** What an event's matcher is compared with. Events without a rule ignore a matcher. */
export interface MatcherRule {
  /** The input field that holds the value. */
  readonly field: string;
  /** `base_name` compares only what follows the last slash of the field. */
  readonly part: "whole" | "base_name";
  /** Names that the wire is known to carry; the list is open. */
  readonly values: readonly string[];
  /**
   * Which patterns are lists of exact names: `wide` allows letters, digits, `_`, `-`, blanks, `,` and `|`;
   * `narrow` only letters, digits, `_` and `|`. Everything else is a regular expression.
   */
  readonly exactSet: "wide" | "narrow";
  /** Further names under which a value is known: `Task` for `Agent`. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** What a block (exit 2, or a blocking answer in JSON) does to the event's own action. */
export type BlockEffect =
  | "refuses_call"
  | "refuses_prompt"
  | "continues_turn"
  | "continues_subagent"
  | "continues_teammate"
  | "ends_loop"
  | "tells_model"
  | "removes_task"
  | "keeps_task_open"
  | "refuses_compaction"
  | "refuses_change"
  | "declines"
  | "fails_worktree"
  | "refuses_switch"
  | "nothing";

/** What `continue: false` does. */
export type StopEffect =
  | "ends_loop"
  | "ends_loop_after_call"
  | "ends_turn"
  | "refuses_prompt"
  | "ends_subagent"
  | "ends_teammate"
  | "nothing";

/** Where an event's answer stands in the JSON of a handler. */
export type DecisionForm =
  | "top_level"
  | "permission"
  | "permission_request"
  | "elicitation"
  | "retry"
  | "display"
  | "path"
  | "exit_code"
  | "none";

/** One hook event, as plain data. Everything that differs between events stands here and nowhere else. */
export interface EventDescriptor {
  readonly name: string;
  readonly cadence: Cadence;
  readonly summary: string;
  readonly matcher: MatcherRule | null;
  /** Whether an `if` of a handler is judged here; elsewhere a handler with an `if` never runs. */
  readonly judgesIf: boolean;
  readonly handlers: readonly HandlerType[];
  /** Milliseconds a handler may take when its configuration says nothing. */
  readonly timeoutMs: Readonly<Partial<Record<HandlerType, number>>>;
  /** Whether exit 2 blocks; `any_failure` is an event that every non-zero code fails. */
  readonly exit2: "blocks" | "any_failure" | "ignored";
  readonly block: BlockEffect;
  readonly stop: StopEffect;
  readonly decision: DecisionForm;
  /** What readable stdout that is not JSON becomes on exit 0. */
  readonly plainStdout: "context" | "path" | "ignored";
  /** Whom `additionalContext` reaches; `continues` also makes the turn go on. */
  readonly context: "model" | "subagent" | "continues" | null;
  /** Whether `onFailure: "block"` takes effect. */
  readonly obeysOnFailure: boolean;
  /** Whether the event guards an action: a handler that cannot be loaded or does not answer leaves a gate open. */
  readonly isGate: boolean;
  /** Whether all output is dropped but for side effects (`systemMessage`, `terminalSequence`). */
  readonly dropsOutput: boolean;
  /** `null`: any `hookSpecificOutput` is a schema error here. */
  readonly specificOutput: Fields | null;
  readonly inputFields: Fields;
  /** Whether the event was seen in headless runs of the recorded agent. */
  readonly headless: "fires" | "unknown";
  /** What to know that no other field says. */
  readonly notes: string;
  /** JSON Schema of what a handler reads. */
  readonly input: JsonSchema;
  /** JSON Schema of what a handler may answer in JSON. */
  readonly output: JsonSchema;
}

/** What a table entry says; the rest follows from it. */
export interface EventEntry<Name extends string> {
  readonly name: Name;
  readonly cadence: Cadence;
  readonly summary: string;
  readonly matcher?: MatcherRule;
  readonly judgesIf?: boolean;
  readonly handlers?: readonly HandlerType[];
  readonly timeoutMs?: number;
  readonly exit2?: EventDescriptor["exit2"];
  readonly block?: BlockEffect;
  readonly stop?: StopEffect;
  readonly decision?: DecisionForm;
  readonly plainStdout?: EventDescriptor["plainStdout"];
  readonly context?: EventDescriptor["context"];
  readonly obeysOnFailure?: boolean;
  readonly isGate?: boolean;
  readonly dropsOutput?: boolean;
  readonly specificOutput?: Fields;
  readonly input: Fields;
  readonly headless?: "fires" | "unknown";
  readonly notes?: string;
}

/** Without a word of its own, a handler gets these: 10 minutes; 30 s for a prompt, 60 s for an agent. */
const DEFAULT_TIMEOUT_MS: Readonly<Record<HandlerType, number>> = {
  command: 600_000,
  http: 600_000,
  mcp_tool: 600_000,
  prompt: 30_000,
  agent: 60_000,
};

/** Completes a table entry: defaults, time-outs and both JSON Schemas. */
export function defineEvent<const Name extends string>(
  entry: EventEntry<Name>,
): EventDescriptor & { readonly name: Name } {
  const handlers = entry.handlers ?? ["command", "http", "mcp_tool"];
  const block = entry.block ?? "nothing";
  return {
    name: entry.name,
    cadence: entry.cadence,
    summary: entry.summary,
    matcher: entry.matcher ?? null,
    judgesIf: entry.judgesIf ?? false,
    handlers,
    timeoutMs: Object.fromEntries(
      handlers.map((type) => [
        type,
        type === "agent" || type === "prompt"
          ? DEFAULT_TIMEOUT_MS[type]
          : (entry.timeoutMs ?? DEFAULT_TIMEOUT_MS[type]),
      ]),
    ),
    exit2: entry.exit2 ?? (block === "nothing" ? "ignored" : "blocks"),
    block,
    stop: entry.stop ?? "nothing",
    decision: entry.decision ?? "none",
    plainStdout: entry.plainStdout ?? "ignored",
    context: entry.context ?? null,
    obeysOnFailure: entry.obeysOnFailure ?? false,
    isGate: entry.isGate ?? false,
    dropsOutput: entry.dropsOutput ?? false,
    specificOutput: entry.specificOutput ?? null,
    inputFields: entry.input,
    headless: entry.headless ?? "fires",
    notes: entry.notes ?? "",
    // Schemas are for documents and editors: they are made when somebody asks, not by every import.
    get input() {
      return inputSchema(entry.name, entry.summary, entry.input);
    },
    get output() {
      return outputSchema(entry.name, entry.specificOutput ?? null);
    },
  };
}

function inputSchema(name: string, summary: string, fields: Fields): JsonSchema {
  return object(`What a ${name} handler reads. ${summary}`, {
    ...commonInput,
    hook_event_name: required({ type: "string", const: name, description: "The event." }),
    ...fields,
  });
}

function outputSchema(name: string, specific: Fields | null): JsonSchema {
  if (!specific) {
    const none = optional({
      not: {},
      description: `${name} has no specific answer: one makes the whole answer an error.`,
    });
    return object(`What a ${name} handler may answer.`, { ...universalOutput, hookSpecificOutput: none });
  }
  const hookEventName = required(oneOf("The event that this answer is for.", [name]));
  return object(`What a ${name} handler may answer.`, {
    ...universalOutput,
    hookSpecificOutput: optional(
      object(`The part of the answer that only ${name} knows.`, { hookEventName, ...specific }),
    ),
  });
}

/** The field that most events share: text for the model beside what it is about. */
export function additionalContext(effect: string): Fields {
  return { additionalContext: optional(text(effect)) };
}
