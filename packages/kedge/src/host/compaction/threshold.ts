import { windowOf } from "./windows.ts";

/** When a conversation is compacted by itself. */
export interface CompactionRules {
  /** False: only when somebody asks for it. */
  readonly isAutomatic: boolean;
  /** Tokens that are counted with in place of the model's window, where they are fewer. */
  readonly windowTokens?: number;
  /** Percent of the window at which a conversation is full; it only lowers the threshold. */
  readonly percent?: number;
}

/** Tokens that an answer, and the request for the summary, still need. */
const RESERVE = 33_000;

/** Of a small window the reserve is no more than this part. */
const MAX_RESERVE_SHARE = 0.2;

/** Tokens that can be counted with. */
export function usableWindow(model: string, { windowTokens }: CompactionRules): number {
  const window = windowOf(model);
  return windowTokens === undefined ? window : Math.min(windowTokens, window);
}

/** Tokens of the context from which on a conversation is compacted. */
export function compactionThreshold(model: string, rules: CompactionRules): number {
  const window = usableWindow(model, rules);
  const least = Math.floor(window - Math.min(RESERVE, window * MAX_RESERVE_SHARE));
  const { percent } = rules;
  return percent === undefined ? least : Math.min(least, Math.floor((window * percent) / 100));
}
