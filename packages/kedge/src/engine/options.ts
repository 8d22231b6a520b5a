import type { LookupFunction } from "node:net";
import type { ChildProcesses, PatternRunner } from "../platform/index.ts";
import type { FunctionHandler, HookEventName } from "../protocol/index.ts";
import type { BackgroundOutcome, WakeBound } from "./background.ts";
import type { ChangeJudge } from "./config-changes.ts";
import type { AgentRunner, Clock, McpCaller, ModelClient } from "./ports.ts";
import type { SettingSource } from "./settings-sources.ts";
import type { TraceSink } from "./trace.ts";

/** A function of the embedding program, and when it is called. */
export interface FunctionHook {
  readonly event: HookEventName;
  /** Missing: for everything. */
  readonly matcher?: string;
  /** What people see of it, and what tells it from others. */
  readonly name: string;
  /** Gets the input that all functions of the event share: not to be changed. */
  readonly call: FunctionHandler["call"];
  /** A permission rule, on tool events. */
  readonly if?: string;
  readonly timeoutMs?: number;
  /** What it means that the function throws or runs out of time. Default `block`: a gate in code is there to hold. */
  readonly onFailure?: "continue" | "block";
}

/** How an engine is made. Only the first three are needed. */
export interface EngineOptions {
  /** The folder that the session was started in; absolute. */
  readonly projectDir: string;
  readonly homeDir: string;
  /** Where Kedge keeps what it remembers: outside of every project. */
  readonly stateDir: string;
  /** Environment of the agent; what handlers inherit. Default: empty. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The user's `.claude`. Default: in the home folder. */
  readonly userDir?: string;
  /** The project's `.claude`. Default: in the project. */
  readonly projectConfigDir?: string;
  /** Folder of managed settings. Default: where the platform has it. */
  readonly managedDir?: string;
  /** Settings files, or JSON text, that stand above local and below managed settings. */
  readonly flagSettings?: readonly string[];
  /** Files of user and project that are read. Default: all three. */
  readonly settingSources?: readonly SettingSource[];
  readonly pluginDirs?: readonly string[];
  readonly functions?: readonly FunctionHook[];
  /** MCP servers beside the configured ones: files, or JSON text. */
  readonly mcpConfigs?: readonly string[];
  /** No MCP servers but those, and managed ones. Default false. */
  readonly isMcpStrict?: boolean;
  /** `store`: handlers of the project run when they were trusted as they are now (D7). `project`: all run; for CI. */
  readonly trust?: "store" | "project";
  /** Version of Kedge, for records of trust. */
  readonly version?: string;
  readonly models?: ModelClient;
  readonly mcp?: McpCaller;
  readonly agents?: AgentRunner;
  readonly trace?: TraceSink;
  readonly clock?: Clock;
  /** Starts processes; ended by whoever made it. Default: one of the engine's own. */
  readonly children?: ChildProcesses;
  /** Judges patterns that may never end. Default: one of the engine's own. */
  readonly patterns?: PatternRunner;
  /** Resolves names of `http` handlers. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** Handlers that run at once; more wait. Default 64, at least 1. */
  readonly maxParallel?: number;
  readonly wakes?: Partial<WakeBound>;
  /** What background handlers say. Must not throw. */
  readonly onBackground?: (outcome: BackgroundOutcome) => void;
  /** Is asked about each settings file that changed, before the change counts. Missing: every change counts at once. */
  readonly onConfigChange?: ChangeJudge;
  /** How the session is called in `CLAUDE_CODE_ENTRYPOINT`. Default `sdk`. */
  readonly entrypoint?: string;
  /** Whether somebody watches the session. Default false. */
  readonly isAttended?: boolean;
}

/** What one dispatch may be given besides the input. */
export interface DispatchOptions {
  /** Ends all handlers when nobody wants their answer any more. */
  readonly signal?: AbortSignal;
  /** Current working directory of the session. Default: `cwd` of the input, else the project. */
  readonly cwd?: string;
  /** A file to which handlers may append `export` lines. */
  readonly envFile?: string;
  /** Awaits `asyncRewake` handlers and reads them like any other, as headless one-shot runs do. Default false. */
  readonly awaitsRewakes?: boolean;
}
