import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { type BackgroundOutcome, createEngine, type Engine, type EngineState } from "../engine/index.ts";
import { proxyVariables } from "../net/index.ts";
import { createChildProcesses } from "../platform/index.ts";
import { createAgentTool } from "./agents/agent-tool.ts";
import { BUILT_IN_AGENTS } from "./agents/built-in.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import { agentsFromFiles } from "./agents/from-file.ts";
import { createHookAgents, createHookModel } from "./agents/hook-models.ts";
import { createAsides } from "./asides.ts";
import { bypassForbidden } from "./bypass.ts";
import { createChangeJudge } from "./config-change.ts";
import type { Conversation } from "./conversation.ts";
import type { Core, SessionState } from "./core.ts";
import { HostError } from "./errors.ts";
import { openGuard } from "./guard/open-guard.ts";
import { judgeNow } from "./judge-now.ts";
import type { McpServers } from "./mcp/servers.ts";
import { createLateCaller, openSessionServers } from "./mcp/session-servers.ts";
import { DEFAULT_RETRIES } from "./model/retry-policy.ts";
import { openSandbox } from "./open-sandbox.ts";
import type { SessionOptions } from "./options.ts";
import { createProtection, type Protection } from "./permissions/protection.ts";
import { NO_RULES, type SessionRules } from "./permissions/session-rules.ts";
import { type OwnRules, readSettingsInForce, type SettingsInForce } from "./permissions/settings-in-force.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { createSkillShelf } from "./skills/shelf.ts";
import { createSkillTool } from "./skills/skill-tool.ts";
import { createSpending } from "./spending/spending.ts";
import { newGuard } from "./stop-guard.ts";
import { createTaskList } from "./tasks/task-list.ts";
import { taskTools } from "./tasks/task-tools.ts";
import { createBackgroundShells } from "./tools/background-shells.ts";
import { bashTool, confinedBashTool } from "./tools/bash.ts";
import { toolContext, workingDirs } from "./tools/context.ts";
import { editTool } from "./tools/edit.ts";
import { globTool } from "./tools/glob.ts";
import { grepTool } from "./tools/grep.ts";
import { readTool } from "./tools/read.ts";
import { bashOutputTool, killShellTool } from "./tools/shell-tools.ts";
import type { Tool } from "./tools/tool.ts";
import { createWebFetchTool } from "./tools/web-fetch.ts";
import { writeTool } from "./tools/write.ts";
import type { Entry } from "./transcript/entry.ts";
import { createFileChanges } from "./watch/file-changes.ts";

const DEFAULT_MODEL = "claude-sonnet-5-5";
const DEFAULT_MAX_TOKENS = 32_000;
const DEFAULT_MAX_TURNS = 200;
const DEFAULT_MAX_CONTINUATIONS = 8;

/** What is undone when the session ends, or when it cannot be opened after all: the last first. */
export type Undo = (() => Promise<void> | void)[];

/** What is made late and needed by what is made before: the session, by its own tools. */
export interface Late {
  session?: { readonly core: Core; readonly main: Conversation };
}

/** What a session is opened with besides its options. */
interface Opening {
  readonly id: string;
  readonly dir: string;
  readonly onOutcome: (outcome: BackgroundOutcome) => void;
  readonly undo: Undo;
  readonly late: Late;
  /** Of the conversation that is gone on with. */
  readonly entries: readonly Entry[];
}

