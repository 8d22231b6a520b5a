/** What became of a session that waits; said once. */
export interface WaitFinding {
  /**
   * - `due`: it was judged, and is woken at `dueMs` at the earliest
   * - `woken`: it was told to go on
   * - `stopped`: it is left to the person in front of it
   * - `gone`: its waiter was killed
   * - `trouble`: what is to be done for it cannot be written; it is tried again with every look
   */
  readonly type: "due" | "woken" | "stopped" | "gone" | "trouble";
  readonly sessionId: string;
  /** Epoch ms. */
  readonly atMs: number;
  /** One plain sentence, without texts of the failure. */
  readonly why: string;
  readonly cause?: string;
  readonly account?: string;
  /** Missing for a failure that was never recorded. */
  readonly failureId?: string;
  /** Epoch ms. */
  readonly dueMs?: number;
  /** Of one that is woken: whether it goes first, alone, to find out whether a limit is gone. */
  readonly isCanary?: boolean;
}
