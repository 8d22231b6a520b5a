/** Interrupts of one turn: the first one ends it, the second one what still runs because of the first. */
export interface Interrupts {
  readonly signal: AbortSignal;
  readonly secondSignal: AbortSignal;
  /** One more of them. */
  add(): void;
  /** The turn is over, however it ended: nothing of it goes on. */
  end(): void;
}

export function createInterrupts(): Interrupts {
  const [first, second] = [new AbortController(), new AbortController()];
  return {
    signal: first.signal,
    secondSignal: second.signal,
    add: () => (first.signal.aborted ? second : first).abort(),
    end() {
      first.abort();
      second.abort();
    },
  };
}
