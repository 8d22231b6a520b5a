import type { HookEventName } from "./events/index.ts";
import { type BrokenHook, type Handler, type HookEntry, handlerKey } from "./handler.ts";
import type { PathAnchors } from "./if-path.ts";
import type { IfAnswer, IfCompilation } from "./if-rule.ts";
import { isJsonObject } from "./json.ts";
import { type CompiledMatcher, type MatcherAnswer, matchedValue } from "./matcher.ts";
import type { PatternRunner } from "./pattern.ts";
import type { Problem } from "./problems.ts";

/** What an event is selected by. */
export interface SelectionInput extends PathAnchors {
  readonly event: HookEventName;
  /** The hook input; only the matched field, `tool_name` and `tool_input` are looked at. */
  readonly input: Readonly<Record<string, unknown>>;
  /** For patterns that are not linear. Without one, such a pattern runs its handlers. */
  readonly runner?: PatternRunner;
}

/** What was said of one configured handler. */
export interface Consideration {
  readonly entry: HookEntry;
  /**
   * - `runs`
   * - `matcher`, `if`: does not match
   * - `duplicate`: the same handler is configured before it
   */
  readonly outcome: "runs" | "matcher" | "if" | "duplicate";
  readonly why: string;
  /** Nobody could tell in time whether the matcher matches; the handler runs. */
  readonly isUndecided?: boolean;
}

/** Who answers an event. */
export interface Selection {
  /** Handlers to run, in configured order, each once. */
  readonly entries: readonly HookEntry[];
  /** Broken hooks that would have matched and close the gate: `onFailure: "block"` on an event that obeys it. */
  readonly closed: readonly BrokenHook[];
}

/** All configured handlers, compiled and ready to be selected from. */
export interface HandlerIndex {
  /** Matchers and `if` rules that cannot be read, and those that can never match. */
  readonly problems: readonly Problem[];
  /** Everything that cannot be used: what was broken before, and what could not be compiled. */
  readonly broken: readonly BrokenHook[];
  select(input: SelectionInput): Selection;
  /** As {@link HandlerIndex.select}, with a word on every configured handler of the event. */
  consider(input: SelectionInput): readonly Consideration[];
}

/** A text that many entries share, compiled once. */
export interface Slot<Compiled> {
  compiled: Compiled | null;
}

/** An entry with what its texts compile to. */
export interface Candidate {
  readonly entry: HookEntry;
  readonly matcher: Slot<CompiledMatcher>;
  readonly rule: Slot<IfCompilation> | null;
}

/** A broken hook that blocks for the values that it was about. */
export interface BrokenGate {
  readonly hook: BrokenHook;
  readonly matcher: CompiledMatcher;
}

/** What an index is made of. */
export interface IndexParts {
  readonly candidates: ReadonlyMap<HookEventName, readonly Candidate[]>;
  readonly broken: readonly BrokenHook[];
  readonly gates: readonly BrokenGate[];
  readonly problems: readonly Problem[];
}

/** Values remembered for each event: tools and failure kinds are few, names of files are not. */
const MAX_REMEMBERED_VALUES = 256;

/** Makes an index of compiled handlers. It remembers which of them match a value, and nothing else. */
export function makeIndex({ candidates, broken, gates, problems }: IndexParts): HandlerIndex {
  const remembered = new Map<HookEventName, Map<string, readonly Candidate[]>>();
  return {
    problems,
    broken,
    select(input) {
      const all = candidates.get(input.event) ?? [];
      const matching = all.length === 0 ? all : matchingCandidates(all, input, remembered);
      const entries = matching
        .filter(({ rule }) => judgeIf(rule, input)?.runs ?? true)
        .map(({ entry }) => entry);
      return { entries, closed: gates.filter((gate) => isClosed(gate, input)).map(({ hook }) => hook) };
    },
    consider(input) {
      const all = candidates.get(input.event) ?? [];
      const chosen = new Map(
        findMatching(all, input).matching.map(({ entry }) => [handlerKey(entry.handler), entry]),
      );
      return all.map((candidate) => consider(candidate, input, chosen));
    },
  };
}

