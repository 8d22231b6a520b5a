import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BackgroundOutcome, createEngine } from "../engine/index.ts";
import { createChildProcesses } from "../platform/index.ts";
import { BUILT_IN_AGENTS } from "./agents/built-in.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import { agentsFromFiles } from "./agents/from-file.ts";
import { createHookAgents, createHookModel } from "./agents/hook-models.ts";
import { createAsides } from "./asides.ts";
import { bypassForbidden } from "./bypass.ts";
import { checkModels } from "./check-models.ts";
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
import { configDirOf } from "./own-places.ts";
import { createProtection, type Protection } from "./permissions/protection.ts";
import { NO_RULES } from "./permissions/session-rules.ts";
import { createSessionTools, READING_TOOLS } from "./session-tools.ts";
import { createSettingsReader } from "./settings-reader.ts";
import { createSkillShelf } from "./skills/shelf.ts";
import { createSpending } from "./spending/spending.ts";
import { newGuard } from "./stop-guard.ts";
import { createTaskList } from "./tasks/task-list.ts";
import { createBackgroundShells } from "./tools/background-shells.ts";
import { toolContext, workingDirs } from "./tools/context.ts";
import type { Entry } from "./transcript/entry.ts";
import type { Undo } from "./undo.ts";
import { createFileChanges } from "./watch/file-changes.ts";
import { whenAborted } from "./when-aborted.ts";

const DEFAULT_MODEL = "claude-sonnet-5-5";
const DEFAULT_MAX_TOKENS = 32_000;
const DEFAULT_MAX_TURNS = 200;
const DEFAULT_MAX_CONTINUATIONS = 8;

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
  const mcp: { servers?: McpServers } = {};
  const kill = (): void => {
    children.kill();
    mcp.servers?.kill();
  };
  // Heard until all of them have ended.
  undo.push(whenAborted(options.killSignal, kill));
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
    agents: createHookAgents(asking, READING_TOOLS, async (signal) => {
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
  const ofFiles = agentsFromFiles(definitions.files, BUILT_IN_AGENTS);
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
  const settings = createSettingsReader(options, engine, state);
  const first = await settings();
  state.mode = options.permissionMode ?? first.defaultMode ?? "default";
  const permitsBypass = !first.isBypassDisabled;
  if (state.mode === "bypassPermissions" && !permitsBypass) throw bypassForbidden();
  state.addedDirs.push(...first.additionalDirectories.map((path) => resolve(projectDir, path)));
  const model = options.model ?? first.model ?? DEFAULT_MODEL;
  checkModels(model, options, spending);
  const sandbox = await openSandbox(options, { engine, children, state, settings, sessionDir: temporaryDir });
  undo.push(async () => {
    // What runs in the background uses the sandbox to its end.
    await shells.close();
    await sandbox.close();
  });
  const servers = await openSessionServers(options, { engine, state, session });
  undo.push(() => servers.close());
  mcp.servers = servers;
  const ownTools = await createSessionTools({
    ...{ agents, env, sandbox, settings, version, session, asking: { ...asking, emit } },
    skills: parseYaml ? skills : null,
  });
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

/** What Kedge and the agent obey themselves is protected like what others obey in a project. */
function protectionOf(options: SessionOptions): Protection {
  const { homeDir, stateDir, hooks = {} } = options;
  const given = [hooks.userDir, hooks.managedDir].filter((dir) => dir !== undefined);
  return createProtection({ homeDir, folders: [stateDir, configDirOf(options), ...given] });
}

const NO_DEFINITIONS = { files: [], problems: [] } as const;

function allAgents(
  own: readonly AgentDefinition[],
  ofFiles: readonly AgentDefinition[],
): readonly AgentDefinition[] {
  const all = [...own, ...ofFiles.filter(({ name }) => !own.some((each) => each.name === name))];
  return [...BUILT_IN_AGENTS.filter(({ name }) => !all.some((each) => each.name === name)), ...all];
}
