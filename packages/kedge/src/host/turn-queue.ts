import { createInterrupts, type Interrupts } from "./interrupts.ts";

/** The turns of a session, which run one after the other. */
export interface TurnQueue {
  /** Resolves when the last of them has ended, and never rejects. */
  readonly settled: Promise<unknown>;
  /** Runs a turn when those before it have ended. It may be interrupted from now on. */
  add<T>(run: (interrupts: Interrupts) => Promise<T>): Promise<T>;
  /**
   * Interrupts the turn that runs, or that is about to; those behind it have their turn.
   *
   * @returns whether there is one
   */
  interrupt(): boolean;
}

export function createTurnQueue(): TurnQueue {
  const turns = new Set<Interrupts>();
  let settled: Promise<unknown> = Promise.resolve();
  return {
    get settled() {
      return settled;
    },
    add(run) {
      const interrupts = createInterrupts();
      turns.add(interrupts);
      const done = settled
        .then(() => run(interrupts))
        .finally(() => {
          turns.delete(interrupts);
          interrupts.end();
        });
      settled = done.catch(() => undefined); // its own caller hears of it
      return done;
    },
    interrupt() {
      const [first] = turns;
      first?.add();
      return first !== undefined;
    },
  };
}
