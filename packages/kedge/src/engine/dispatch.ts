import type { ChildProcesses, PatternRunner } from "../platform/index.ts";
import {
  type Decision,
  type HandlerResult,
  type HookEntry,
  type HookEventName,
  type JsonObject,
  keepOnce,
  matchedValue,
  mergeResults,
  parseHandlerOutput,
  type SelectionInput,
} from "../protocol/index.ts";
import type { Background } from "./background.ts";
import { closedGateResult, unjudgedResult } from "./closed-gate.ts";
import { considerAll, type Refused } from "./considered.ts";
import { encodeInput } from "./encode-input.ts";
import type { EngineState } from "./engine-state.ts";
import { inheritEnvironment } from "./environment.ts";
import { HookError } from "./errors.ts";
import type { HandlerRun, RunReport } from "./handler-run.ts";
import { FROM_SERVERS } from "./judge-changes.ts";
import { createOnce, hears, type Once } from "./lifetime.ts";
import type { DispatchOptions, EngineOptions } from "./options.ts";
import type { Clock } from "./ports.ts";
import { type Runtime, runHandler, workingDir } from "./run-handler.ts";
import { createSemaphore } from "./semaphore.ts";
import { timeoutsFor } from "./timeouts.ts";
import type { DispatchTrace, TraceConsideration, TraceRun } from "./trace.ts";
import { traceDecision } from "./trace-decision.ts";
import type { TrustKeeper } from "./trust-keeper.ts";

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly options: EngineOptions;
  readonly children: ChildProcesses;
  readonly patterns: PatternRunner;
  readonly background: Background;
  readonly clock: Clock;
  readonly trust: TrustKeeper;
  /** Aborted when the engine closes. */
  readonly ending: AbortSignal;
}

/** One event to deliver. */
interface Delivery {
  readonly event: HookEventName;
  readonly input: JsonObject;
  readonly options: DispatchOptions;
}

export interface Dispatcher {
  /** What would be said of every configured handler of the event; nothing is run. */
  consider(state: EngineState, delivery: Delivery): Promise<readonly TraceConsideration[]>;
  dispatch(state: EngineState, delivery: Delivery): Promise<{ decision: Decision; trace: DispatchTrace }>;
}

/** One handler that answered, or was started in the background. */
interface Answer {
  readonly result: HandlerResult;
  readonly run: TraceRun;
}

/** Makes what delivers events. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const semaphore = createSemaphore(Math.max(1, parts.options.maxParallel ?? 64));
  const once = createOnce();
  return {
    async consider(state, delivery) {
      return considerAll(
        state,
        selectionInput(delivery, parts),
        (await select(state, delivery, { ...parts, once, runs: false })).refused,
      );
    },
    async dispatch(state, delivery) {
      const at = parts.clock.now();
      const began = performance.now();
      const { allowed, refused } = await select(state, delivery, { ...parts, once, runs: true });
      const answers = await runAll(allowed.entries, { state, delivery, parts, semaphore });
      const all = [...allowed.unrun, ...answers];
      const decision = mergeResults(
        delivery.event,
        all.map(({ result }) => result),
      );
      const value = matchedValue(delivery.event, delivery.input);
      const trace: DispatchTrace = {
        event: delivery.event,
        ...(value === undefined ? {} : { value }),
        at,
        durationMs: performance.now() - began,
        considered: parts.options.trace
          ? considerAll(state, selectionInput(delivery, parts), refused)
          : [...refused.values()].filter(({ outcome }) => outcome !== "matcher"),
        runs: all.map(({ run }) => run),
        decision: traceDecision(decision),
        isGateOpen: decision.unanswered.length > 0,
      };
      parts.options.trace?.record(trace);
      if (parts.ending.aborted && !delivery.options.signal?.aborted) mustHaveAnswered(answers);
      return { decision, trace };
    },
  };
}

/** Closing ends handlers that nobody else gave up: without what they would have said, the decision is none. */
function mustHaveAnswered(answers: readonly Answer[]): void {
  if (answers.some(({ result }) => result.status === "cancelled"))
    throw new HookError("ENGINE_CLOSED", "the engine was closed before every handler had answered");
}

interface Selected {
  /** `unrun`: what answers without being run, because it failed before. */
  readonly allowed: { readonly entries: readonly HookEntry[]; readonly unrun: readonly Answer[] };
  /** Handlers that match and may not run. */
  readonly refused: Refused;
}

function selectionInput({ event, input }: Delivery, { options, patterns }: DispatcherParts): SelectionInput {
  const { projectDir, homeDir } = options;
  return { event, input, projectDir, homeDir, runner: patterns };
}

async function select(
  state: EngineState,
  delivery: Delivery,
  parts: DispatcherParts & { readonly once: Once; readonly runs: boolean },
): Promise<Selected> {
  const { trust, once, runs } = parts;
  const { matching, closed } = state.index.select(selectionInput(delivery, parts));
  const { inventory } = state;
  const cwd = workingDir(delivery.input, delivery.options, parts.options.projectDir);
  const refused = new Map<HookEntry, TraceConsideration>();
  const allowed: HookEntry[] = [];
  const unrun: Answer[] = [];
  for (const entry of matching) {
    const source = inventory.sourceOf(entry);
    const silent = hears(source, delivery.input) ? once.whyNot(entry) : NOT_HEARD;
    if (silent !== null) {
      refused.set(entry, { ...inventory.placeOf(entry), ...silent });
      continue;
    }
    // Most handlers need no asking, and then nothing is awaited.
    const verdict = source.isFromProject
      ? await trust.judge(entry, source, { env: state.configuration.projectEnv, cwd })
      : null;
    if (!verdict || verdict.mayRun) {
      allowed.push(entry);
      continue;
    }
    const place = inventory.placeOf(entry);
    refused.set(entry, { ...place, outcome: verdict.state, why: verdict.why });
    if (verdict.state !== "unknown" || isInBackground(entry, delivery)) continue;
    unrun.push(
      unjudgedResult(entry, { ...place, what: inventory.whatIs(entry.handler), error: verdict.why }),
    );
  }
  for (const hook of closed) {
    const source = inventory.sourcesOf(hook).find((each) => hears(each, delivery.input));
    if (source && (!source.isFromProject || (await trust.trustsAnyOf(hook.file))))
      unrun.push(closedGateResult(hook, inventory.placeOf(hook)));
  }
  // Nothing is awaited from here on, so that of two events at once one has the handlers that run once.
  const running = runs ? allowed.filter((entry) => once.claim(entry, inventory.sourceOf(entry))) : allowed;
  // Copies are dropped last: one that may not run takes no other with it.
  return { allowed: { entries: keepOnce(running), unrun }, refused };
}

