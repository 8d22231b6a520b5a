import { EXIT } from "./command-error.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What signals ask for. */
export interface SignalWatch {
  readonly isInterrupted: boolean;
  /** Listens no more. */
  stop(): void;
}

/**
 * Listens for Ctrl-C, SIGTERM and a terminal that goes away: the first ends the run in good order, a second one at once, without waiting
 * for handlers or for programs that ignore what they are told.
 */
export function watchSignals(on: { first(): void; second(): void }): SignalWatch {
  let count = 0;
  const onSignal = (): void => {
    if (++count === 1) on.first();
    else {
      on.second();
      process.exit(EXIT.interrupted);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    get isInterrupted() {
      return count > 0;
    },
    stop() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
