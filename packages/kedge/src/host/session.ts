import type { BackgroundOutcome } from "../engine/index.ts";
import type { PermissionMode } from "../protocol/index.ts";
import { bypassForbidden } from "./bypass.ts";
import { BUILT_IN_COMMANDS } from "./commands/built-in.ts";
import { fire } from "./core.ts";
import { addDirectory, type DirectorySource } from "./directories.ts";
import { HostError } from "./errors.ts";
import { endGrants } from "./grants.ts";
import { reminder } from "./hook-texts.ts";
import { createIdlePrompt, type IdlePrompt } from "./idle-prompt.ts";
import type { Interrupts } from "./interrupts.ts";
import type { McpServerState } from "./mcp/ports.ts";
import { type OpenSession, openSession } from "./open-session.ts";
import type { SessionOptions } from "./options.ts";
import type { TurnResult } from "./result.ts";
import { takePrompt, takeWake } from "./take-prompt.ts";
import { toResult } from "./to-result.ts";
import { createTurnQueue } from "./turn-queue.ts";
import type { TurnEnd } from "./turn-state.ts";

/** Why a session ends, as SessionEnd tells it. */
export type SessionEndReason = "other" | "prompt_input_exit" | "clear" | "logout";

/** One conversation with an agent. */
export interface Session {
  /** UUID. */
  readonly id: string;
  readonly transcriptPath: string;
  readonly model: string;
  readonly tools: readonly string[];
  readonly agents: readonly string[];
  /** MCP servers as they stand now. */
  readonly mcpServers: readonly McpServerState[];
  /** Names that can be typed behind a slash. */
  readonly commands: readonly string[];
  /** Names of skills, those of commands left out. */
  readonly skills: readonly string[];
  readonly cwd: string;
  /** Setting it throws {@link HostError} `OPTION_NOT_USABLE` for a mode that settings do not permit. */
  permissionMode: PermissionMode;
  /**
   * Sends a prompt and waits for the end of its turn. Prompts are taken one after the other.
   *
   * @returns how the turn ended; failures of the API are results, never rejections
   * @throws {HostError} `SESSION_CLOSED`, `TRANSCRIPT_NOT_WRITABLE`
   */
  send(prompt: string): Promise<TurnResult>;
  /**
   * Replaces the conversation by a summary of it, as the prompt `/compact` does.
   *
   * @param instructions what the summary should keep
   * @returns how that went; `text` says so
   * @throws as {@link Session.send}
   */
  compact(instructions?: string): Promise<TurnResult>;
  /**
   * Waits until nothing goes on any more: no turn, no StopFailure handler that may still wake the session, and no handler of an event that
   * a turn does not wait for (FileChanged, DirectoryAdded). Turns that such handlers begin are waited for as well; their results come
   * through `onEvent`.
   *
   * @returns the result of the last turn; null before the first
   * @throws once, what such a turn was rejected with, as {@link Session.send}; a notice has said so
   */
  quiet(): Promise<TurnResult | null>;
  /**
   * Adds a folder to those in which the session works, and tells DirectoryAdded.
   *
   * @param path absolute, or relative to the project
   * @param source who wants it; default `register_repo_root`: a program
   * @returns the folder, absolute
   * @throws {HostError} `OPTION_NOT_USABLE` for what is no folder, `SESSION_CLOSED`
   */
  addDirectory(path: string, source?: DirectorySource): Promise<string>;
  /**
   * Ends the turn that runs, or that is about to; its result says so. Handlers of PostToolUseFailure still hear of the calls that it ended,
   * for 5 s at most, and a second interrupt ends them as well.
   */
  interrupt(): void;
  /** Kills every process of the session at once: for a program that exits in the next moment, and cannot wait for `close()`. */
  kill(): void;
  /** Ends everything: the turn, handlers, commands. The transcript stays, and can be resumed. */
  close(reason?: SessionEndReason): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts or resumes a session: reads settings, hooks and instructions, and tells the handlers of SessionStart.
 *
 * @throws {HostError} `SESSION_MISSING`, `SESSION_EXISTS`, `SESSION_IN_USE`, `OPTION_NOT_USABLE`, `SANDBOX_UNAVAILABLE`
 * @throws {HookError} as `createEngine`
 */
export async function createSession(options: SessionOptions): Promise<Session> {
  const wakes: BackgroundOutcome[] = [];
  let onOutcome = (outcome: BackgroundOutcome): void => void wakes.push(outcome);
  const open = await openSession(options, (outcome) => onOutcome(outcome));
  const idle = createIdlePrompt(open.core, open.main, options.idleAfterMs ?? IDLE_AFTER_MS);
  const session = new RunningSession(open, idle);
  onOutcome = (outcome) => session.takeOutcome(outcome);
  for (const outcome of wakes.splice(0)) session.takeOutcome(outcome);
  return session;
}

const IDLE_AFTER_MS = 60_000;

type Take = (signal: AbortSignal) => Promise<TurnEnd>;

class RunningSession implements Session {
  private readonly open: OpenSession;
  private readonly turns = createTurnQueue();
  private last: TurnResult | null = null;
  /** Of a turn that a handler began, and whose caller nobody is: kept for whoever waits for quiet. */
  private wakeFailure: { readonly error: unknown } | null = null;
  private closing: Promise<void> | null = null;
  private readonly idle: IdlePrompt;

  constructor(open: OpenSession, idle: IdlePrompt) {
    this.open = open;
    this.idle = idle;
  }

