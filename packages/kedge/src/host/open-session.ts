import { join } from "node:path";
import type { BackgroundOutcome } from "../engine/index.ts";
import { formatProblem } from "../protocol/index.ts";
import { BUILT_IN_COMMANDS } from "./commands/built-in.ts";
import { gaugeOf } from "./compaction/gauge.ts";
import type { Conversation } from "./conversation.ts";
import { type Core, fire } from "./core.ts";
import { HostError } from "./errors.ts";
import { noGrants } from "./grants.ts";
import { contextBlocks } from "./hook-texts.ts";
import { readRules } from "./instruction-rules.ts";
import { type InstructionFile, readInstructions } from "./instructions.ts";
import type { Late } from "./late-session.ts";
import { knownInstructions } from "./nested-instructions.ts";
import { openCore } from "./open-core.ts";
import { tellSandbox } from "./open-sandbox.ts";
import type { SessionOptions } from "./options.ts";
import { resumedFields } from "./resumed-session.ts";
import { setUp } from "./setup.ts";
import { systemPrompt } from "./system-prompt.ts";
import { takeConversation } from "./take-conversation.ts";
import { workingDirs } from "./tools/context.ts";
import type { Entry, EntryBody } from "./transcript/entry.ts";
import { toMessages } from "./transcript/read-transcript.ts";
import { isSessionId, sessionsDir, transcriptPath } from "./transcript/session-files.ts";
import { openTranscript } from "./transcript/transcript.ts";
import { type Undo, undoAll } from "./undo.ts";
import { whenAborted } from "./when-aborted.ts";

/** A session that is ready for its first prompt. */
export interface OpenSession {
  readonly core: Core;
  readonly main: Conversation;
  /** Ends what was opened. */
  readonly close: () => Promise<void>;
}