const NOT_HEARD = {
  outcome: "matcher",
  why: "it hears the events of one subagent, and this is none",
} as const;

interface RunContext {
  readonly state: EngineState;
  readonly delivery: Delivery;
  readonly parts: DispatcherParts;
  readonly semaphore: ReturnType<typeof createSemaphore>;
}

/** Runs the handlers at once, and waits for all that are awaited. Results keep the order of the entries. */
async function runAll(entries: readonly HookEntry[], context: RunContext): Promise<readonly Answer[]> {
  if (entries.length === 0) return [];
  const { state, delivery, parts } = context;
  const { event } = delivery;
  const input = { ...delivery.input, hook_event_name: event };
  const needsBytes = entries.some(({ handler }) => handler.type !== "function");
  const inputBytes = needsBytes ? encodeInput(input) : NO_BYTES;
  const inherited = needsBytes ? inheritEnvironment(parts.options.env ?? {}) : {};
  const running = { ...context, inherited };
  const sources = entries.map((entry) => state.inventory.sourceOf(entry));
  const timeouts = timeoutsFor(
    event,
    entries.map(({ handler }, at) => ({ handler, source: sources[at]?.kind ?? "memory" })),
  );
  const signal = delivery.options.signal
    ? AbortSignal.any([delivery.options.signal, parts.ending])
    : parts.ending;
  return Promise.all(
    entries.map((entry, at) =>
      runOne(entry, { event, input, inputBytes, timeoutMs: timeouts[at] ?? 600_000, signal }, running),
    ),
  );
}

const NO_BYTES = new Uint8Array();

async function runOne(
  entry: HookEntry,
  run: HandlerRun,
  context: RunContext & Pick<Runtime, "inherited">,
): Promise<Answer> {
  const { state, delivery, parts, semaphore, inherited } = context;
  const source = state.inventory.sourceOf(entry);
  const runtime: Runtime = {
    options: parts.options,
    children: parts.children,
    configuration: state.configuration,
    inherited,
    ending: parts.ending,
  };
  const { handler } = entry;
  const start = (own: HandlerRun): Promise<RunReport> =>
    runHandler(handler, { run: own, source, dispatch: delivery.options }, runtime);
  if (isInBackground(entry, delivery)) {
    const wakes = handler.type === "command" && handler.background === "rewake";
    // Its answer is wanted as long as the session lasts, not as long as this event. It has a bound of its own, and takes no
    // place from handlers that somebody waits for.
    return startInBackground(entry, () => start({ ...run, signal: parts.ending }), { context, wakes });
  }
  // A handler that has a place may wait for what a server asks meanwhile, and nobody can see that it does.
  const needsNoPlace = FROM_SERVERS.has(run.event);
  const report = await (needsNoPlace ? start(run) : semaphore.run(() => start(run), run.signal));
  return toAnswer(entry, report, context);
}

function isInBackground({ handler }: HookEntry, { options }: Delivery): boolean {
  if (handler.type !== "command") return false;
  return (
    handler.background === "async" || (handler.background === "rewake" && options.awaitsRewakes !== true)
  );
}

function startInBackground(
  entry: HookEntry,
  start: () => Promise<RunReport>,
  { context, wakes }: { context: RunContext; wakes: boolean },
): Answer {
  const { state, delivery, parts } = context;
  const place = state.inventory.placeOf(entry);
  const blank = {
    what: state.inventory.whatIs(entry.handler),
    decision: "none",
    exitCode: null,
    isBackground: true,
    durationMs: 0,
    outputBytes: 0,
  } as const;
  const result: HandlerResult = {
    status: "ok",
    decision: "none",
    contexts: [],
    effects: {},
    isBackground: true,
    cuts: [],
  };
  if (!parts.background.hasRoom) {
    const message = "too many handlers run in the background";
    const error = { code: "start", message } as const;
    return {
      result: { ...result, status: "failed", error },
      run: { ...place, ...blank, status: "failed", error: message },
    };
  }
  parts.background.follow(start(), { event: delivery.event, place, wakes });
  return { result, run: { ...place, ...blank, status: "ok" } };
}

function toAnswer(entry: HookEntry, report: RunReport, { state, delivery }: RunContext): Answer {
  const { ending, durationMs, outputBytes, survivors } = report;
  const result = parseHandlerOutput(delivery.event, ending, { onFailure: entry.handler.onFailure });
  const run: TraceRun = {
    ...state.inventory.placeOf(entry),
    what: state.inventory.whatIs(entry.handler),
    status: result.status,
    decision: result.decision,
    exitCode: ending.exitCode,
    ...(ending.signal ? { signal: ending.signal } : {}),
    ...(result.error ? { error: result.error.message } : {}),
    isBackground: false,
    durationMs,
    outputBytes,
    ...(survivors ? { survivors } : {}),
  };
  return { result, run };
}