/** Starts everything that a session works with, but its conversation. */
export async function openCore(options: SessionOptions, opening: Opening): Promise<Core> {
  const { id, dir, onOutcome, undo, late, entries } = opening;
  const { projectDir, homeDir, stateDir, env = {}, client, version = "0" } = options;
  const now = options.now ?? (() => Date.now());
  const children = createChildProcesses();
  const temporaryDir = await mkdtemp(join(tmpdir(), "kedge-session-"));
  undo.push(() => rm(temporaryDir, { recursive: true, force: true }));
  const emit = options.onEvent ?? (() => {});
  // It looks a last time when all children are dead.
  const guard = openGuard({
    ...{ sessionId: id, homeDir, stateDir, temporaryDir, env, emit, now },
    left: children.left,
    workingDirs: () => workingDirs({ projectDir, state }),
  });
  undo.push(async () => void (await guard.close()));
  undo.push(() => children.close());
  const shells = createBackgroundShells();
  const session = () => {
    if (!late.session) throw new HostError("SESSION_CLOSED", "The session has not begun");
    return late.session;
  };
  const retries = { ...DEFAULT_RETRIES, ...options.retries };
  const random = options.random ?? Math.random;
  const spending = createSpending({
    ...(options.maxBudgetUsd === undefined ? {} : { limitUsd: options.maxBudgetUsd }),
    ...(options.prices ? { prices: options.prices } : {}),
  });
  const asking = { client, retries, spending, now, random };
  const reading = [readTool, globTool, grepTool];
  const mcp: { servers?: McpServers } = {};
  const engine = await createEngine({
    ...{ projectDir, homeDir, stateDir, env, version, children, onBackground: onOutcome },
    ...options.hooks,
    ...(options.wakes ? { wakes: options.wakes } : {}),
    ...{ mcpConfigs: options.mcp?.configs ?? [], isMcpStrict: options.mcp?.isStrict ?? false },
    mcp: options.hooks?.mcp ?? createLateCaller(mcp),
    clock: { now },
    isAttended: options.asker !== undefined,
    onConfigChange: createChangeJudge(() => late.session),
    models: createHookModel(asking),
    agents: createHookAgents(asking, reading, async (signal) => {
      const { core, main } = session();
      return {
        model: core.model,
        context: await toolContext(core, main, { toolUseId: "", signal, grant: null, isConfined: true }),
        async refusal(name, input) {
          const { behavior, why } = await judgeNow(core, main, name, input);
          return behavior === "allow" ? null : `${name} is not permitted here: ${why}.`;
        },
      };
    }),
  });
  undo.push(() => engine.close());
  const asides = createAsides((error) => {
    const text = error instanceof Error ? error.message : String(error);
    emit({ type: "notice", level: "warning", text: `An event could not be told to its hooks: ${text}` });
  });
  undo.push(() => asides.close());
  const files = createFileChanges(() => late.session);
  undo.push(() => files.close());
  for (const source of options.sources ?? []) engine.addSource(source);
  const { parseYaml } = options;
  const readDefinitions = async () => (parseYaml ? engine.definitions(parseYaml) : NO_DEFINITIONS);
  const definitions = await readDefinitions();
  const skills = createSkillShelf(definitions, readDefinitions);
  const ofFiles = agentsFromFiles(definitions.files);
  const agents = allAgents(options.agents ?? [], ofFiles.agents);
  const state: SessionState = {
    ...{ cwd: projectDir, mode: "default", promptId: null, addedDirs: [...(options.addedDirs ?? [])] },
    ...{
      sessionRules: NO_RULES,
      seen: new Map(),
      guard: newGuard(),
      lastTool: null,
      rules: [],
      instructions: new WeakMap(),
      turnSignal: null,
      isEnding: false,
      pending: [],
      denials: [],
      toldUntrusted: new Set(),
    },
  };
  const settings = settingsReader(options, engine, state);
  const first = await settings();
  state.mode = options.permissionMode ?? first.defaultMode ?? "default";
  const permitsBypass = !first.isBypassDisabled;
  if (state.mode === "bypassPermissions" && !permitsBypass) throw bypassForbidden();
  state.addedDirs.push(...first.additionalDirectories.map((path) => resolve(projectDir, path)));
  const model = options.model ?? first.model ?? DEFAULT_MODEL;
  checkModels(model, options, spending);
  const sandbox = await openSandbox(options, { engine, children, state, sessionDir: temporaryDir });
  undo.push(async () => {
    // What runs in the background uses the sandbox to its end.
    await shells.close();
    await sandbox.close();
  });
  const servers = await openSessionServers(options, { engine, state, session });
  undo.push(() => servers.close());
  mcp.servers = servers;
  const webFetch = createWebFetchTool({
    ...{ asking: { ...asking, emit }, userAgent: `kedge/${version}`, proxyEnv: proxyVariables(env) },
    allowsLocal: async (host) => (await settings()).allowsLocalHost(host),
  });
  const ownTools = [
    ...[await bashFor(sandbox), ...reading, editTool, writeTool, bashOutputTool, killShellTool, webFetch],
    createAgentTool(agents, session),
    ...taskTools,
    ...(parseYaml ? [createSkillTool(skills, session)] : []),
  ];
  const protection = protectionOf(options);
  // What is protected now stays known by what it is, should somebody rename it later.
  await protection.places({
    workingDirs: [projectDir, ...state.addedDirs],
    unprotected: first.unprotected,
  });
  return {
    ...{
      id,
      projectDir,
      homeDir,
      temporaryDir,
      env,
      version,
      client,
      engine,
      children,
      sandbox,
      shells,
      guard,
      agents,
      skills,
      asides,
      files,
      now,
      random,
      emit,
    },
    ...{ permitsBypass, sessionsDir: dir, envFile: join(temporaryDir, "env"), retries, state, settings },
    protection,
    agentProblems: ofFiles.problems,
    ...{
      model,
      spending,
      fallbackModel: options.fallbackModel ?? null,
      compaction: options.compaction ?? {},
    },
    maxTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
    maxTurns: options.maxTurns ?? DEFAULT_MAX_TURNS,
    maxStopContinuations: options.maxStopContinuations ?? DEFAULT_MAX_CONTINUATIONS,
    get tools() {
      return [...ownTools, ...servers.tools];
    },
    servers,
    tasks: createTaskList(entries, () => session().main.transcript),
    asker: options.asker ?? null,
    elicitor: options.elicitor ?? null,
    isOneShot: options.isOneShot ?? false,
  };
}

