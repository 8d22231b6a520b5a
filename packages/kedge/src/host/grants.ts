import type { Rule } from "../protocol/index.ts";

/** What a conversation may do until its turn ends, because a skill says so. */
export interface Grants {
  /** Rules that allow, beside those of settings. */
  rules: readonly Rule[];
  /** Answers in place of the conversation's own model. */
  model: string | null;
}

export function noGrants(): Grants {
  return { rules: [], model: null };
}

/** The turn is over, and with it what was granted for it. */
export function endGrants(grants: Grants): void {
  Object.assign(grants, noGrants());
}