/** Candidates whose matcher fires for the value, each handler once; `if` is not judged yet. */
function matchingCandidates(
  candidates: readonly Candidate[],
  input: SelectionInput,
  remembered: Map<HookEventName, Map<string, readonly Candidate[]>>,
): readonly Candidate[] {
  const byValue = remembered.get(input.event) ?? new Map<string, readonly Candidate[]>();
  remembered.set(input.event, byValue);
  // A missing value is not an empty one.
  const key = matchedValue(input.event, input.input) ?? "\0";
  const known = byValue.get(key);
  if (known) return known;
  const { matching, isCertain } = findMatching(candidates, input);
  if (byValue.size >= MAX_REMEMBERED_VALUES) byValue.clear();
  // What could not be decided for want of a runner may be decided next time; a pattern that ran out of time is not tried
  // again on the same value.
  if (isCertain || input.runner) byValue.set(key, matching);
  return matching;
}

function findMatching(
  candidates: readonly Candidate[],
  input: SelectionInput,
): { matching: readonly Candidate[]; isCertain: boolean } {
  const answers = new Map<Slot<CompiledMatcher>, boolean>();
  const byKey = new Map<string, Candidate>();
  let isCertain = true;
  for (const candidate of candidates) {
    let fires = answers.get(candidate.matcher);
    if (fires === undefined) {
      const answer = judgeMatcher(candidate.matcher, input);
      isCertain &&= answer.undecided === undefined;
      fires = answer.fires;
      answers.set(candidate.matcher, fires);
    }
    if (fires) addOnce(byKey, candidate);
  }
  return { matching: [...byKey.values()], isCertain };
}

/**
 * Keeps one of several copies of a handler, at the place of the first, and the strictest of them: no copy can disarm another
 * by being in the background or by letting failures pass.
 */
function addOnce(byKey: Map<string, Candidate>, candidate: Candidate): void {
  const key = handlerKey(candidate.entry.handler);
  const first = byKey.get(key);
  if (!first || strictness(candidate.entry.handler) > strictness(first.entry.handler))
    byKey.set(key, candidate);
}

function strictness(handler: Handler): number {
  const isAwaited = handler.type !== "command" || handler.background === "no";
  return (isAwaited ? 2 : 0) + (handler.onFailure === "block" ? 1 : 0);
}

function consider(
  { entry, matcher, rule }: Candidate,
  input: SelectionInput,
  chosen: ReadonlyMap<string, HookEntry>,
): Consideration {
  const answer = judgeMatcher(matcher, input);
  if (!answer.fires) return { entry, outcome: "matcher", why: answer.why };
  const other = chosen.get(handlerKey(entry.handler));
  if (other && other !== entry) {
    const why = `the same handler stands at ${other.path} (${other.file}), and runs once`;
    return { entry, outcome: "duplicate", why };
  }
  const judged = judgeIf(rule, input);
  if (judged && !judged.runs) return { entry, outcome: "if", why: judged.why };
  const why = judged ? `${answer.why}; ${judged.why}` : answer.why;
  return { entry, outcome: "runs", why, ...(answer.undecided === undefined ? {} : { isUndecided: true }) };
}

const NOTHING_TO_MATCH: MatcherAnswer = { fires: false, why: "the matcher was not compiled" };

function judgeMatcher(
  { compiled }: Slot<CompiledMatcher>,
  { event, input, runner }: SelectionInput,
): MatcherAnswer {
  return compiled?.test(matchedValue(event, input), runner) ?? NOTHING_TO_MATCH;
}

function judgeIf(rule: Candidate["rule"], { input, projectDir, homeDir }: SelectionInput): IfAnswer | null {
  if (!rule?.compiled?.ok) return null;
  const toolName = typeof input.tool_name === "string" ? input.tool_name : "";
  const toolInput = isJsonObject(input.tool_input) ? input.tool_input : {};
  return rule.compiled.rule.test({ toolName, toolInput, projectDir, homeDir });
}

/** With a matcher that cannot be read, any value may have been meant. */
function isClosed({ hook, matcher }: BrokenGate, { event, input, runner }: SelectionInput): boolean {
  if (hook.event !== event) return false;
  return matcher.kind === "invalid" || matcher.test(matchedValue(event, input), runner).fires;
}
