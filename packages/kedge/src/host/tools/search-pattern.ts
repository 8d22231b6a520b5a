import type { RE2JS } from "re2js";

/** Characters that a pattern, or a glob, may have. */
export const MAX_PATTERN_LENGTH = 1_024;

/**
 * Steps that a pattern may come to. Linear time is time for each step at each character: so many of them take some 0.3 s for a line of
 * 10,000 characters, in which nothing else runs.
 */
const MAX_STEPS = 2_500;

/** A pattern that can be searched with, or why it cannot. */
export type SearchPattern =
  | { readonly ok: true; readonly pattern: RE2JS }
  | { readonly ok: false; readonly why: string };

/**
 * Compiles a regular expression that anybody may have written, in the syntax of RE2. What it costs is asked of the engine itself, which
 * writes counted repetitions out: `((a?){30}){30}` is thousands of steps.
 */
export async function compileSearchPattern(source: string, ignoresCase = false): Promise<SearchPattern> {
  const { RE2JS } = await import("re2js");
  try {
    const pattern = RE2JS.compile(source, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0);
    const steps = pattern.programSize();
    if (steps <= MAX_STEPS) return { ok: true, pattern };
    return { ok: false, why: `it comes to ${steps} steps, and ${MAX_STEPS} are allowed; repeat less` };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}
