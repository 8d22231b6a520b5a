import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BackgroundOutcome } from "../engine/index.ts";
import { type ChildProcesses, createChildProcesses } from "../platform/index.ts";
import { createAsides } from "./asides.ts";
import { bypassForbidden } from "./bypass.ts";
import { checkModels } from "./check-models.ts";
import type { Core, SessionState } from "./core.ts";
import type { EventSink } from "./events.ts";
import { openGuard } from "./guard/open-guard.ts";
import { createInTurn } from "./in-turn.ts";
import { begun, type Late } from "./late-session.ts";
import type { McpServers } from "./mcp/servers.ts";
import { createLateCaller, openSessionServers } from "./mcp/session-servers.ts";
import { DEFAULT_RETRIES } from "./model/retry-policy.ts";
import { newState } from "./new-state.ts";
import { openDefinitions } from "./open-definitions.ts";
import { openEngine } from "./open-engine.ts";
import { cleanStandIns, openSandbox } from "./open-sandbox.ts";
import type { SessionOptions } from "./options.ts";
import { configDirOf } from "./own-places.ts";
import { createProtection, type Protection } from "./permissions/protection.ts";
import type { SettingsInForce } from "./permissions/settings-in-force.ts";
import { OBEYED_IN_HOME } from "./sandbox/private-places.ts";
import { makeSessionFolder, removeSessionFolder } from "./session-folder.ts";
import { createSessionTools } from "./session-tools.ts";
import { createSettingsReader } from "./settings-reader.ts";
import { createSpending } from "./spending/spending.ts";
import { createTaskList } from "./tasks/task-list.ts";
import { createBackgroundShells } from "./tools/background-shells.ts";
import { workingDirs } from "./tools/context.ts";
import type { Entry } from "./transcript/entry.ts";
import type { Undo } from "./undo.ts";
import { createFileChanges } from "./watch/file-changes.ts";
import { whenAborted } from "./when-aborted.ts";

/** Sourced before every command. */
const ENV_FILE = "env";

const DEFAULT_MODEL = "claude-sonnet-5-5";
const DEFAULT_MAX_TOKENS = 32_000;
const DEFAULT_MAX_TURNS = 200;
const DEFAULT_MAX_CONTINUATIONS = 8;

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
  const { projectDir, homeDir, env = {}, client, version = "0" } = options;
  const now = options.now ?? (() => Date.now());
  const random = options.random ?? Math.random;
  const emit = options.onEvent ?? (() => {});
  const state = newState(options);
  const mcp: { servers?: McpServers } = {};
  const { children, guard, temporaryDir } = await openChildren(options, { id, state, undo, now, mcp });
  const retries = { ...DEFAULT_RETRIES, ...options.retries };
  const spending = spendingOf(options);
  const asking = { client, retries, spending, now, random };
  await cleanStandIns(options);
  const engine = await openEngine(options, { children, mcp: createLateCaller(mcp), asking, onOutcome, late });
  undo.push(() => engine.close());
  const asides = createAsides(tellingOf(emit));
  undo.push(() => asides.close());
  const files = createFileChanges(() => late.session);
  undo.push(() => files.close());
  const definitions = await openDefinitions(options, engine);
  const settings = createSettingsReader(options, engine, state);
  const first = await settings();
  takeSettings(state, options, first);
  const model = options.model ?? first.model ?? DEFAULT_MODEL;
  checkModels(model, options, spending);
  const sandbox = await openSandbox(options, { engine, children, state, settings, sessionDir: temporaryDir });
  const shells = createBackgroundShells();
  undo.push(async () => {
    // What runs in the background uses the sandbox to its end.
    await shells.close();
    await sandbox.close();
  });
  const session = () => begun(late);
  const servers = await openSessionServers(options, { engine, state, session });
  undo.push(() => servers.close());
  mcp.servers = servers;
  const ownTools = await createSessionTools({
    ...{ agents: definitions.agents, env, sandbox, settings, version, session, asking: { ...asking, emit } },
    skills: options.parseYaml ? definitions.skills : null,
  });
  const protection = protectionOf(options, temporaryDir);
  // What is protected now stays known by what it is, should somebody rename it later.
  await protection.places({
    workingDirs: workingDirs({ projectDir, state }),
    unprotected: first.unprotected,
  });
  return {
    ...{ id, projectDir, homeDir, temporaryDir, env, version, client, emit, now, random, state, settings },
    ...{ engine, children, sandbox, shells, guard, asides, files, servers, protection, ...definitions },
    ...{ model, spending, retries, fallbackModel: options.fallbackModel ?? null },
    ...{ sessionsDir: dir, envFile: join(temporaryDir, ENV_FILE), permitsBypass: !first.isBypassDisabled },
    inTurn: createInTurn(),
    compaction: options.compaction ?? {},
    maxTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
    maxTurns: options.maxTurns ?? DEFAULT_MAX_TURNS,
    maxStopContinuations: options.maxStopContinuations ?? DEFAULT_MAX_CONTINUATIONS,
    get tools() {
      return [...ownTools, ...servers.tools];
    },
    tasks: createTaskList(entries, () => session().main.transcript),
    asker: options.asker ?? null,
    elicitor: options.elicitor ?? null,
    isOneShot: options.isOneShot ?? false,
  };
}

