import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type BackgroundOutcome, createEngine, type Engine, type EngineState } from "../engine/index.ts";
import { createChildProcesses } from "../platform/index.ts";
import { formatProblem, type PermissionMode } from "../protocol/index.ts";
import { createAgentTool } from "./agents/agent-tool.ts";
import { BUILT_IN_AGENTS } from "./agents/built-in.ts";
import type { AgentDefinition } from "./agents/definition.ts";
import { createHookAgents, createHookModel } from "./agents/hook-models.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire, type SessionState } from "./core.ts";
import { HostError } from "./errors.ts";
import { contextBlocks } from "./hook-texts.ts";
import { readInstructions } from "./instructions.ts";
import { DEFAULT_RETRIES } from "./model/retry-policy.ts";
import type { SessionOptions } from "./options.ts";
import { type OwnRules, readSettingsInForce, type SettingsInForce } from "./permissions/settings-in-force.ts";
import { newGuard } from "./stop.ts";
import { systemPrompt } from "./system-prompt.ts";
import { createBackgroundShells } from "./tools/background-shells.ts";
import { bashTool } from "./tools/bash.ts";
import { toolContext, workingDirs } from "./tools/context.ts";
import { editTool } from "./tools/edit.ts";
import { globTool } from "./tools/glob.ts";
import { grepTool } from "./tools/grep.ts";
import { readTool } from "./tools/read.ts";
import { bashOutputTool, killShellTool } from "./tools/shell-tools.ts";
import { writeTool } from "./tools/write.ts";
import type { Entry, EntryBody } from "./transcript/entry.ts";
import { readTranscript, toMessages } from "./transcript/read-transcript.ts";
import { isSessionId, lockSession, sessionsDir, transcriptPath } from "./transcript/session-files.ts";
import { openTranscript } from "./transcript/transcript.ts";

/** A session that is ready for its first prompt. */
export interface OpenSession {
  readonly core: Core;
  readonly main: Conversation;
  /** Ends what was opened. */
  readonly close: () => Promise<void>;
}

const DEFAULT_MODEL = "claude-sonnet-4-5";
const DEFAULT_MAX_TOKENS = 32_000;
const DEFAULT_MAX_TURNS = 200;
const DEFAULT_MAX_CONTINUATIONS = 8;

/** What is undone when the session ends, or when it cannot be opened after all: the last first. */
type Undo = (() => Promise<void> | void)[];

