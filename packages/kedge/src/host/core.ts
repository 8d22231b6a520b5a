import type { Dispatch, Engine, FormerDispatch } from "../engine/index.ts";
import type { ChildProcesses } from "../platform/index.ts";
import type { HookEventName, JsonObject, PermissionMode, Problem } from "../protocol/index.ts";
import { agentMode } from "./agents/agent-mode.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import type { Asides } from "./asides.ts";
import type { CompactionRules } from "./compaction/threshold.ts";
import type { Conversation } from "./conversation.ts";
import type { EventSink } from "./events.ts";
import type { LastTool } from "./failure-text.ts";
import type { Guard } from "./guard/guard.ts";
import type { InTurn } from "./in-turn.ts";
import type { InstructionRule } from "./instruction-rules.ts";
import type { Elicitor } from "./mcp/ports.ts";
import type { McpServers } from "./mcp/servers.ts";
import type { TextBlock } from "./model/messages.ts";
import type { MessagesClient } from "./model/messages-client.ts";
import type { RetryPolicy } from "./model/retry-policy.ts";
import type { KnownInstructions } from "./nested-instructions.ts";
import type { PermissionAsker } from "./permissions/asker.ts";
import type { Programs } from "./permissions/programs.ts";
import type { Protection } from "./permissions/protection.ts";
import type { SessionRules } from "./permissions/session-rules.ts";
import type { SettingsInForce } from "./permissions/settings-in-force.ts";
import type { PermissionDenial } from "./result.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { SkillShelf } from "./skills/shelf.ts";
import type { Spending } from "./spending/spending.ts";
import type { StopGuard } from "./stop-guard.ts";
import type { TaskList } from "./tasks/task-list.ts";
import type { BackgroundShells } from "./tools/background-shells.ts";
import type { Tool } from "./tools/tool.ts";
import { withVariables } from "./variables-file.ts";
import type { FileChanges } from "./watch/file-changes.ts";

/** What does not change while a session lasts. */
interface SessionParts {
  readonly id: string;
  readonly projectDir: string;
  readonly homeDir: string;
  /** Folder of this project's transcripts. */
  readonly sessionsDir: string;
  readonly temporaryDir: string;
  readonly envFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly model: string;
  readonly maxTokens: number;
  /** Asked for the rest of a turn in which the session's model cannot answer. */
  readonly fallbackModel: string | null;
  /** What the session was told at its start; settings say the rest. */
  readonly compaction: Partial<CompactionRules>;
  readonly spending: Spending;
  readonly maxTurns: number;
  readonly maxStopContinuations: number;
  readonly retries: RetryPolicy;
  readonly client: MessagesClient;
  readonly engine: Engine;
  readonly children: ChildProcesses;
  readonly sandbox: Sandbox;
  readonly shells: BackgroundShells;
  /** Changes of files, whichever conversation makes them: between one's look and its writing there is no other. */
  readonly inTurn: InTurn;
  /** Looks after protected files while commands run, confined ones too. */
  readonly guard: Guard;
  /** Those of MCP servers come and go with their servers. */
  readonly tools: readonly Tool[];
  readonly servers: McpServers;
  readonly tasks: TaskList;
  /** Events that nothing waits for. */
  readonly asides: Asides;
  readonly files: FileChanges;
  readonly agents: readonly AgentDefinition[];
  readonly skills: SkillShelf;
  /** What is wrong with subagents that files describe. */
  readonly agentProblems: readonly Problem[];
  /** Asks the person at the terminal; null where nobody is there. */
  readonly asker: PermissionAsker | null;
  /** Asks that person what MCP servers want to know. */
  readonly elicitor: Elicitor | null;
  /** Settings do not forbid to bypass permissions. */
  readonly permitsBypass: boolean;
  /** The session ends after this prompt: handlers that would wake it are awaited instead. */
  readonly isOneShot: boolean;
  readonly now: () => number;
  readonly random: () => number;
  readonly emit: EventSink;
  /** Settings as they are now. */
  readonly settings: () => Promise<SettingsInForce>;
  /** What nothing changes without a person's word (D6). */
  readonly protection: Protection;
}

