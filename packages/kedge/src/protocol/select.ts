import { describeEvent, type HookEventName } from "./events/index.ts";
import { type BrokenHook, type HookEntry, handlerKey } from "./handler.ts";
import type { PathAnchors } from "./if-path.ts";
import { type CompiledIf, compileIf } from "./if-rule.ts";
import { isJsonObject } from "./json.ts";
import { type CompiledMatcher, compileMatcher, matchedValue } from "./matcher.ts";
import { PATTERN_LIMIT_MS, type PatternRunner } from "./pattern.ts";
import { childPath, type Problem, ProblemList } from "./problems.ts";

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

/** An entry with what its texts compile to. */
interface Candidate {
  readonly entry: HookEntry;
  readonly matcher: CompiledMatcher;
  readonly rule: CompiledIf | null;
}

/** Candidates of one event, and what was found for values that were asked before. */
interface EventIndex {
  readonly candidates: Candidate[];
  readonly byValue: Map<string, readonly Candidate[]>;
}

/** Values remembered for each event: tools and failure kinds are few, names of files are not. */
const MAX_REMEMBERED_VALUES = 256;

/**
 * Compiles configured handlers into an index. Each distinct matcher and `if` is compiled once.
 *
 * @param entries in configured order: that order settles every tie
 * @param broken hooks that could not be read, in configured order
 */
export async function compileHandlers(
  entries: readonly HookEntry[],
  broken: readonly BrokenHook[] = [],
): Promise<HandlerIndex> {
  const matchers = await compileDistinct(entries, matcherKey, (entry) =>
    compileMatcher(entry.event, entry.matcher),
  );
  const rules = await compileDistinct(
    entries.filter((entry) => entry.handler.if !== undefined),
    (entry) => entry.handler.if ?? "",
    (entry) => compileIf(entry.handler.if ?? ""),
  );
  const reports = new Map<string, ProblemList>();
  const events = new Map<HookEventName, EventIndex>();
  const unusable: BrokenHook[] = [];
  for (const entry of entries) {
    const matcher = matchers.get(matcherKey(entry));
    const rule = entry.handler.if === undefined ? null : rules.get(entry.handler.if);
    if (!matcher || rule === undefined) continue;
    const problem = entryProblem(entry, matcher, rule?.ok === false ? rule.message : undefined, reports);
    if (problem) unusable.push(problem);
    else addCandidate(events, { entry, matcher, rule: rule?.ok ? rule.rule : null });
  }
  return makeIndex(
    events,
    [...broken, ...unusable],
    [...reports.values()].flatMap((list) => list.problems),
  );
}

function matcherKey(entry: HookEntry): string {
  return entry.matcher === undefined ? entry.event : `${entry.event} ${entry.matcher}`;
}

async function compileDistinct<Value>(
  entries: readonly HookEntry[],
  key: (entry: HookEntry) => string,
  compile: (entry: HookEntry) => Promise<Value>,
): Promise<ReadonlyMap<string, Value>> {
  const distinct = new Map<string, HookEntry>();
  for (const entry of entries) {
    const own = key(entry);
    if (!distinct.has(own)) distinct.set(own, entry);
  }
  const compiled = new Map<string, Value>();
  for (const [own, entry] of distinct) compiled.set(own, await compile(entry));
  return compiled;
}

const LIMITED = `It runs as JavaScript with a limit of ${PATTERN_LIMIT_MS} ms; when that is not enough, the handler runs.`;

/** Reports what compiling found, and returns the entry as broken when it cannot be used (D9). */
function entryProblem(
  entry: HookEntry,
  matcher: CompiledMatcher,
  ifProblem: string | undefined,
  reports: Map<string, ProblemList>,
): BrokenHook | null {
  const isSound =
    matcher.kind !== "invalid" &&
    matcher.warning === undefined &&
    !matcher.isLimited &&
    ifProblem === undefined;
  if (isSound) return null;
  const list = reports.get(entry.file) ?? new ProblemList(entry.file);
  reports.set(entry.file, list);
  const before = list.problems.length;
  const effect = "This handler is left out; the rest of the file is in force.";
  const came = JSON.stringify(entry.matcher ?? "");
  if (matcher.problem !== undefined) {
    const advice = `${matcher.problem}. Names are separated with |; leave the matcher out to match all.`;
    list.error({
      code: "invalid_matcher",
      path: matcherPath(entry),
      expected: "names, or a regular expression",
      came,
      effect,
      advice,
    });
  } else if (matcher.warning !== undefined) {
    const expected = "a matcher that can match something";
    list.warning({
      code: "never_fires",
      path: matcherPath(entry),
      expected,
      came,
      effect: `${matcher.warning}.`,
      advice: "",
    });
  } else if (matcher.isLimited) {
    const expected = "a pattern without lookaround and backreferences";
    list.warning({
      code: "limited_pattern",
      path: matcherPath(entry),
      expected,
      came,
      effect: LIMITED,
      advice: "",
    });
  }
  if (ifProblem !== undefined) {
    const path = childPath(entry.path, "if");
    list.error({
      code: "invalid_if",
      path,
      expected: "one rule such as Bash(git push *)",
      value: entry.handler.if,
      effect,
      advice: `${ifProblem}.`,
    });
  }
  const problems = list.problems.slice(before);
  if (problems.every((problem) => problem.severity === "warning")) return null;
  const { event, file, path } = entry;
  return {
    event,
    ...(entry.matcher === undefined ? {} : { matcher: entry.matcher }),
    onFailure: entry.handler.onFailure,
    file,
    path,
    problems,
  };
}

