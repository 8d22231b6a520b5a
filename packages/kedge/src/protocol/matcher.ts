import type { MatcherRule } from "./descriptor.ts";
import { describeEvent, type HookEventName } from "./events/index.ts";
import {
  compilePattern,
  MAX_PATTERN_LENGTH,
  type Pattern,
  type PatternAnswer,
  type PatternRunner,
} from "./pattern.ts";
import { describeValue } from "./problems.ts";
import { escapeInvisible } from "./text.ts";

/** Why a matcher fires or not. */
export interface MatcherAnswer {
  readonly fires: boolean;
  /** One clause for a person, such as `"Write" is not one of Edit, Read`. */
  readonly why: string;
  readonly undecided?: PatternAnswer["undecided"];
}

/** A matcher ready to be asked. */
export interface CompiledMatcher {
  /**
   * - `all`: absent, empty or `*`, or the event has nothing to match
   * - `exact`: a list of names
   * - `pattern`: a regular expression
   * - `invalid`: cannot be read; fires for nothing, and `problem` says why (D9)
   */
  readonly kind: "all" | "exact" | "pattern" | "invalid";
  /** The names of an exact matcher. */
  readonly names?: readonly string[];
  /** For `invalid`. */
  readonly problem?: string;
  /** For a matcher that is valid and still probably not what was meant: why it matches nothing. */
  readonly warning?: string;
  /** A pattern with lookaround or backreferences, which runs with a limit. */
  readonly isLimited?: boolean;
  test(value: string | undefined, runner?: PatternRunner): MatcherAnswer;
}

const EXACT_SET = { wide: /^[A-Za-z0-9_\-, |]*$/, narrow: /^[A-Za-z0-9_|]*$/ } as const;
const SEPARATORS = { wide: /[|,]/, narrow: /\|/ } as const;

/**
 * Compiles the matcher of a group for one event.
 *
 * Absent, empty and `*` match all. A pattern of nothing but name characters and separators is a list of exact names. Anything
 * else is a JavaScript regular expression, unanchored and case-sensitive, judged in bounded time.
 *
 * @source Claude Code hooks reference, "Matcher patterns"; recorded: FileChanged and StopFailure have a narrower exact set
 */
export async function compileMatcher(
  event: HookEventName,
  matcher: string | undefined,
): Promise<CompiledMatcher> {
  const rule = describeEvent(event).matcher;
  // An event without a matcher ignores one, even one that is no pattern.
  if (!rule) return matchAll("this event has no matcher");
  if (matcher === undefined || matcher === "" || matcher === "*")
    return matchAll("the matcher matches everything");
  if (matcher.length > MAX_PATTERN_LENGTH) {
    return invalid(`${matcher.length} characters, at most ${MAX_PATTERN_LENGTH} are allowed`);
  }
  if (EXACT_SET[rule.exactSet].test(matcher)) return exactNames(rule, matcher);
  const compiled = await compilePattern(matcher);
  return compiled.ok ? regularExpression(matcher, compiled.pattern) : invalid(compiled.message);
}

/**
 * Reads the value that an event's matcher is compared with out of an input.
 *
 * @returns undefined when the event has nothing to match or the field is missing
 */
export function matchedValue(
  event: HookEventName,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const rule = describeEvent(event).matcher;
  if (!rule || !Object.hasOwn(input, rule.field)) return undefined;
  const value = input[rule.field];
  if (typeof value !== "string") return undefined;
  return rule.part === "base_name" ? value.slice(value.lastIndexOf("/") + 1) : value;
}

function matchAll(why: string): CompiledMatcher {
  const answer: MatcherAnswer = { fires: true, why };
  return { kind: "all", test: () => answer };
}

function invalid(message: string): CompiledMatcher {
  const answer: MatcherAnswer = { fires: false, why: `the matcher cannot be read: ${message}` };
  return { kind: "invalid", problem: message, test: () => answer };
}

function exactNames(rule: MatcherRule, matcher: string): CompiledMatcher {
  const parts = matcher.split(SEPARATORS[rule.exactSet]).map((part) => part.trim());
  const names = [...new Set(parts.filter((part) => part !== ""))];
  const accepted = new Set(names.flatMap((name) => [name, rule.aliases?.[name] ?? name]));
  const warning = exactWarning(names);
  const shownNames = names.slice(0, 8).join(", ") || "no names";
  return {
    kind: "exact",
    names,
    ...(warning === undefined ? {} : { warning }),
    test(value) {
      if (value === undefined) return { fires: false, why: `the input has no ${rule.field}` };
      const fires = accepted.has(value);
      return { fires, why: `${describeValue(value)} is ${fires ? "" : "not "}one of ${shownNames}` };
    },
  };
}

/** Names that look as if a regular expression, or a whole server, was meant. */
function exactWarning(names: readonly string[]): string | undefined {
  if (names.length === 0) return "it holds separators only and matches nothing";
  const server = names.find((name) => /^mcp__[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*$/.test(name));
  if (server !== undefined)
    return `"${server}" is compared exactly; the tools of a server are "${server}__.*"`;
  const blank = names.find((name) => name.includes(" "));
  if (blank !== undefined) return `"${blank}" is one name with a blank in it; separate names with |`;
  return undefined;
}

function regularExpression(source: string, pattern: Pattern): CompiledMatcher {
  const warning = patternWarning(source);
  const shown = `/${escapeInvisible(source.length > 60 ? `${source.slice(0, 59)}…` : source)}/`;
  return {
    kind: "pattern",
    ...(warning === undefined ? {} : { warning }),
    ...(pattern.engine === "limited" ? { isLimited: true } : {}),
    test(value, runner) {
      if (value === undefined) return { fires: false, why: "the input has nothing to match" };
      const { matches, undecided } = pattern.test(value, runner);
      if (undecided)
        return {
          fires: true,
          why: `nobody could tell in time whether ${shown} matches; it runs`,
          undecided,
        };
      return {
        fires: matches,
        why: `${shown} ${matches ? "matches" : "does not match"} ${describeValue(value)}`,
      };
    },
  };
}

/** Spellings of other tools, accepted as regular expressions that match nothing. */
function patternWarning(source: string): string | undefined {
  if (/^\w+\(.*\)$/.test(source))
    return "this is the syntax of a permission rule; as a matcher it matches nothing. Use `if`";
  if (/^\/.*\/[a-z]*$/.test(source)) return "slashes are part of the pattern; leave them out";
  if (/^\w+[;&/]\w+$/.test(source)) return "names are separated with |";
  return undefined;
}