  get id(): string {
    return this.open.core.id;
  }
  get transcriptPath(): string {
    return this.open.main.transcript.path;
  }
  get model(): string {
    return this.open.core.model;
  }
  get tools(): readonly string[] {
    return this.open.core.tools.map(({ definition }) => definition.name);
  }
  get agents(): readonly string[] {
    return this.open.core.agents.map(({ name }) => name);
  }
  get mcpServers(): readonly McpServerState[] {
    return this.open.core.servers.states;
  }
  get commands(): readonly string[] {
    const typable = this.open.core.skills.all().filter(({ isForUser }) => isForUser);
    return [...new Set([...BUILT_IN_COMMANDS, ...typable].map(({ name }) => name))];
  }
  get skills(): readonly string[] {
    return this.open.core.skills.all().flatMap(({ kind, name }) => (kind === "skill" ? [name] : []));
  }
  get cwd(): string {
    return this.open.core.state.cwd;
  }
  get permissionMode(): PermissionMode {
    return this.open.core.state.mode;
  }
  set permissionMode(mode: PermissionMode) {
    const { permitsBypass, state } = this.open.core;
    if (mode === "bypassPermissions" && !permitsBypass) throw bypassForbidden();
    state.mode = mode;
  }

  send(prompt: string): Promise<TurnResult> {
    this.mustBeOpen();
    return this.turn("prompt", (signal) => takePrompt(this.open, prompt, signal));
  }

  compact(instructions = ""): Promise<TurnResult> {
    return this.send(`/compact ${instructions}`);
  }

  async quiet(): Promise<TurnResult | null> {
    for (;;) {
      const { settled } = this.turns;
      await settled;
      const { engine, files } = this.open.core;
      await files.settled();
      await engine.background.settled("StopFailure");
      if (settled !== this.turns.settled) continue;
      const failure = this.wakeFailure;
      this.wakeFailure = null;
      if (failure) throw failure.error;
      return this.last;
    }
  }

  async addDirectory(path: string, source: DirectorySource = "register_repo_root"): Promise<string> {
    this.mustBeOpen();
    const { core, main } = this.open;
    return addDirectory(core, main, { path, source });
  }

  interrupt(): void {
    if (!this.turns.interrupt()) return;
    const { state } = this.open.core;
    state.nextInterrupt.abort();
    state.nextInterrupt = new AbortController();
  }

  kill(): void {
    this.open.core.children.kill();
    this.open.core.servers.kill();
  }

  close(reason: SessionEndReason = "other"): Promise<void> {
    this.closing ??= this.end(reason);
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What a background handler said: for the next request, or to go on at once. */
  takeOutcome(outcome: BackgroundOutcome): void {
    const { core } = this.open;
    if (this.closing !== null) return;
    switch (outcome.type) {
      case "said":
        core.state.pending.push(...outcome.contexts.map(reminder));
        if (outcome.systemMessage !== undefined)
          core.emit({
            type: "notice",
            level: "info",
            text: outcome.systemMessage,
            hook: outcome.place.source,
          });
        break;
      case "wake":
        void this.turn("wake", (signal) =>
          takeWake(this.open, `${outcome.event}`, outcome.text, signal),
        ).catch((error: unknown) => this.takeWakeFailure(outcome.event, error));
        break;
      case "wake_refused":
        core.emit({
          type: "notice",
          level: "warning",
          text: `${outcome.event} hook (${outcome.place.source}) wanted to wake the session: ${outcome.why}.`,
        });
    }
  }

  private takeWakeFailure(event: string, error: unknown): void {
    if (this.closing !== null) return;
    this.wakeFailure ??= { error };
    const why = error instanceof Error ? error.message : String(error);
    const text = `A ${event} hook woke the session, whose turn came to no end: ${why}`;
    this.open.core.emit({ type: "notice", level: "warning", text });
  }

  private turn(origin: TurnResult["origin"], take: Take): Promise<TurnResult> {
    return this.turns.add((interrupts) => this.runTurn(origin, take, interrupts));
  }

  private async runTurn(
    origin: TurnResult["origin"],
    take: Take,
    { signal, secondSignal }: Interrupts,
  ): Promise<TurnResult> {
    this.mustBeOpen();
    const { core, main } = this.open;
    Object.assign(core.state, { turnSignal: signal, secondSignal });
    this.idle.end();
    const began = performance.now();
    try {
      await core.files.look();
      const end = await take(signal);
      const durationMs = performance.now() - began;
      const result = toResult(end, {
        durationMs,
        origin,
        denials: core.state.denials.splice(0),
        spending: core.spending,
      });
      const { isError, terminalReason, turns, failure } = result;
      const data = { isError, terminalReason, turns, ...(failure ? { error: failure.kind } : {}) };
      await main.transcript.append({ type: "system", subtype: "turn_result", data });
      await main.transcript.sync();
      this.last = result;
      core.emit({ type: "result", result });
      return result;
    } finally {
      endGrants(main.grants);
      Object.assign(core.state, { turnSignal: null, secondSignal: null });
      this.idle.begin();
    }
  }

  private mustBeOpen(): void {
    if (this.closing !== null) throw new HostError("SESSION_CLOSED", "The session is closed");
  }

  private async end(reason: SessionEndReason): Promise<void> {
    const { core, main, close } = this.open;
    core.state.isEnding = true;
    this.idle.end();
    this.interrupt();
    core.files.close();
    // A turn may wait for one of these.
    const asides = core.asides.close();
    await this.turns.settled;
    await asides;
    try {
      await fire(core, "SessionEnd", { reason }, { conversation: main });
    } finally {
      await close();
    }
  }
}