/** Opens everything that a session needs, and tells the handlers of SessionStart. */
export async function openSession(
  options: SessionOptions,
  onOutcome: (outcome: BackgroundOutcome) => void,
): Promise<OpenSession> {
  checkOptions(options);
  const undo: Undo = [];
  const close = (): Promise<void> => undoAll(undo);
  try {
    return { ...(await open(options, onOutcome, undo)), close };
  } catch (error) {
    await close().catch(() => undefined); // why it could not be opened is what counts
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

async function open(
  options: SessionOptions,
  onOutcome: (outcome: BackgroundOutcome) => void,
  undo: Undo,
): Promise<Omit<OpenSession, "close">> {
  const dir = sessionsDir(options.stateDir, options.projectDir);
  const { id, source, entries } = await takeConversation(options, dir, undo);
  const late: Late = {};
  const core = await openCore(options, { id, dir, onOutcome, undo, late, entries });
  const main = await openMain(core, options, { entries, isFork: source === "fork", undo });
  late.session = { core, main };
  if (source === "fork")
    for (const entry of entries) await main.transcript.append(withoutFrame(entry), entry.uuid);
  const { signal } = options;
  const about = { conversation: main, ...(signal ? { signal } : {}) };
  if (options.setup) await setUp(core, main, { trigger: options.setup, signal });
  const fields = { source, ...resumedFields(entries, core.now()) };
  const { decision } = await fire(core, "SessionStart", fields, about);
  if (signal?.aborted) throw new HostError("SESSION_CLOSED", "The session was ended as it began");
  if (decision.effects.reloadSkills === true) await core.skills.reload();
  core.state.pending.push(...contextBlocks("SessionStart", decision.contexts));
  const { initialUserMessage: first, watchPaths } = decision.effects;
  if (first !== undefined) core.state.pending.push({ type: "text", text: first });
  // Somebody at the terminal begins at once; a run without one needs its tools in the first request.
  if (core.asker === null) await settleServers(core, signal);
  if (watchPaths) core.files.watch(watchPaths);
  await core.files.look();
  core.emit({ type: "started", source, sandbox: (await core.sandbox.status()).state });
  await tellSandbox(core.sandbox, core.emit);
  await tellProblems(core);
  core.servers.begin();
  return { core, main };
}

/** Waits for MCP servers, each of which has its own bound. */
async function settleServers({ servers }: Core, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const stop = whenAborted(signal, resolve);
  await Promise.race([servers.settled, aborted]);
  stop();
  if (signal?.aborted) throw new HostError("SESSION_CLOSED", "The session was ended as it began");
}

/** What is wrong with the configuration of hooks is seen before the first prompt (D1, D9). */
async function tellProblems({ engine, emit, settings, agentProblems, skills }: Core): Promise<void> {
  const { problems, configuration } = await engine.state();
  const { unprotected, overreaching, withheld } = await settings();
  for (const { name, file } of skills.all())
    if (BUILT_IN_COMMANDS.some((command) => command.name === name))
      emit({
        type: "notice",
        level: "warning",
        text: `${file.shownAs}: /${name} is a command of the session; this one cannot be typed.`,
      });
  for (const problem of [...problems, ...skills.problems, ...agentProblems])
    if (problem.severity === "error")
      emit({ type: "notice", level: "warning", text: formatProblem(problem) });
  for (const { place, message } of configuration.findings)
    emit({ type: "notice", level: "warning", text: `${place}: ${message}` });
  for (const name of overreaching) {
    const text = `${name}: permissions.unprotectedPaths counts from user and managed settings and --settings only, and is ignored here.`;
    emit({ type: "notice", level: "warning", text });
  }
  for (const { source, keys } of withheld) {
    const text = `${source}: ${keys.join(", ")} ${keys.length === 1 ? "counts" : "count"} with --trust-project only, and ${keys.length === 1 ? "is" : "are"} ignored here.`;
    emit({ type: "notice", level: "warning", text });
  }
  for (const name of unprotected.unknown) {
    const text = `permissions.unprotectedPaths: ${JSON.stringify(name)} is no protected name, and no path, for it has no slash.`;
    emit({ type: "notice", level: "warning", text });
  }
}

/** Opens the transcript and reads the instructions, of which handlers are told. */
async function openMain(
  core: Core,
  options: SessionOptions,
  of: { readonly entries: readonly Entry[]; readonly isFork: boolean; readonly undo: Undo },
): Promise<Conversation> {
  const { entries, isFork, undo } = of;
  const { projectDir, id, version, now, state } = core;
  const path = transcriptPath(core.sessionsDir, id);
  const transcript = await openTranscript({
    ...{ path, sessionId: id, version, now },
    cwd: () => state.cwd,
    // The first entry of a copy is the first of all.
    lastUuid: isFork ? null : (entries.at(-1)?.uuid ?? null),
  });
  undo.push(() => transcript.close());
  const userDir = options.hooks?.userDir ?? join(options.homeDir, ".claude");
  const rules = await readRules({ projectDir, userDir });
  state.rules = rules.filter(({ about }) => about !== null);
  const always = rules.filter(({ about }) => about === null);
  const instructions: readonly InstructionFile[] = [
    ...(await readInstructions({ projectDir, userDir })),
    ...always.map(({ path, text, memoryType }) => ({
      path,
      text,
      memoryType,
      loadReason: "session_start" as const,
    })),
  ];
  const append = options.appendSystemPrompt;
  const main: Conversation = {
    model: core.model,
    system: systemPrompt({
      ...{ cwd: state.cwd, workingDirs: workingDirs(core), nowMs: now(), instructions },
      ...(append === undefined ? {} : { append }),
    }),
    get tools() {
      return core.tools;
    },
    messages: toMessages(entries),
    seen: new Map(),
    grants: noGrants(),
    skillHooks: new Map(),
    gauge: gaugeOf(entries),
    transcript,
    mainTranscriptPath: path,
  };
  state.instructions.set(main, knownInstructions(instructions.map((each) => each.path)));
  await tellInstructions(core, main, instructions, options.signal);
  return main;
}

async function tellInstructions(
  core: Core,
  main: Conversation,
  instructions: readonly InstructionFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const about = { conversation: main, ...(signal ? { signal } : {}) };
  for (const { path, memoryType, loadReason, parent } of instructions) {
    const included = parent === undefined ? {} : { parent_file_path: parent };
    const fields = { file_path: path, memory_type: memoryType, load_reason: loadReason, ...included };
    await fire(core, "InstructionsLoaded", fields, about);
  }
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