/** Opens everything that a session needs, and tells the handlers of SessionStart. */
export async function openSession(
  options: SessionOptions,
  onOutcome: (outcome: BackgroundOutcome) => void,
): Promise<OpenSession> {
  checkOptions(options);
  const undo: Undo = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await open(options, onOutcome, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkOptions({ sessionId, resume, maxStopContinuations, maxTurns }: SessionOptions): void {
  for (const id of [sessionId, resume?.sessionId])
    if (id !== undefined && !isSessionId(id))
      throw new HostError(
        "OPTION_NOT_USABLE",
        `Expected a session id to be a UUID, got ${JSON.stringify(id)}`,
      );
  // Neither is ever without a bound by accident.
  for (const [name, value, least] of [
    ["maxStopContinuations", maxStopContinuations, 0],
    ["maxTurns", maxTurns, 1],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value >= least))
      throw new HostError(
        "OPTION_NOT_USABLE",
        `Expected ${name} to be a whole number of at least ${least}, got ${value}`,
      );
}

/** What is made late and needed by what is made before: the session, by its own tools. */
interface Late {
  session?: { readonly core: Core; readonly main: Conversation };
}

async function open(
  options: SessionOptions,
  onOutcome: (outcome: BackgroundOutcome) => void,
  undo: Undo,
): Promise<Omit<OpenSession, "close">> {
  const dir = sessionsDir(options.stateDir, options.projectDir);
  const { id, source, entries } = await findConversation(options, dir);
  undo.push(await lockSession(dir, id));
  const late: Late = {};
  const core = await openCore(options, { id, dir, onOutcome, undo, late });
  const main = await openMain(core, options, entries, undo);
  late.session = { core, main };
  if (source === "fork") for (const entry of entries) await main.transcript.append(withoutFrame(entry));
  const { decision } = await fire(core, "SessionStart", { source }, { conversation: main });
  core.state.pending.push(...contextBlocks("SessionStart", decision.contexts));
  const { initialUserMessage: first } = decision.effects;
  if (first !== undefined) core.state.pending.push({ type: "text", text: first });
  core.emit({ type: "started", source });
  await tellProblems(core);
  return { core, main };
}

/** What is wrong with the configuration of hooks is seen before the first prompt (D1, D9). */
async function tellProblems({ engine, emit }: Core): Promise<void> {
  const { problems, configuration } = await engine.state();
  for (const problem of problems)
    if (problem.severity === "error")
      emit({ type: "notice", level: "warning", text: formatProblem(problem) });
  for (const { place, message } of configuration.findings)
    emit({ type: "notice", level: "warning", text: `${place}: ${message}` });
}

/** Opens the transcript and reads the instructions, of which handlers are told. */
async function openMain(
  core: Core,
  options: SessionOptions,
  entries: readonly Entry[],
  undo: Undo,
): Promise<Conversation> {
  const { projectDir, id, version, now, state } = core;
  const path = transcriptPath(core.sessionsDir, id);
  const transcript = await openTranscript({
    ...{ path, sessionId: id, version, now },
    cwd: () => state.cwd,
    lastUuid: entries.at(-1)?.uuid ?? null,
  });
  undo.push(() => transcript.close());
  const userDir = options.hooks?.userDir ?? join(options.homeDir, ".claude");
  const instructions = await readInstructions({ projectDir, userDir });
  const append = options.appendSystemPrompt;
  const main: Conversation = {
    model: core.model,
    system: systemPrompt({
      ...{ cwd: state.cwd, workingDirs: workingDirs(core), nowMs: now(), instructions },
      ...(append === undefined ? {} : { append }),
    }),
    tools: core.tools,
    messages: toMessages(entries),
    transcript,
    mainTranscriptPath: path,
  };
  for (const { path: file, memoryType, loadReason, parent } of instructions) {
    const included = parent === undefined ? {} : { parent_file_path: parent };
    const fields = { file_path: file, memory_type: memoryType, load_reason: loadReason, ...included };
    await fire(core, "InstructionsLoaded", fields, { conversation: main });
  }
  return main;
}

/** The conversation to go on with, or the id of a new one. */
async function findConversation(
  { sessionId, resume }: SessionOptions,
  dir: string,
): Promise<{
  readonly id: string;
  readonly source: "startup" | "resume" | "fork";
  readonly entries: readonly Entry[];
}> {
  if (resume) {
    const reading = await readTranscript(transcriptPath(dir, resume.sessionId));
    if (!reading)
      throw new HostError(
        "SESSION_MISSING",
        `No conversation found with session ID ${resume.sessionId} in this project`,
      );
    const { entries } = reading;
    if (!resume.forks) return { id: resume.sessionId, source: "resume", entries };
    return { id: newId(sessionId, dir), source: "fork", entries };
  }
  return { id: newId(sessionId, dir), source: "startup", entries: [] };
}

function newId(wanted: string | undefined, dir: string): string {
  if (wanted === undefined) return randomUUID();
  if (existsSync(transcriptPath(dir, wanted)))
    throw new HostError(
      "SESSION_EXISTS",
      `Session ID ${wanted} is already in use. Resume it (--resume), or choose another`,
    );
  return wanted;
}

function withoutFrame(entry: Entry): EntryBody {
  const {
    uuid: _uuid,
    parentUuid: _parent,
    sessionId: _id,
    timestamp: _at,
    cwd: _cwd,
    version: _version,
    ...body
  } = entry;
  return body;
}

interface Opening {
  readonly id: string;
  readonly dir: string;
  readonly onOutcome: (outcome: BackgroundOutcome) => void;
  readonly undo: Undo;
  readonly late: Late;
}

async function openCore(options: SessionOptions, opening: Opening): Promise<Core> {
  const { id, dir, onOutcome, undo, late } = opening;
  const { projectDir, homeDir, stateDir, env = {}, client, version = "0" } = options;
  const children = createChildProcesses();
  undo.push(() => children.close());
  const temporaryDir = await mkdtemp(join(tmpdir(), "kedge-session-"));
  undo.push(() => rm(temporaryDir, { recursive: true, force: true }));
  const shells = createBackgroundShells(temporaryDir);
  undo.push(() => shells.close());
  const session = () => {
    if (!late.session) throw new HostError("SESSION_CLOSED", "The session has not begun");
    return late.session;
  };
  const retries = { ...DEFAULT_RETRIES, ...options.retries };
  const now = options.now ?? (() => Date.now());
  const random = options.random ?? Math.random;
  const asking = { client, retries, now, random };
  const reading = [readTool, globTool, grepTool];
  const engine = await createEngine({
    ...{ projectDir, homeDir, stateDir, env, version, children, onBackground: onOutcome },
    ...options.hooks,
    ...(options.wakes ? { wakes: options.wakes } : {}),
    clock: { now },
    isAttended: options.asker !== undefined,
    models: createHookModel(asking),
    agents: createHookAgents(asking, reading, async (signal) => {
      const { core, main } = session();
      return { model: core.model, context: await toolContext(core, main, { toolUseId: "", signal }) };
    }),
  });
  undo.push(() => engine.close());
  for (const source of options.sources ?? []) engine.addSource(source);
  const agents = allAgents(options.agents ?? []);
  const state: SessionState = {
    ...{ cwd: projectDir, mode: "default", promptId: null, addedDirs: [...(options.addedDirs ?? [])] },
    ...{
      sessionRules: [],
      seen: new Map(),
      guard: newGuard(),
      lastTool: null,
      pending: [],
      denials: [],
      toldUntrusted: new Set(),
    },
  };
  const settings = settingsReader(options, engine, state);
  const first = await settings();
  state.mode = startingMode(options, first);
  state.addedDirs.push(...first.additionalDirectories.map((path) => resolve(projectDir, path)));
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
      shells,
      agents,
      now,
      random,
    },
    ...{ sessionsDir: dir, envFile: join(temporaryDir, "env"), retries, state, settings },
    model: options.model ?? first.model ?? DEFAULT_MODEL,
    maxTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
    maxTurns: options.maxTurns ?? DEFAULT_MAX_TURNS,
    maxStopContinuations: options.maxStopContinuations ?? DEFAULT_MAX_CONTINUATIONS,
    tools: [
      bashTool,
      ...reading,
      editTool,
      writeTool,
      bashOutputTool,
      killShellTool,
      createAgentTool(agents, session),
    ],
    asker: options.asker ?? null,
    isOneShot: options.isOneShot ?? false,
    emit: options.onEvent ?? (() => {}),
  };
}

