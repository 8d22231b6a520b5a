import type { HookEventName } from "./events/index.ts";
import { type BrokenHook, entryKey, type Handler, type HookEntry } from "./handler.ts";
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
  /** The same with all copies: for who leaves some out before {@link keepOnce}. */
  readonly matching: readonly HookEntry[];
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
  /**
   * As {@link HandlerIndex.select}, with a word on every configured handler of the event.
   *
   * @param refused handlers that may not run: nothing is a copy of them
   */
  consider(input: SelectionInput, refused?: ReadonlySet<HookEntry>): readonly Consideration[];
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

const NOBODY: ReadonlySet<HookEntry> = new Set();

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
      const found = all.length === 0 ? all : matchingCandidates(all, input, remembered);
      const matching = found
        .filter(({ rule }) => judgeIf(rule, input)?.runs ?? true)
        .map(({ entry }) => entry);
      const closed = gates.filter((gate) => isClosed(gate, input)).map(({ hook }) => hook);
      return { entries: keepOnce(matching), matching, closed };
    },
    consider(input, refused = NOBODY) {
      const all = candidates.get(input.event) ?? [];
      const seen = new Map<string, HookEntry>();
      return all.map((candidate) => consider(candidate, input, { seen, refused }));
    },
  };
}

/**
 * Keeps one of several copies of a handler: the first, which is of the strongest source, made as strict as the strictest of
 * them. No copy can disarm another by being in the background or by letting failures pass, nor take another's place.
 *
 * @param entries in configured order, only those that may run
 */
export function keepOnce(entries: readonly HookEntry[]): readonly HookEntry[] {
  if (entries.length < 2) return entries;
  const byKey = new Map<string, HookEntry>();
  for (const entry of entries) {
    const key = entryKey(entry);
    const first = byKey.get(key);
    byKey.set(key, first ? asStrictAs(first, entry.handler) : entry);
  }
  return byKey.size === entries.length ? entries : [...byKey.values()];
}

function asStrictAs(entry: HookEntry, copy: Handler): HookEntry {
  const { handler } = entry;
  const onFailure = copy.onFailure === "block" ? "block" : handler.onFailure;
  if (handler.type !== "command" || copy.type !== "command") {
    return onFailure === handler.onFailure ? entry : { ...entry, handler: { ...handler, onFailure } };
  }
  const background = copy.background === "no" ? "no" : handler.background;
  const isSame = onFailure === handler.onFailure && background === handler.background;
  return isSame ? entry : { ...entry, handler: { ...handler, onFailure, background } };
}

/** Candidates whose matcher fires for the value; `if` is not judged yet. */
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
  let isCertain = true;
  const matching = candidates.filter(({ matcher }) => {
    let fires = answers.get(matcher);
    if (fires === undefined) {
      const answer = judgeMatcher(matcher, input);
      isCertain &&= answer.undecided === undefined;
      fires = answer.fires;
      answers.set(matcher, fires);
    }
    return fires;
  });
  return { matching, isCertain };
}

function consider(
  { entry, matcher, rule }: Candidate,
  input: SelectionInput,
  { seen, refused }: { seen: Map<string, HookEntry>; refused: ReadonlySet<HookEntry> },
): Consideration {
  const answer = judgeMatcher(matcher, input);
  if (!answer.fires) return { entry, outcome: "matcher", why: answer.why };
  const judged = judgeIf(rule, input);
  if (judged && !judged.runs) return { entry, outcome: "if", why: judged.why };
  const key = entryKey(entry);
  const first = seen.get(key);
  if (first && !refused.has(entry)) {
    const why = `the same handler stands at ${first.path} (${first.file}), and runs once`;
    return { entry, outcome: "duplicate", why };
  }
  if (!refused.has(entry)) seen.set(key, entry);
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
