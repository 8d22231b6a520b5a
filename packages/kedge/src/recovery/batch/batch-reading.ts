import type { ConfigProblem } from "../../config/index.ts";
import type { Batch } from "./batch.ts";

/** One thing that is wrong with a batch, or that is to be said about it. */
export interface BatchProblem extends ConfigProblem {
  /** Another place that the message speaks of, as keys from the top down. */
  readonly otherKeys?: readonly (string | number)[];
}

/** A batch, or everything that is wrong with it. */
export type BatchReading =
  | {
      readonly ok: true;
      readonly batch: Batch;
      /** What its author should know, though it can run: items that are alike, prompts with what looks like a secret. */
      readonly notes: readonly BatchProblem[];
    }
  | { readonly ok: false; readonly problems: readonly BatchProblem[] };

/** What else is known of a batch. */
export interface BatchOptions {
  /** Names of the accounts that the policy has. Without them any name will do. */
  readonly accounts?: readonly string[];
}
