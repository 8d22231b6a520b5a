/** Characters that a pattern may have. */
export const MAX_PATTERN_LENGTH = 1_024;

/** Characters of a value that patterns look at; longer values are cut. Names of tools, agents and files are far shorter. */
const MAX_SUBJECT_LENGTH = 1_024;

/** Milliseconds that a pattern which is not linear may take on one value. */
export const PATTERN_LIMIT_MS = 50;

/**
 * Runs a JavaScript regular expression where it cannot hold up anybody: in a worker that is ended at the limit. The protocol
 * itself starts no worker; whoever embeds it brings one (see `platform`).
 */
export interface PatternRunner {
  /**
   * Answers whether `pattern` matches somewhere in `value`.
   *
   * @returns `timed_out` after `limitMs` milliseconds, `unavailable` when no worker can be had
   */
  test(pattern: string, value: string, limitMs: number): boolean | "timed_out" | "unavailable";
}

/** What a pattern says of a value. */
export interface PatternAnswer {
  readonly matches: boolean;
  /**
   * Set when nobody could tell in time. `matches` is then true: a handler that runs once too often is seen, one that
   * silently never runs is not (D9).
   */
  readonly undecided?: "timed_out" | "no_runner";
}

/** A compiled pattern. */
export interface Pattern {
  /** `linear`: judged in time linear to the value. `limited`: needs a {@link PatternRunner}. */
  readonly engine: "linear" | "limited";
  test(value: string, runner?: PatternRunner): PatternAnswer;
}

export type PatternCompilation =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

/**
 * Compiles a JavaScript regular expression (unanchored, case-sensitive) so that matching takes bounded time.
 *
 * The grammar is JavaScript's; the linear engine does the matching where it understands the pattern the same way. What it
 * cannot compile (lookaround, backreferences), reads differently, or could not match fast (long counted repetitions) is left to a {@link PatternRunner}, and so are values beyond printable ASCII,
 * which the two engines count differently.
 *
 * @source Claude Code hooks reference, "Matcher patterns"
 */
export async function compilePattern(source: string): Promise<PatternCompilation> {
  if (source.length > MAX_PATTERN_LENGTH) {
    return { ok: false, message: `${source.length} characters, at most ${MAX_PATTERN_LENGTH} are allowed` };
  }
  try {
    // Compiling is linear; only running can be slow.
    new RegExp(source);
  } catch (error) {
    return { ok: false, message: reasonOf(error) };
  }
  if (source.length <= MAX_PLAIN_LENGTH && PLAIN.test(source))
    return { ok: true, pattern: plainPattern(source) };
  const linear = await compileLinear(source);
  return { ok: true, pattern: linear ? linearPattern(source, linear) : limitedPattern(source) };
}

/** `Invalid regular expression: /[/: Unterminated character class` without the pattern, which the caller has already. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(message.lastIndexOf("/: ") + 3);
}

/** Longer ones have room for hundreds of alternatives, each of which every start would try. */
const MAX_PLAIN_LENGTH = 200;

// One place of a plain pattern: a character, an escaped sign, a class, a dot.
const PLACE = String.raw`(?:[\w\-,:;<>@~%&=!'"/# ]|\\[.\-/$^|()[\]{}*+?]|\[[^\]\\]+\]|\.)`;
const GROUP = String.raw`\((?:\?:)?${PLACE}*(?:\|${PLACE}*)*\)`;
// Places follow a group only: two runs of them side by side could be split in many ways.
const ALTERNATIVE = String.raw`\^?${PLACE}*(?:${GROUP}${PLACE}*)?(?:\.[*+]|\$)?`;

/**
 * Patterns that JavaScript's own engine matches in linear time, which are nearly all that people write: places one after the
 * other, at most one group of such, a run of anything or $ at the very end, and alternatives of these. Nothing in them can be
 * tried in more than one way from one start.
 */
const PLAIN = new RegExp(`^${ALTERNATIVE}(?:\\|${ALTERNATIVE})*$`);

function plainPattern(source: string): Pattern {
  const compiled = new RegExp(source);
  return {
    engine: "linear",
    test: (value) => ({ matches: compiled.test(value.slice(0, MAX_SUBJECT_LENGTH)) }),
  };
}

type LinearTest = (value: string) => boolean;

// What both grammars have and mean differently: \a, \A, \C, \p, \Q, \z, braces after \x and \u, and [[:alpha:]].
const READ_DIFFERENTLY = /\\[aACpPQEzZ]|\\[xu]\{|\[\[?:/;

/** Steps that the linear engine may make of a pattern; each may be tried at each character of a value. */
const MAX_STEPS = 500;

/** Counted repetitions are copied out by the linear engine, nested ones within each other: `(a{20}){20}` is 400 steps. */
function countSteps(source: string): number {
  const groups: number[] = [0];
  let atom = 0;
  for (const [token] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d{1,9}(?:,\d{0,9})?\}|[\s\S]/g)) {
    const count = /^\{(\d+)(?:,(\d*))?\}$/.exec(token);
    if (token === "(") groups.push(0);
    else {
      const times = count ? Math.max(Number(count[1]), Number(count[2] || 0)) : 0;
      // A count repeats what stands before it, which was added once already.
      const added = count
        ? atom * Math.max(times - 1, 0)
        : token === ")" && groups.length > 1
          ? (groups.pop() ?? 0)
          : 1;
      atom = count ? atom + added : added;
      groups[groups.length - 1] = (groups.at(-1) ?? 0) + added;
    }
  }
  return groups.reduce((sum, steps) => sum + steps, 0);
}

async function compileLinear(source: string): Promise<LinearTest | null> {
  if (READ_DIFFERENTLY.test(source) || countSteps(source) > MAX_STEPS) return null;
  const { RE2JS } = await import("re2js");
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return (value) => compiled.test(value);
  } catch {
    // Syntax that the linear engine lacks: the pattern is a limited one, which is reported.
    return null;
  }
}

const PRINTABLE_ASCII = /^[ -~]*$/;

function linearPattern(source: string, test: LinearTest): Pattern {
  return {
    engine: "linear",
    test(value, runner) {
      const subject = value.slice(0, MAX_SUBJECT_LENGTH);
      if (!runner || PRINTABLE_ASCII.test(subject)) return { matches: test(subject) };
      const answer = runner.test(source, subject, PATTERN_LIMIT_MS);
      return { matches: typeof answer === "boolean" ? answer : test(subject) };
    },
  };
}

function limitedPattern(source: string): Pattern {
  return {
    engine: "limited",
    test(value, runner) {
      const answer =
        runner?.test(source, value.slice(0, MAX_SUBJECT_LENGTH), PATTERN_LIMIT_MS) ?? "unavailable";
      if (typeof answer === "boolean") return { matches: answer };
      return { matches: true, undecided: answer === "timed_out" ? "timed_out" : "no_runner" };
    },
  };
}
