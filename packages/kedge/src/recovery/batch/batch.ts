/** Bytes of one prompt, as UTF-8. */
export const MAX_PROMPT_BYTES = 1_048_576;

/** Where items run: all in their directory, or each in a git worktree of its own, made from HEAD of its directory. */
export const ISOLATIONS = ["none", "worktree"] as const;

/** One of {@link ISOLATIONS}. */
type Isolation = (typeof ISOLATIONS)[number];

/** Many pieces of agent work that run together, with every default filled in. */
export interface Batch {
  readonly version: 1;
  /** As the file has it; null where it has none. */
  readonly name: string | null;
  /** Sessions at once on this machine. */
  readonly concurrency: number;
  readonly isolation: Isolation;
  /** In the order of the file. */
  readonly items: readonly BatchItem[];
}

/** One piece of work. */
export interface BatchItem {
  /** Of this item alone within its batch: 1 to 128 of `A-Z a-z 0-9 . _ -`, the first a letter or a digit. */
  readonly key: string;
  /** What the agent is asked; null while only {@link promptFile} says it. */
  readonly prompt: string | null;
  /** The file that holds the prompt, relative to the batch file; null where the batch itself holds it. */
  readonly promptFile: string | null;
  /** Where it runs, relative to the batch file. */
  readonly directory: string;
  /** The agent's program and its arguments, `args` of the item included. Without the prompt. */
  readonly agent: readonly string[];
  /** Name of an account of the policy; null for the one that the agent uses anyway. */
  readonly account: string | null;
  /** The greater the earlier, from -1,000 to 1,000. */
  readonly priority: number;
}