/** A fallback that is no other model, or a model that no budget can be kept with, is said before the first prompt. */
function checkModels(
  model: string,
  { fallbackModel }: SessionOptions,
  spending: ReturnType<typeof createSpending>,
): void {
  if (fallbackModel === model)
    throw new HostError(
      "OPTION_NOT_USABLE",
      `The fallback model is the model itself (${model}). Name another`,
    );
  for (const name of fallbackModel === undefined ? [model] : [model, fallbackModel]) {
    const why = spending.refusal(name);
    if (why !== null) throw new HostError("OPTION_NOT_USABLE", why);
  }
}

async function bashFor(sandbox: Sandbox): Promise<Tool> {
  if ((await sandbox.status()).state !== "active") return bashTool;
  return confinedBashTool((await sandbox.rules()).allowsUnsandboxed === true);
}

/** Settings as they are now: read again when a file or a rule of the session changed. */
function settingsReader(options: SessionOptions, engine: Engine, state: SessionState): Core["settings"] {
  const isTrusted = options.hooks?.trust === "project";
  const { allowedTools = [], disallowedTools = [] } = options;
  let known: {
    readonly of: EngineState;
    readonly rules: SessionRules;
    readonly value: Promise<SettingsInForce>;
  } | null = null;
  return async () => {
    const of = await engine.state();
    const rules = state.sessionRules;
    if (known?.of !== of || known.rules !== rules) {
      const own: OwnRules = {
        allowed: allowedTools,
        disallowed: disallowedTools,
        session: rules,
      };
      known = { of, rules, value: readSettingsInForce(of, own, isTrusted, options) };
    }
    return known.value;
  };
}

/** What Kedge and the agent obey themselves is protected like what others obey in a project. */
function protectionOf({ homeDir, stateDir, hooks = {}, env = {} }: SessionOptions): Protection {
  const { XDG_CONFIG_HOME: configured = "" } = env;
  const configDir = isAbsolute(configured) ? configured : join(homeDir, ".config");
  const given = [hooks.userDir, hooks.managedDir].filter((dir) => dir !== undefined);
  return createProtection({ homeDir, folders: [stateDir, join(configDir, "kedge"), ...given] });
}

const NO_DEFINITIONS = { files: [], problems: [] } as const;

function allAgents(
  own: readonly AgentDefinition[],
  ofFiles: readonly AgentDefinition[],
): readonly AgentDefinition[] {
  const all = [...own, ...ofFiles.filter(({ name }) => !own.some((each) => each.name === name))];
  return [...BUILT_IN_AGENTS.filter(({ name }) => !all.some((each) => each.name === name)), ...all];
}
