import { createPauses } from "../guard/pauses.ts";
import type { ToolOutcome } from "./tool.ts";

/** Milliseconds that one search may take. */
export const SEARCH_LIMIT_MS = 20_000;

/** The time of one search, in which others have their turn as well. */
export interface SearchTime {
  /** To be awaited between pieces of work: false when nobody wants more, and when the time is up. */
  goesOn(): Promise<boolean>;
  /** What was found is not all: there was no time for more. */
  readonly isUp: boolean;
}

/** Begins the time of a search. Without its pauses no timer and no signal would be heard before the end. */
export function createSearchTime(signal: AbortSignal, limitMs: number): SearchTime {
  const pause = createPauses();
  const end = performance.now() + limitMs;
  let isUp = false;
  return {
    async goesOn() {
      await pause();
      isUp ||= performance.now() >= end;
      return !isUp && !signal.aborted;
    },
    get isUp() {
      return isUp;
    },
  };
}

/** What a model reads below the results of a search whose time was up. */
export function timeNote({ isUp }: SearchTime, limitMs: number): string {
  return isUp
    ? `(the search ended after ${limitMs / 1_000} s, before everything was looked at; narrow the path or the pattern)`
    : "";
}

/** What comes of a search that nobody wants any more. */
export const INTERRUPTED: ToolOutcome = { ok: false, isInterrupt: true, text: "The search was interrupted." };
