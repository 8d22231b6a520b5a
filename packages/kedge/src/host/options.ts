import type { EngineOptions, Source, WakeBound, YamlParser } from "../engine/index.ts";
import type { PermissionMode } from "../protocol/index.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import type { CompactionRules } from "./compaction/threshold.ts";
import type { EventSink } from "./events.ts";
import type { Elicitor, McpOptions } from "./mcp/ports.ts";
import type { MessagesClient } from "./model/messages-client.ts";
import type { RetryPolicy } from "./model/retry-policy.ts";
import type { PermissionAsker } from "./permissions/asker.ts";
import type { SetupTrigger } from "./setup.ts";
import type { PriceTable } from "./spending/prices.ts";

/** How a session is made. The first four are needed. */
export interface SessionOptions {
  /** The folder to work in; absolute. */
  readonly projectDir: string;
  readonly homeDir: string;
  /** Where Kedge keeps what it remembers, transcripts too: outside of every project. */
  readonly stateDir: string;
  /** The Messages API; `createSdkClient` makes one. */
  readonly client: MessagesClient;
  /** Environment of commands and handlers. Default: empty, in which no command is found. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: `model` of the settings, else `claude-sonnet-5-5`. */
  readonly model?: string;
  /** Asked for the rest of a turn in which the session's model is overloaded or does not exist; another one than that. */
  readonly fallbackModel?: string;
  /** US dollars that the session may spend while it is open, by the table of prices; default without a limit. */
  readonly maxBudgetUsd?: number;
  /** Prices of models that the table does not know, or that cost something else here, by the beginning of their names. */
  readonly prices?: PriceTable;
  /** When the conversation is compacted by itself. Default: as settings say, else when its context is nearly full. */
  readonly compaction?: Partial<CompactionRules>;
  /** Default: `defaultMode` of the settings, else `default`. */
  readonly permissionMode?: PermissionMode;
  /** Permission rules that allow, such as `Bash(npm test)`. */
  readonly allowedTools?: readonly string[];
  /** Permission rules that deny. */
  readonly disallowedTools?: readonly string[];
  /** Further folders to work in; absolute. */
  readonly addedDirs?: readonly string[];
  /** Further kinds of subagents; one of the name of a built-in, or of one in a file, replaces it. */
  readonly agents?: readonly AgentDefinition[];
  /** Reads the frontmatter of skills, commands and agents. Without it, the files of none are read. */
  readonly parseYaml?: YamlParser;
  /** Sources of hooks beside the configured ones. */
  readonly sources?: readonly Source[];
  /** Requests that one prompt may take; default 200. */
  readonly maxTurns?: number;
  /** Times that Stop handlers may make one task go on; default 8, at least 0. */
  readonly maxStopContinuations?: number;
  /** Tokens of one answer; default 32,000. */
  readonly maxTokens?: number;
  readonly appendSystemPrompt?: string;
  readonly retries?: Partial<RetryPolicy>;
  readonly wakes?: Partial<WakeBound>;
  /** Asks a person about calls. Without it nobody is there, and what needs a permission is refused. */
  readonly asker?: PermissionAsker;
  /** Asks a person what MCP servers want to know. Without it such a question is cancelled, unless a handler answers. */
  readonly elicitor?: Elicitor;
  /** MCP servers beside those of the user, the trusted ones of the project, and of plugins. */
  readonly mcp?: McpOptions;
  /** What happens, as it happens. Must not throw. */
  readonly onEvent?: EventSink;
  /** The session ends after one prompt. Default false. */
  readonly isOneShot?: boolean;
  /** Runs the handlers of Setup before those of SessionStart. */
  readonly setup?: SetupTrigger;
  /** Milliseconds that the person keeps the session waiting until `idle_prompt` is told; default 60,000. */
  readonly idleAfterMs?: number;
  /** Id of a new session: a UUID that is not taken. */
  readonly sessionId?: string;
  /** An earlier session to go on with. */
  readonly resume?: {
    readonly sessionId: string;
    readonly forks?: boolean;
    /** The last entry of the transcript that a fork has, by its id; what came after it is left out. Default: all. */
    readonly untilEntry?: string;
  };
  /** How hooks are found and trusted. */
  readonly hooks?: Pick<
    EngineOptions,
    | "userDir"
    | "projectConfigDir"
    | "managedDir"
    | "flagSettings"
    | "settingSources"
    | "pluginDirs"
    | "functions"
    | "trust"
    | "mcp"
    | "entrypoint"
  >;
  /** Ends the start of the session: handlers of SessionStart may take long. */
  readonly signal?: AbortSignal;
  /** Kills every process of the session at once, as its `kill()` does, while it begins as well. */
  readonly killSignal?: AbortSignal;
  readonly version?: string;
  /** Epoch ms. Default: the system's clock. */
  readonly now?: () => number;
  /** 0 to 1, for jitter. Default: `Math.random`. */
  readonly random?: () => number;
}