interface ChildrenOpening extends Pick<Opening, "id" | "undo"> {
  readonly state: SessionState;
  readonly now: () => number;
  /** Ended with the children; made later. */
  readonly mcp: { readonly servers?: McpServers };
}

/** What runs commands, what looks after protected files meanwhile, and the session's private folder. */
async function openChildren(
  options: SessionOptions,
  { id, state, undo, now, mcp }: ChildrenOpening,
): Promise<Pick<Core, "guard" | "temporaryDir"> & { readonly children: ChildProcesses }> {
  const { projectDir, homeDir, stateDir, env = {}, onEvent: emit = () => {} } = options;
  const children = createChildProcesses();
  const temporaryDir = await makeSessionFolder(tmpdir());
  undo.push(() => removeSessionFolder(temporaryDir));
  // It looks a last time when all children are dead.
  const guard = openGuard({
    ...{ sessionId: id, homeDir, stateDir, temporaryDir, env, emit, now },
    left: children.left,
    workingDirs: () => workingDirs({ projectDir, state }),
  });
  undo.push(async () => void (await guard.close()));
  const kill = (): void => {
    children.kill();
    mcp.servers?.kill();
  };
  // Heard until all of them have ended.
  undo.push(whenAborted(options.killSignal, kill));
  undo.push(() => children.close());
  return { children, guard, temporaryDir };
}

function spendingOf({ maxBudgetUsd, prices }: SessionOptions): Core["spending"] {
  return createSpending({
    ...(maxBudgetUsd === undefined ? {} : { limitUsd: maxBudgetUsd }),
    ...(prices ? { prices } : {}),
  });
}

function tellingOf(emit: EventSink): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    emit({ type: "notice", level: "warning", text: `An event could not be told to its hooks: ${text}` });
  };
}

/**
 * Gives a new state the mode and the directories that settings say.
 *
 * @throws {HostError} where they forbid the mode
 */
function takeSettings(
  state: SessionState,
  { permissionMode, projectDir }: SessionOptions,
  { defaultMode, isBypassDisabled, additionalDirectories }: SettingsInForce,
): void {
  state.mode = permissionMode ?? defaultMode ?? "default";
  if (state.mode === "bypassPermissions" && isBypassDisabled) throw bypassForbidden();
  state.addedDirs.push(...additionalDirectories.map((path) => resolve(projectDir, path)));
}

/** What Kedge and the agent obey themselves is protected like what others obey in a project. */
function protectionOf(options: SessionOptions, temporaryDir: string): Protection {
  const { homeDir, stateDir, hooks = {} } = options;
  const given = [hooks.userDir, hooks.managedDir].filter((dir) => dir !== undefined);
  const folders = [stateDir, configDirOf(options), join(temporaryDir, ENV_FILE), ...given];
  return createProtection({ homeDir, folders, inHome: OBEYED_IN_HOME });
}