/** `hooks.Stop[0].hooks[1]` has its matcher at `hooks.Stop[0].matcher`. */
function matcherPath(entry: HookEntry): string {
  return childPath(entry.path.replace(/\.hooks\[\d+\]$/, ""), "matcher");
}

function addCandidate(events: Map<HookEventName, EventIndex>, candidate: Candidate): void {
  const index = events.get(candidate.entry.event);
  if (index) index.candidates.push(candidate);
  else events.set(candidate.entry.event, { candidates: [candidate], byValue: new Map() });
}

function makeIndex(
  events: ReadonlyMap<HookEventName, EventIndex>,
  broken: readonly BrokenHook[],
  problems: readonly Problem[],
): HandlerIndex {
  return {
    problems,
    broken,
    select(input) {
      const index = events.get(input.event);
      const matching = index ? matchingCandidates(index, input) : [];
      const entries = matching
        .filter(({ rule }) => !rule || judgeIf(rule, input).runs)
        .map(({ entry }) => entry);
      return { entries, closed: broken.filter((hook) => closesGate(hook, input)) };
    },
    consider(input) {
      const seen = new Map<string, HookEntry>();
      return (events.get(input.event)?.candidates ?? []).map((candidate) => consider(candidate, input, seen));
    },
  };
}

/** Candidates whose matcher fires for the value, each handler once; `if` is not judged yet. */
function matchingCandidates(index: EventIndex, input: SelectionInput): readonly Candidate[] {
  const value = matchedValue(input.event, input.input);
  // A missing value is not an empty one.
  const key = value ?? "\0";
  const known = index.byValue.get(key);
  if (known) return known;
  const answers = new Map<CompiledMatcher, boolean>();
  const seen = new Set<string>();
  let isCertain = true;
  const matching = index.candidates.filter(({ entry, matcher }) => {
    let fires = answers.get(matcher);
    if (fires === undefined) {
      const answer = matcher.test(value, input.runner);
      isCertain &&= answer.undecided === undefined;
      fires = answer.fires;
      answers.set(matcher, fires);
    }
    if (!fires) return false;
    const own = handlerKey(entry.handler);
    return !seen.has(own) && seen.add(own);
  });
  if (index.byValue.size >= MAX_REMEMBERED_VALUES) index.byValue.clear();
  // What could not be decided for want of a runner may be decided next time; a pattern that ran out of time is not tried
  // again on the same value.
  if (isCertain || input.runner) index.byValue.set(key, matching);
  return matching;
}

function consider(
  { entry, matcher, rule }: Candidate,
  input: SelectionInput,
  seen: Map<string, HookEntry>,
): Consideration {
  const answer = matcher.test(matchedValue(input.event, input.input), input.runner);
  if (!answer.fires) return { entry, outcome: "matcher", why: answer.why };
  const own = handlerKey(entry.handler);
  const first = seen.get(own);
  if (first)
    return {
      entry,
      outcome: "duplicate",
      why: `the same handler stands at ${first.path} (${first.file}) already`,
    };
  seen.set(own, entry);
  const judged = rule ? judgeIf(rule, input) : null;
  if (judged && !judged.runs) return { entry, outcome: "if", why: judged.why };
  const why = judged ? `${answer.why}; ${judged.why}` : answer.why;
  return { entry, outcome: "runs", why, ...(answer.undecided === undefined ? {} : { isUndecided: true }) };
}

function judgeIf(
  rule: CompiledIf,
  { input, projectDir, homeDir }: SelectionInput,
): { runs: boolean; why: string } {
  const toolName = typeof input.tool_name === "string" ? input.tool_name : "";
  const toolInput = isJsonObject(input.tool_input) ? input.tool_input : {};
  return rule.test({ toolName, toolInput, projectDir, homeDir });
}

/** A broken hook whose matcher is plain names is asked for its value; any other one may have matched, so it closes. */
function closesGate(hook: BrokenHook, { event, input }: SelectionInput): boolean {
  if (hook.event !== event || hook.onFailure !== "block" || !describeEvent(event).obeysOnFailure)
    return false;
  const value = matchedValue(event, input);
  if (hook.matcher === undefined || value === undefined || !/^[\w, |-]+$/.test(hook.matcher)) return true;
  return hook.matcher.split(/[|,]/).some((name) => name.trim() === value);
}
