import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isSessionId, latestSession, type SessionOptions, sessionsDir } from "../host/index.ts";
import { PERMISSION_MODES, type PermissionMode } from "../protocol/index.ts";
import { budgetOptions } from "./agent-budget.ts";
import { compactionOptions } from "./agent-compaction.ts";
import { envContinuations, environmentOptions, mcpTimeouts, nonEmpty } from "./agent-environment.ts";
import type { AgentOptions } from "./agent-formats.ts";
import { flagRules } from "./agent-rules.ts";
import { parseAgentsFlag } from "./agents-flag.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { parseFrontmatterYaml } from "./frontmatter-yaml.ts";
import { stateDir } from "./state-dir.ts";
import { version } from "./version.ts";

type Hooks = NonNullable<SessionOptions["hooks"]>;

/**
 * What the command line and the environment say, as a session wants it.
 *
 * @throws {CommandError} for an option that cannot be used
 */
export async function sessionOptions(options: AgentOptions, context: Context): Promise<SessionOptions> {
  const { env, cwd, homeDir } = context;
  const projectDir = resolve(cwd);
  const state = stateDir(context);
  const userDir = env.CLAUDE_CONFIG_DIR ? resolve(cwd, env.CLAUDE_CONFIG_DIR) : resolve(homeDir, ".claude");
  const mode = permissionMode(options);
  const model = given("--model", options.model) ?? nonEmpty(env.ANTHROPIC_MODEL);
  const fallbackModel = given("--fallback-model", options.fallbackModel);
  const maxTurns = wholeNumber("--max-turns", options.maxTurns, 1);
  const continuations =
    wholeNumber("--max-stop-continuations", options.maxStopContinuations, 0) ?? envContinuations(context);
  const flagAgents = options.agents === undefined ? [] : parseAgentsFlag(options.agents);
  const conversation = await whichConversation(options, sessionsDir(state, projectDir));
  return {
    ...{ projectDir, homeDir, stateDir: state, env, version },
    ...environmentOptions(context),
    ...conversation,
    ...setup(options),
    ...(model === undefined ? {} : { model }),
    ...(fallbackModel === undefined ? {} : { fallbackModel }),
    ...budgetOptions(options, context),
    ...compactionOptions(context),
    ...(mode === undefined ? {} : { permissionMode: mode }),
    ...(maxTurns === undefined ? {} : { maxTurns }),
    ...(continuations === undefined ? {} : { maxStopContinuations: continuations }),
    ...(options.appendSystemPrompt === undefined ? {} : { appendSystemPrompt: options.appendSystemPrompt }),
    allowedTools: await flagRules("--allowedTools", options.allowedTools, context),
    disallowedTools: await flagRules("--disallowedTools", options.disallowedTools, context),
    addedDirs: (options.addDir ?? []).map((dir) => existingFolder("--add-dir", resolve(cwd, dir))),
    agents: flagAgents,
    parseYaml: parseFrontmatterYaml,
    hooks: hooks(options, context, userDir),
    mcp: {
      ...mcpTimeouts(context),
      configs: (options.mcpConfig ?? []).map((text) =>
        text.trimStart().startsWith("{") ? text : resolve(cwd, text),
      ),
      isStrict: options.strictMcpConfig ?? false,
    },
  };
}

/** What preparation comes first. Each of the flags names one, so that two of them are a mistake. */
function setup({ init, initOnly, maintenance }: AgentOptions): Pick<SessionOptions, "setup"> {
  if (maintenance && (init || initOnly))
    throw new CommandError(
      EXIT.usage,
      `--maintenance and ${initOnly ? "--init-only" : "--init"} contradict each other. Give one of them.`,
    );
  if (init || initOnly) return { setup: "init" };
  return maintenance ? { setup: "maintenance" } : {};
}

