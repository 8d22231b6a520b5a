import { type ChildProcesses, createChildProcesses, createPatternRunner } from "../platform/index.ts";
import { type Decision, type HookEventName, isHookEventName, type JsonObject } from "../protocol/index.ts";
import { type Background, createBackground } from "./background.ts";
import { type ConfigChange, createHeldSettings } from "./config-changes.ts";
import { type Definitions, readDefinitionFiles } from "./definition-files.ts";
import { definitionRoots } from "./definition-roots.ts";
import { createDispatcher, type Dispatcher } from "./dispatch.ts";
import { type EngineState, isStale, placesOf, readState } from "./engine-state.ts";
import { HookError } from "./errors.ts";
import type { YamlParser } from "./frontmatter.ts";
import { createJudging, readJudged } from "./judge-changes.ts";
import { type ListedHandler, listHandlers } from "./list.ts";
import { listServers, type ServerListing } from "./list-servers.ts";
import type { DispatchOptions, EngineOptions } from "./options.ts";
import type { Finding, Source } from "./source.ts";
import type { DispatchTrace, TraceConsideration } from "./trace.ts";
import { createTrustKeeper, type TrustKeeper } from "./trust-keeper.ts";

/** What came of one event. */
export interface Dispatch {
  readonly decision: Decision;
  readonly trace: DispatchTrace;
}

/** Delivers hook events to the handlers that are configured for them. */
export interface Engine {
  /**
   * Delivers one hook event to every matching handler and merges what they answer.
   *
   * Handlers run at once; results keep configured order. A handler's failure is a result, never a rejection. Changes of files are
   * seen before handlers are selected; where nothing but functions is configured, within 100 ms.
   *
   * @param input the event as handlers read it; `hook_event_name` is set
   * @param options.signal ends all handlers, process trees included
   * @throws {HookError} `ENGINE_CLOSED`, `EVENT_UNKNOWN`, `INPUT_NOT_JSON`, `SETTINGS_MISSING`, `SETTINGS_NOT_USABLE`
   * @source Claude Code hooks reference, "Hook output"
   */
  dispatch(event: HookEventName, input: JsonObject, options?: DispatchOptions): Promise<Dispatch>;
  /** What would be said of every configured handler of an event; nothing is run. */
  consider(event: HookEventName, input: JsonObject): Promise<readonly TraceConsideration[]>;
  /** Every configured handler, with its source, its trust, and whether it is active or why not. */
  list(): Promise<readonly ListedHandler[]>;
  /**
   * Every configured MCP server, read anew, with its trust and whether it may be started or why not. Nothing is started.
   *
   * @throws {HookError} `SETTINGS_MISSING`, `SETTINGS_NOT_USABLE` for what the options name, and for a managed file that cannot be read
   */
  servers(): Promise<ServerListing>;
  /** What is configured now. */
  state(): Promise<EngineState>;
  /** Places that give no handlers, for a reason that people should see. */
  findings(): Promise<readonly Finding[]>;
  /** Reads the skills, commands and agents of the same places: managed, project, user, plugins. Nothing of them is in force by that. */
  definitions(parseYaml: YamlParser): Promise<Definitions>;
  /** What the user trusts. */
  readonly trust: TrustKeeper;
  /** Handlers that go on in the background. */
  readonly background: Background;
  /**
   * Adds a source for a time: hooks of a skill that was called, of an agent that runs.
   *
   * @returns takes it away again
   */
  addSource(source: Source): () => void;
  /** Ends all handlers, process trees included, and waits for that. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds for which functions are called without looking at files again: a look costs more than they do. */
const LOOK_INTERVAL_MS = 100;

/**
 * Makes an engine and reads everything that is configured.
 *
 * @throws {HookError} `SETTINGS_MISSING`, `SETTINGS_NOT_USABLE`, `STATE_NOT_USABLE`
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const children: ChildProcesses = options.children ?? createChildProcesses();
  const patterns = options.patterns ?? createPatternRunner();
  const ending = new AbortController();
  const background = createBackground({
    ...(options.wakes ? { bound: options.wakes } : {}),
    onOutcome: options.onBackground ?? (() => {}),
  });
  const extra: Source[] = [];
  const clock = options.clock ?? { now: () => Date.now() };
  const trust = createTrustKeeper(options, clock);
  const held = createHeldSettings();
  const readAfter = (former: EngineState | null): Promise<EngineState> =>
    readState(options, extra, { held, former });
  let state = await readAfter(null);
  let lookedAt = 0;
  let reading: Promise<EngineState> | null = null;
  /** Sources were added or taken away since the last reading began: while it goes on, what was read before is not enough either. */
  let isDirty = false;

