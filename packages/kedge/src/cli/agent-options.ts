import { resolve } from "node:path";
import { createSdkClient, latestSession, type SessionOptions, sessionsDir } from "../host/index.ts";
import { PERMISSION_MODES, type PermissionMode } from "../protocol/index.ts";
import { parseAgentsFlag, readAgentFiles } from "./agent-files.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { stateDir } from "./state-dir.ts";
import { version } from "./version.ts";

type Hooks = NonNullable<SessionOptions["hooks"]>;

/** What the command line and the environment say, as a session wants it. */
export async function sessionOptions(options: AgentOptions, context: Context): Promise<SessionOptions> {
  const { env, cwd, homeDir } = context;
  const projectDir = resolve(cwd);
  const state = stateDir(context);
  const userDir = env.CLAUDE_CONFIG_DIR ? resolve(cwd, env.CLAUDE_CONFIG_DIR) : resolve(homeDir, ".claude");
  const mode = permissionMode(options);
  const model = options.model ?? nonEmpty(env.ANTHROPIC_MODEL);
  const maxTurns = wholeNumber("--max-turns", options.maxTurns, 1);
  const continuations = maxContinuations(options, context);
  const maxTokens = positive(env.CLAUDE_CODE_MAX_OUTPUT_TOKENS);
  const resume = await resumed(options, sessionsDir(state, projectDir));
  const flagAgents = options.agents === undefined ? [] : parseAgentsFlag(options.agents);
  const fileAgents = await readAgentFiles({ projectDir, userDir });
  const names = new Set(flagAgents.map(({ name }) => name));
  return {
    ...{ projectDir, homeDir, stateDir: state, env, version, client: client(env) },
    ...(model === undefined ? {} : { model }),
    ...(mode === undefined ? {} : { permissionMode: mode }),
    ...(maxTurns === undefined ? {} : { maxTurns }),
    ...(continuations === undefined ? {} : { maxStopContinuations: continuations }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(resume === undefined ? {} : { resume }),
    ...(options.sessionId === undefined ? {} : { sessionId: options.sessionId }),
    ...(options.appendSystemPrompt === undefined ? {} : { appendSystemPrompt: options.appendSystemPrompt }),
    allowedTools: options.allowedTools ?? [],
    disallowedTools: options.disallowedTools ?? [],
    addedDirs: (options.addDir ?? []).map((dir) => resolve(cwd, dir)),
    agents: [...flagAgents, ...fileAgents.filter(({ name }) => !names.has(name))],
    retries: retries(env),
    hooks: hooks(options, context, userDir),
  };
}

function hooks(options: AgentOptions, { cwd }: Context, userDir: string): Hooks {
  const { settings = "", settingSources } = options;
  const isInline = settings.trimStart().startsWith("{");
  return {
    userDir,
    entrypoint: "cli",
    flagSettings: settings === "" ? [] : [isInline ? settings : resolve(cwd, settings)],
    pluginDirs: (options.pluginDir ?? []).map((dir) => resolve(cwd, dir)),
    trust: options.trustProject ? "project" : "store",
    ...(settingSources === undefined ? {} : { settingSources: sources(settingSources) }),
  };
}

const SOURCES = ["user", "project", "local"] as const;

function sources(text: string): NonNullable<Hooks["settingSources"]> {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.map((name) => {
    const known = SOURCES.find((each) => each === name);
    if (!known) throw wrongOption("--setting-sources", SOURCES.join(", "), name);
    return known;
  });
}

function permissionMode({
  permissionMode: mode,
  dangerouslySkipPermissions,
}: AgentOptions): PermissionMode | undefined {
  if (dangerouslySkipPermissions) return "bypassPermissions";
  if (mode === undefined) return undefined;
  const known = PERMISSION_MODES.find((each) => each === mode);
  if (!known) throw wrongOption("--permission-mode", PERMISSION_MODES.join(", "), mode);
  return known;
}

/** Zero continuations is a bound as well; none at all there is not. */
function maxContinuations(
  { maxStopContinuations }: AgentOptions,
  { env, terminal }: Context,
): number | undefined {
  const own = wholeNumber("--max-stop-continuations", maxStopContinuations, 0);
  if (own !== undefined) return own;
  const name = "CLAUDE_CODE_STOP_HOOK_BLOCK_CAP";
  const text = nonEmpty(env[name]);
  if (text === undefined) return undefined;
  const value = Math.floor(Number(text));
  if (value >= 1) return value;
  terminal.err(`kedge: ${name}=${text} is no bound; the default of 8 holds.`);
  return undefined;
}

async function resumed(options: AgentOptions, dir: string): Promise<SessionOptions["resume"]> {
  const forks = options.forkSession === true;
  if (typeof options.resume === "string") return { sessionId: options.resume, forks };
  if (!options.continue && options.resume !== true) {
    if (forks) throw new CommandError(EXIT.usage, "--fork-session needs --resume or --continue.");
    return undefined;
  }
  const sessionId = await latestSession(dir);
  if (sessionId === null)
    throw new CommandError(EXIT.noInput, "No conversation found to continue in this folder.");
  return { sessionId, forks };
}

function client(env: Context["env"]): SessionOptions["client"] {
  const apiKey = nonEmpty(env.ANTHROPIC_API_KEY);
  const authToken = nonEmpty(env.ANTHROPIC_AUTH_TOKEN);
  const baseUrl = nonEmpty(env.ANTHROPIC_BASE_URL);
  const totalMs = positive(env.API_TIMEOUT_MS);
  const idleMs = positive(env.CLAUDE_STREAM_IDLE_TIMEOUT_MS);
  const firstByteMs = positive(env.KEDGE_FIRST_BYTE_TIMEOUT_MS);
  return createSdkClient({
    // With both, the key counts, as in the real agent.
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(apiKey === undefined && authToken !== undefined ? { authToken } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    limits: {
      ...(totalMs === undefined ? {} : { totalMs }),
      ...(idleMs === undefined ? {} : { idleMs }),
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
    },
    userAgent: `kedge/${version}`,
  });
}

/** More retries than this only hide a failure from whoever runs the session. */
const MOST_RETRIES = 15;

function retries(env: Context["env"]): NonNullable<SessionOptions["retries"]> {
  const text = nonEmpty(env.CLAUDE_CODE_MAX_RETRIES);
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value >= 0
    ? { maxRetries: Math.min(value, MOST_RETRIES) }
    : {};
}

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw wrongOption(name, `a whole number of at least ${least}`, text);
  return Number(text);
}

function positive(text: string | undefined): number | undefined {
  const value = Number(nonEmpty(text));
  return Number.isFinite(value) && value >= 1 ? Math.min(Math.floor(value), 2 ** 31 - 1) : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

function wrongOption(name: string, expected: string, came: string): CommandError {
  return new CommandError(EXIT.usage, `Expected ${name} to be ${expected}, got ${JSON.stringify(came)}.`);
}