function hooks(options: AgentOptions, { cwd }: Context, userDir: string): Hooks {
  const { settingSources } = options;
  // An empty one names none: scripts write `--settings "$EXTRA"` (recorded).
  const settings = options.settings === "" ? undefined : options.settings;
  const isInline = settings?.trimStart().startsWith("{");
  return {
    userDir,
    entrypoint: "cli",
    flagSettings: settings === undefined ? [] : [isInline ? settings : resolve(cwd, settings)],
    pluginDirs: (options.pluginDir ?? []).map((dir) => resolve(cwd, dir)),
    trust: options.trustProject ? "project" : "store",
    ...(settingSources === undefined ? {} : { settingSources: sources(settingSources) }),
  };
}

const SOURCES = ["user", "project", "local"] as const;

/** None is a list as well: only what the administrator and this call configure is read. */
function sources(text: string): NonNullable<Hooks["settingSources"]> {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.map((name) => {
    const known = SOURCES.find((each) => each === name);
    if (!known) throw wrongOption("--setting-sources", `some of ${SOURCES.join(",")}`, name);
    return known;
  });
}

function permissionMode(options: AgentOptions): PermissionMode | undefined {
  const { permissionMode: mode, dangerouslySkipPermissions } = options;
  const known = PERMISSION_MODES.find((each) => each === mode);
  if (mode !== undefined && !known)
    throw wrongOption("--permission-mode", `one of ${PERMISSION_MODES.join(", ")}`, mode);
  if (!dangerouslySkipPermissions) return known;
  // Of two wishes the one that permits more does not win by chance.
  if (known !== undefined && known !== "bypassPermissions")
    throw new CommandError(
      EXIT.usage,
      `--dangerously-skip-permissions and --permission-mode ${known} contradict each other. Give one of them.`,
    );
  return "bypassPermissions";
}

/** The session to begin, or that to go on with. */
async function whichConversation(
  options: AgentOptions,
  dir: string,
): Promise<Pick<SessionOptions, "sessionId" | "resume">> {
  const { resume, sessionId, forkSession: forks = false } = options;
  for (const [flag, id] of [["--session-id", sessionId] as const, ["--resume", resume] as const])
    if (typeof id === "string" && !isSessionId(id))
      throw wrongOption(flag, "a session id, which is a UUID", id);
  const isGoingOn = resume !== undefined || options.continue === true;
  if (forks && !isGoingOn) throw new CommandError(EXIT.usage, "--fork-session needs --resume or --continue.");
  if (sessionId !== undefined && isGoingOn && !forks)
    throw new CommandError(EXIT.usage, "--session-id with --resume or --continue needs --fork-session.");
  if (typeof resume === "string" && options.continue)
    throw new CommandError(
      EXIT.usage,
      "--resume with an id and --continue contradict each other. Give one of them.",
    );
  const { resumeSessionAt: untilEntry } = options;
  if (untilEntry !== undefined && !forks)
    throw new CommandError(EXIT.usage, "--resume-session-at needs --resume and --fork-session.");
  const own = sessionId === undefined ? {} : { sessionId };
  if (!isGoingOn) return own;
  const earlier = typeof resume === "string" ? resume : await latestSession(dir);
  if (earlier === null)
    throw new CommandError(EXIT.noInput, "No conversation found to continue in this folder.");
  return {
    ...own,
    resume: { sessionId: earlier, forks, ...(untilEntry === undefined ? {} : { untilEntry }) },
  };
}

function existingFolder(flag: string, path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) throw new CommandError(EXIT.noInput, `Expected ${flag} to be a folder; ${path} is none.`);
  return path;
}

/** An option with nothing in it is a variable that was not set, and no wish for the default. */
function given(name: string, text: string | undefined): string | undefined {
  if (text?.trim() === "") throw wrongOption(name, "something", text);
  return text;
}

function wholeNumber(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw wrongOption(name, `a whole number of at least ${least}`, text);
  return Number(text);
}

function wrongOption(name: string, expected: string, came: string): CommandError {
  return new CommandError(EXIT.usage, `Expected ${name} to be ${expected}, got ${JSON.stringify(came)}.`);
}