  const judging = createJudging(options.onConfigChange, (former, event, input, own) =>
    dispatcher.dispatch(former, { event, input, options: own }),
  );
  const isCurrent = (): boolean => !isDirty && !reading && !isStale(state);
  const read = async (): Promise<EngineState> => {
    isDirty = false;
    try {
      const judge = (change: ConfigChange) => judging.ask(state, change);
      const next = await readJudged(state, { read: () => readAfter(state), judge, held });
      if (next) state = next;
      else isDirty = true;
      return state;
    } catch (error) {
      isDirty = true;
      throw error;
    } finally {
      reading = null;
    }
  };
  const reread = async (): Promise<EngineState> => {
    // One that is under way may have passed what changed since: wait for it, then look again.
    if (reading) {
      await reading.catch(() => undefined); // its own callers hear of it
      if (isCurrent()) return state;
    }
    reading ??= read();
    return reading;
  };
  /** The state as files are now; undefined costs when nothing can have changed are avoided by {@link LOOK_INTERVAL_MS}. */
  const current = (isCheap: boolean): EngineState | Promise<EngineState> => {
    if (ending.signal.aborted) throw new HookError("ENGINE_CLOSED", "the engine is closed");
    if (judging.isInside) return state;
    const now = performance.now();
    if (isCheap && !isDirty && !reading && now - lookedAt < LOOK_INTERVAL_MS) return state;
    lookedAt = now;
    return isCurrent() ? state : reread();
  };
  const dispatcher: Dispatcher = createDispatcher({
    options,
    children,
    patterns,
    background,
    clock,
    trust,
    ending: ending.signal,
  });
  const close = async (): Promise<void> => {
    ending.abort();
    await Promise.all([background.close(), options.children ? undefined : children.close()]);
    if (!options.patterns) await patterns.close();
  };

  return {
    async dispatch(event, input, dispatchOptions = {}) {
      mustBeEvent(event);
      const isInside = judging.mayBeInside(event);
      return dispatcher.dispatch(isInside ? state : await current(state.hasOnlyFunctions), {
        event,
        input,
        options: dispatchOptions,
      });
    },
    async consider(event, input) {
      mustBeEvent(event);
      return dispatcher.consider(await current(false), { event, input, options: {} });
    },
    async list() {
      return listHandlers(await current(false), trust);
    },
    async servers() {
      return listServers(await current(false), { options, trust });
    },
    state: async () => current(false),
    findings: async () => (await current(false)).configuration.findings,
    async definitions(parseYaml) {
      const places = { ...placesOf(options, []), projectDir: options.projectDir };
      const { configuration } = await current(false);
      const roots = definitionRoots(places, configuration.sources);
      return readDefinitionFiles(roots, options.projectDir, parseYaml);
    },
    trust,
    background,
    addSource(source) {
      extra.push(source);
      isDirty = true;
      return () => {
        const at = extra.indexOf(source);
        if (at < 0) return;
        extra.splice(at, 1);
        isDirty = true;
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Callers without types may ask for anything. */
function mustBeEvent(event: string): void {
  if (!isHookEventName(event))
    throw new HookError("EVENT_UNKNOWN", `expected the name of a hook event, got ${JSON.stringify(event)}`);
}
