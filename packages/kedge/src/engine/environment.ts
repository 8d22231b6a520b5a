import type { HookEventName, JsonObject } from "../protocol/index.ts";
import type { PluginPlace } from "./source.ts";

/** What the environment of a handler is made of. */
export interface EnvironmentParts {
  /** What is inherited of the agent's own process; see {@link inheritEnvironment}. */
  readonly inherited: Readonly<Record<string, string>>;
  /** `env` of the settings that count, merged. */
  readonly settings: Readonly<Record<string, string>>;
  readonly projectDir: string;
  readonly input: JsonObject;
  readonly event: HookEventName;
  readonly plugin?: PluginPlace;
  /** A file to which the handler may append `export` lines, on the events that have one. */
  readonly envFile?: string;
  /** Pid of the agent. */
  readonly agentPid: number;
  /** Where the session runs: `cli`, `sdk`, … */
  readonly entrypoint: string;
  /** Whether somebody watches the session. */
  readonly isAttended: boolean;
}

/** Events whose handlers get `CLAUDE_ENV_FILE`. */
const WITH_ENV_FILE: ReadonlySet<HookEventName> = new Set([
  "SessionStart",
  "Setup",
  "CwdChanged",
  "FileChanged",
]);

/**
 * Telemetry of the agent is not the handler's: its spans would end up in the wrong place. And what an outer agent promised to
 * its own handlers (Kedge may run in one of them) is about another session and another plugin.
 */
const NOT_INHERITED = /^(?:OTEL_|CLAUDE_PLUGIN_|CLAUDE_(?:ENV_FILE|EFFORT|CODE_SESSION_ID)$)/;

/** What handlers inherit of the agent's own environment. Made once an event: reading `process.env` is work. */
export function inheritEnvironment(
  parent: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && !NOT_INHERITED.test(name) && fits([name, value])) inherited[name] = value;
  }
  return inherited;
}

/**
 * The environment of a command handler: what is inherited, then the settings' `env`, then what the protocol promises.
 *
 * @source Claude Code hooks reference, "Environment variables"; recorded for the rest
 */
export function handlerEnvironment(parts: EnvironmentParts): Readonly<Record<string, string>> {
  const own = { ...parts.settings, ...promised(parts), ...ofPlugin(parts.plugin) };
  return { ...parts.inherited, ...Object.fromEntries(Object.entries(own).filter(fits)) };
}

/** Bytes of one variable with its name; Linux takes 128 KiB. */
const MAX_VARIABLE_BYTES = 130_000;

/** With one variable that no environment can hold, no process would start, and a gate would stand open. */
function fits([name, value]: [string, string]): boolean {
  const isLegal = name !== "" && !name.includes("=") && !`${name}${value}`.includes("\0");
  // A character has at most three bytes for each UTF-16 unit: most variables need no counting.
  const isShort = 3 * (name.length + value.length) < MAX_VARIABLE_BYTES;
  return isLegal && (isShort || Buffer.byteLength(name) + Buffer.byteLength(value) < MAX_VARIABLE_BYTES);
}

function promised(parts: EnvironmentParts): Record<string, string> {
  const { input, event, envFile } = parts;
  const effort = levelOf(input.effort);
  return {
    CLAUDECODE: "1",
    AI_AGENT: "kedge",
    CLAUDE_PROJECT_DIR: parts.projectDir,
    CLAUDE_PID: String(parts.agentPid),
    CLAUDE_CODE_ENTRYPOINT: parts.entrypoint,
    CLAUDE_CODE_CHILD_SESSION: "1",
    CLAUDE_CODE_SESSION_ATTENDED: parts.isAttended ? "1" : "0",
    ...(typeof input.session_id === "string" ? { CLAUDE_CODE_SESSION_ID: input.session_id } : {}),
    ...(effort === undefined ? {} : { CLAUDE_EFFORT: effort }),
    ...(envFile !== undefined && WITH_ENV_FILE.has(event) ? { CLAUDE_ENV_FILE: envFile } : {}),
  };
}

function ofPlugin(plugin: PluginPlace | undefined): Record<string, string> {
  if (!plugin) return {};
  const options = Object.entries(plugin.options).map(([key, value]) => [
    `CLAUDE_PLUGIN_OPTION_${key.toUpperCase()}`,
    value,
  ]);
  return {
    CLAUDE_PLUGIN_ROOT: plugin.root,
    CLAUDE_PLUGIN_DATA: plugin.dataDir,
    ...Object.fromEntries(options),
  };
}

function levelOf(effort: unknown): string | undefined {
  if (typeof effort !== "object" || effort === null || !("level" in effort)) return undefined;
  return typeof effort.level === "string" ? effort.level : undefined;
}