/** Settings as they are now: read again when a file or a rule of the session changed. */
function settingsReader(options: SessionOptions, engine: Engine, state: SessionState): Core["settings"] {
  const isTrusted = options.hooks?.trust === "project";
  const { allowedTools = [], disallowedTools = [] } = options;
  let known: {
    readonly of: EngineState;
    readonly rules: number;
    readonly value: Promise<SettingsInForce>;
  } | null = null;
  return async () => {
    const of = await engine.state();
    const rules = state.sessionRules.length;
    if (known?.of !== of || known.rules !== rules) {
      const own: OwnRules = {
        allowed: allowedTools,
        disallowed: disallowedTools,
        session: state.sessionRules,
      };
      known = { of, rules, value: readSettingsInForce(of, own, isTrusted) };
    }
    return known.value;
  };
}

function startingMode(
  { permissionMode }: SessionOptions,
  { defaultMode, isBypassDisabled }: SettingsInForce,
): PermissionMode {
  const mode = permissionMode ?? defaultMode ?? "default";
  if (mode === "bypassPermissions" && isBypassDisabled)
    throw new HostError(
      "OPTION_NOT_USABLE",
      "Settings do not permit to bypass permissions (disableBypassPermissionsMode)",
    );
  return mode;
}

function allAgents(own: readonly AgentDefinition[]): readonly AgentDefinition[] {
  const names = new Set(own.map(({ name }) => name));
  return [...BUILT_IN_AGENTS.filter(({ name }) => !names.has(name)), ...own];
}
