/** What `--json` of the commands that look at work says, as far as tests look at it. */

/** Of `kedge explain` on a piece of work. */
export interface ExplainedWork {
  readonly state: string;
  readonly starts: number;
  readonly attempts: readonly {
    readonly sessionId: string;
    readonly outcome: string;
    readonly cause: string | null;
    readonly action: string | null;
    readonly failureId: string | null;
    readonly isCharged: boolean;
    readonly costUsd: number | null;
    readonly endedAtMs: number;
  }[];
}

/** One of `kedge failures`. */
export interface ListedFailure {
  readonly id: string;
  readonly sessionId: string;
  readonly cause: string;
  readonly witnesses: number;
}
