import {
  boundText,
  cleanForModel,
  type HandlerEnding,
  type HookEventName,
  parseHandlerOutput,
} from "../protocol/index.ts";
import type { RunReport } from "./handler-run.ts";
import type { TracePlace } from "./trace.ts";

/** Handlers that may run in the background at once. */
export const MAX_BACKGROUND_RUNS = 64;

/** What a background handler had to say when it ended. */
export type BackgroundOutcome =
  /** Text for the model at the next turn, and for the user. */
  | {
      readonly type: "said";
      readonly event: HookEventName;
      readonly place: TracePlace;
      readonly contexts: readonly string[];
      readonly systemMessage?: string;
    }
  /** The session should go on, with this text. */
  | {
      readonly type: "wake";
      readonly event: HookEventName;
      readonly place: TracePlace;
      readonly text: string;
    }
  /** It wanted to wake the session once too often (D5). */
  | {
      readonly type: "wake_refused";
      readonly event: HookEventName;
      readonly place: TracePlace;
      readonly why: string;
    };

/** How often background handlers may wake a session (D5). */
export interface WakeBound {
  /** Wakes between two prompts of a person; default 8. */
  readonly maxWakes: number;
  /** Delay before the second wake, in ms; it doubles with each; default 1,000. */
  readonly firstDelayMs: number;
  /** Longest delay, in ms; default 5 minutes. */
  readonly maxDelayMs: number;
}

/** Handlers that go on while the session does. */
export interface Background {
  /** Whether one more may start. */
  readonly hasRoom: boolean;
  readonly running: number;
  /** Follows a run to its end and says what came of it. */
  follow(run: Promise<RunReport>, about: { event: HookEventName; place: TracePlace; wakes: boolean }): void;
  /** A person has spoken: wakes count anew. */
  resetWakes(): void;
  /**
   * Waits until no handler of an event runs in the background any more, and no wake is still to be delivered: then they have said what
   * they had to say. Handlers that start meanwhile are waited for as well.
   */
  settled(event: HookEventName): Promise<void>;
  /** Waits for all runs to end, which whoever started them must see to. No delayed wake is delivered any more. */
  close(): Promise<void>;
}

/** Follows background handlers. What they say goes to `onOutcome`, which must not throw. */
export function createBackground(options: {
  bound?: Partial<WakeBound>;
  onOutcome: (outcome: BackgroundOutcome) => void;
}): Background {
  const bound: WakeBound = { maxWakes: 8, firstDelayMs: 1_000, maxDelayMs: 300_000, ...options.bound };
  const runs = new Map<Promise<void>, HookEventName>();
  /** Wakes that wait for their moment, each with what ends the waiting. */
  const delayed = new Map<NodeJS.Timeout, { readonly over: Promise<void>; readonly end: () => void }>();
  let wakes = 0;
  let isClosed = false;

  const wake = (event: HookEventName, place: TracePlace, text: string): void => {
    if (wakes >= bound.maxWakes) {
      const why = `${bound.maxWakes} wakes since the last prompt are the most`;
      options.onOutcome({ type: "wake_refused", event, place, why });
      return;
    }
    // An API that fails always and a handler that wakes at once would otherwise make a storm of requests.
    const delay = wakes === 0 ? 0 : Math.min(bound.firstDelayMs * 2 ** (wakes - 1), bound.maxDelayMs);
    wakes++;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      delayed.delete(timer);
      options.onOutcome({ type: "wake", event, place, text });
      end();
    }, delay);
    delayed.set(timer, { over, end });
  };

  return {
    get hasRoom() {
      return runs.size < MAX_BACKGROUND_RUNS;
    },
    get running() {
      return runs.size;
    },
    follow(run, { event, place, wakes: mayWake }) {
      const followed = run.then(({ ending }) => {
        // A handler that was ended neither wakes nor speaks (recorded).
        if (isClosed || ending.isCancelled || ending.isTimedOut) return;
        if (mayWake && ending.exitCode === 2) wake(event, place, wakeText(ending));
        else say(event, place, ending, options.onOutcome);
      });
      const done = followed.finally(() => runs.delete(done));
      runs.set(done, event);
    },
    resetWakes() {
      wakes = 0;
    },
    async settled(event) {
      for (;;) {
        const own = [...runs].flatMap(([run, of]) => (of === event ? [run] : []));
        const waits = [...delayed.values()].map(({ over }) => over);
        if (own.length + waits.length === 0) return;
        await Promise.allSettled([...own, ...waits]);
      }
    },
    async close() {
      isClosed = true;
      for (const [timer, { end }] of delayed) {
        clearTimeout(timer);
        end();
      }
      delayed.clear();
      await Promise.allSettled(runs.keys());
    },
  };
}

/** stderr, or stdout where that is empty; JSON in it is not read (recorded). */
function wakeText(ending: HandlerEnding): string {
  const text = ending.stderr === "" ? ending.stdout : ending.stderr;
  return boundText(cleanForModel(text)).text;
}

function say(
  event: HookEventName,
  place: TracePlace,
  ending: HandlerEnding,
  onOutcome: (outcome: BackgroundOutcome) => void,
): void {
  const { contexts, effects } = parseHandlerOutput(event, ending);
  if (contexts.length === 0 && effects.systemMessage === undefined) return;
  const message = effects.systemMessage === undefined ? {} : { systemMessage: effects.systemMessage };
  onOutcome({ type: "said", event, place, contexts, ...message });
}
