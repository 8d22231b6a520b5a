import { describeEvent, type HookEventName } from "./events/index.ts";
import type { BrokenHook, HookEntry } from "./handler.ts";
import { type BashReader, loadBashReader } from "./if-bash.ts";
import { compileIf, type IfCompilation } from "./if-rule.ts";
import { type CompiledMatcher, compileMatcher } from "./matcher.ts";
import { PATTERN_LIMIT_MS } from "./pattern.ts";
import { childPath, ProblemList } from "./problems.ts";
import { type BrokenGate, type Candidate, type HandlerIndex, makeIndex, type Slot } from "./select.ts";

/** Handlers of one event while they are compiled. */
interface EventDraft {
  candidates: Candidate[];
  readonly matchers: Map<string | undefined, Slot<CompiledMatcher>>;
}

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
  const events = new Map<HookEventName, EventDraft>();
  const rules = new Map<string, Slot<IfCompilation>>();
  for (const entry of entries) addCandidate(events, rules, entry);
  let reader: Promise<BashReader> | null = null;
  const loadReader = (): Promise<BashReader> => {
    reader ??= loadBashReader();
    return reader;
  };
  for (const [source, slot] of rules) slot.compiled = await compileIf(source, loadReader);
  for (const [event, index] of events) {
    for (const [source, slot] of index.matchers) slot.compiled = await compileMatcher(event, source);
  }
  const reports = new Map<string, ProblemList>();
  const unusable = [...events.values()].flatMap((index) => takeUnusable(index, reports));
  const all = [...broken, ...unusable];
  const gates: BrokenGate[] = [];
  for (const hook of all.filter(wantsToBlock)) {
    gates.push({ hook, matcher: await compileMatcher(hook.event, hook.matcher) });
  }
  const problems = [...reports.values()].flatMap((list) => list.problems);
  const candidates = new Map([...events].map(([event, index]) => [event, index.candidates] as const));
  return makeIndex({ candidates, broken: all, gates, problems });
}

function addCandidate(
  events: Map<HookEventName, EventDraft>,
  rules: Map<string, Slot<IfCompilation>>,
  entry: HookEntry,
): void {
  let index = events.get(entry.event);
  if (!index) {
    index = { candidates: [], matchers: new Map() };
    events.set(entry.event, index);
  }
  const { if: rule } = entry.handler;
  const matcher = slotFor(index.matchers, entry.matcher);
  index.candidates.push({ entry, matcher, rule: rule === undefined ? null : slotFor(rules, rule) });
}

function slotFor<Key, Compiled>(slots: Map<Key, Slot<Compiled>>, key: Key): Slot<Compiled> {
  let slot = slots.get(key);
  if (!slot) {
    slot = { compiled: null };
    slots.set(key, slot);
  }
  return slot;
}

/** Takes out of an index what could not be compiled, and reports what compiling found. */
function takeUnusable(index: EventDraft, reports: Map<string, ProblemList>): BrokenHook[] {
  const isSuspect = ({ matcher, rule }: Candidate): boolean =>
    isNoteworthy(matcher.compiled) || rule?.compiled?.ok === false;
  if (!index.candidates.some(isSuspect)) return [];
  const unusable: BrokenHook[] = [];
  index.candidates = index.candidates.filter((candidate) => {
    const hook = isSuspect(candidate) ? reportCandidate(candidate, reports) : null;
    if (hook) unusable.push(hook);
    return !hook;
  });
  return unusable;
}

function isNoteworthy(matcher: CompiledMatcher | null): boolean {
  return matcher?.kind === "invalid" || matcher?.warning !== undefined || matcher?.isLimited === true;
}

const LEFT_OUT = "This handler is left out; the rest of the file is in force.";
const LIMITED = `It runs as JavaScript with a limit of ${PATTERN_LIMIT_MS} ms; when that is not enough, the handler runs.`;

/** Reports what compiling found, and returns the entry as broken when it cannot be used (D9). */
function reportCandidate(
  { entry, matcher, rule }: Candidate,
  reports: Map<string, ProblemList>,
): BrokenHook | null {
  const list = reports.get(entry.file) ?? new ProblemList(entry.file);
  reports.set(entry.file, list);
  const before = list.problems.length;
  if (matcher.compiled) reportMatcher(entry, matcher.compiled, list);
  if (rule?.compiled?.ok === false) {
    const path = childPath(entry.path, "if");
    const expected = "one rule such as Bash(git push *)";
    const advice = `${rule.compiled.message}.`;
    list.error({ code: "invalid_if", path, expected, value: entry.handler.if, effect: LEFT_OUT, advice });
  }
  const problems = list.problems.slice(before);
  if (problems.every((problem) => problem.severity === "warning")) return null;
  const { event, file, path } = entry;
  const text = entry.matcher === undefined ? {} : { matcher: entry.matcher };
  return { event, ...text, onFailure: entry.handler.onFailure, file, path, problems };
}

function reportMatcher(entry: HookEntry, matcher: CompiledMatcher, list: ProblemList): void {
  const at = { path: matcherPath(entry), value: entry.matcher };
  if (matcher.problem !== undefined) {
    const advice = `${matcher.problem}. Names are separated with |; leave the matcher out to match all.`;
    list.error({
      ...at,
      code: "invalid_matcher",
      expected: "names, or a regular expression",
      effect: LEFT_OUT,
      advice,
    });
  } else if (matcher.warning !== undefined) {
    const expected = "a matcher that can match something";
    list.warning({ ...at, code: "never_fires", expected, effect: `${matcher.warning}.` });
  } else if (matcher.isLimited) {
    const expected = "a pattern without lookaround and backreferences";
    list.warning({ ...at, code: "limited_pattern", expected, effect: LIMITED });
  }
}

/** `hooks.Stop[0].hooks[1]` has its matcher at `hooks.Stop[0].matcher`. */
function matcherPath(entry: HookEntry): string {
  return childPath(entry.path.replace(/\.hooks\[\d+\]$/, ""), "matcher");
}

function wantsToBlock(hook: BrokenHook): boolean {
  return hook.onFailure === "block" && describeEvent(hook.event).obeysOnFailure;
}
