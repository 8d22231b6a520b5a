import { EXIT } from "../command-error.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What signals ask of a command that runs sessions. */
export interface StopSignals extends Disposable {
  /** Aborted by the first: park what runs. */
  readonly stop: AbortSignal;
  /** Aborted by the second: end it at once. */
  readonly kill: AbortSignal;
}

/**
 * Listens for Ctrl-C, SIGTERM and a terminal that goes away. The first puts the work aside, the second ends it, and a third leaves at once:
 * what was under way then is taken over like that of a process that was killed.
 */
export function watchStopSignals(on: { first(): void; second(): void }): StopSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => {
    if (kill.signal.aborted) process.exit(EXIT.interrupted);
    if (stop.signal.aborted) {
      on.second();
      kill.abort();
    } else {
      on.first();
      stop.abort();
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