/** What changes. One object, so that what a tool call does to the session is seen by the next. */
export interface SessionState {
  cwd: string;
  mode: PermissionMode;
  promptId: string | null;
  /** Folders beside the project in which the session works. */
  readonly addedDirs: string[];
  /** Replaced as a whole when it changes. */
  sessionRules: SessionRules;
  /** What is known of the programs that PATH gives. */
  readonly programs: Programs;
  /** Counts for the whole task, wakes included (D15). */
  guard: StopGuard;
  lastTool: LastTool | null;
  /** Rules that wait for a file that they are about. */
  rules: readonly InstructionRule[];
  /** What conversations have been given of instructions. */
  readonly instructions: WeakMap<Conversation, KnownInstructions>;
  /** Ends with the turn that runs; null between two. */
  turnSignal: AbortSignal | null;
  /** Ends what still runs after an interrupt of that turn; null between two. */
  secondSignal: AbortSignal | null;
  /** Is aborted by the next interrupt, whichever turn runs then; another one takes its place. */
  nextInterrupt: AbortController;
  /** The session is being closed. */
  isEnding: boolean;
  /** What background handlers had to say, for the next request. */
  readonly pending: TextBlock[];
  readonly denials: PermissionDenial[];
  /** Handlers that did not run for want of trust, and of which the person was told. */
  readonly toldUntrusted: Set<string>;
}

/** A session as its parts work with it. */
export interface Core extends SessionParts {
  readonly state: SessionState;
}

/** How an event is told. */
export interface FireOptions {
  readonly conversation?: Conversation;
  readonly signal?: AbortSignal;
  readonly toolUseId?: string;
  readonly awaitsRewakes?: boolean;
  /** In place of the engine's: of an event about the engine's own configuration. */
  readonly dispatch?: FormerDispatch;
}

/** Events whose input names the permission mode. @source recorded inputs of Claude Code 2.1.329 */
const WITH_MODE: ReadonlySet<HookEventName> = new Set([
  ...([
    "UserPromptSubmit",
    "UserPromptExpansion",
    "PreToolUse",
    "PermissionRequest",
    "PermissionDenied",
    "PostToolUse",
  ] as const),
  ...(["PostToolUseFailure", "PostToolBatch", "Stop", "SubagentStop"] as const),
]);

/** Events at which handlers may leave variables for later commands. */
const WITH_ENV_FILE: ReadonlySet<HookEventName> = new Set([
  ...(["SessionStart", "Setup", "CwdChanged", "FileChanged"] as const),
]);

/** Events that belong to no prompt. @source recorded inputs of Claude Code 2.1.329 */
const WITHOUT_PROMPT: ReadonlySet<HookEventName> = new Set(["DirectoryAdded"]);

/** The permission mode in which a conversation works now. */
export function modeIn({ state, permitsBypass }: Core, conversation?: Conversation): PermissionMode {
  return conversation?.mode ? agentMode(state.mode, conversation.mode, permitsBypass) : state.mode;
}

/** Delivers an event of the session to its handlers, and tells what they did. */
export async function fire(
  core: Core,
  event: HookEventName,
  fields: JsonObject,
  options: FireOptions = {},
): Promise<Dispatch> {
  const { state, engine, emit } = core;
  const { conversation, signal, toolUseId, awaitsRewakes, dispatch: deliver = engine.dispatch } = options;
  const agent = conversation?.agent;
  const input: JsonObject = {
    session_id: core.id,
    transcript_path: conversation?.mainTranscriptPath ?? "",
    cwd: state.cwd,
    ...(state.promptId === null || WITHOUT_PROMPT.has(event) ? {} : { prompt_id: state.promptId }),
    ...(WITH_MODE.has(event) ? { permission_mode: modeIn(core, conversation) } : {}),
    ...(agent ? { agent_id: agent.agentId, agent_type: agent.agentType } : {}),
    hook_event_name: event,
    ...fields,
  };
  const own = {
    cwd: state.cwd,
    ...(signal ? { signal } : {}),
    ...(awaitsRewakes ? { awaitsRewakes } : {}),
  };
  const dispatch = WITH_ENV_FILE.has(event)
    ? await withVariables(core, event, (envFile) => deliver(event, input, { ...own, envFile }))
    : await deliver(event, input, own);
  const { decision, trace } = dispatch;
  if (trace.runs.length > 0 || trace.considered.length > 0)
    emit({ type: "hooks", trace, decision, ...(toolUseId === undefined ? {} : { toolUseId }) });
  for (const { by, text } of decision.systemMessages)
    emit({ type: "notice", level: "info", text, hook: trace.runs[by]?.what ?? event });
  tellUntrusted(core, trace);
  return dispatch;
}

/** A handler that would have run, had somebody trusted it: said once each, for silence looks like a gate that is satisfied. */
function tellUntrusted({ state, emit }: Core, { event, considered }: Dispatch["trace"]): void {
  for (const { outcome, source, file, path, why } of considered) {
    const key = `${file}\n${path}`;
    if ((outcome !== "untrusted" && outcome !== "modified") || state.toldUntrusted.has(key)) continue;
    state.toldUntrusted.add(key);
    const advice =
      "`kedge hooks trust` shows what it runs and asks; --trust-project runs everything of the project.";
    emit({
      type: "notice",
      level: "warning",
      text: `${event} hook of ${source} (${path}) did not run: ${why}. ${advice}`,
    });
  }
}
