import type { HookOrigin } from "./check-handler.ts";
import { describeEvent, EVENT_NAMES, type HookEventName, isHookEventName } from "./events/index.ts";
import { type BrokenHook, type HookEntry, handlerKey } from "./handler.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, type Problem, type ProblemList, type ProblemReport } from "./problems.ts";
import { readHandler } from "./read-handler.ts";

/** Distinct handlers that one file may have for one event. */
export const MAX_HANDLERS_PER_EVENT = 256;

/** Handlers of one file, in the order in which they stand there. */
export interface HooksReading {
  readonly entries: readonly HookEntry[];
  readonly broken: readonly BrokenHook[];
}

/**
 * Reads a `hooks` map: event, matcher groups, handlers. What is wrong is reported and left out by itself; nothing ever takes
 * a neighbour with it (D1).
 *
 * @param path where the map stands in its file, such as `hooks`; empty when it is the file
 */
export function readHooks(
  value: unknown,
  options: { path: string; origin: HookOrigin; list: ProblemList },
): HooksReading {
  const reader = new HooksReader(options);
  reader.events(value);
  return { entries: reader.entries, broken: reader.broken };
}

class HooksReader {
  readonly entries: HookEntry[] = [];
  readonly broken: BrokenHook[] = [];
  private readonly surplus = new Map<HookEventName, Problem>();
  private readonly path: string;
  private readonly origin: HookOrigin;
  private readonly list: ProblemList;

  constructor(options: { path: string; origin: HookOrigin; list: ProblemList }) {
    this.path = options.path;
    this.origin = options.origin;
    this.list = options.list;
  }

  events(value: unknown): void {
    if (!isJsonObject(value)) {
      this.list.error({
        code: "wrong_type",
        path: this.path,
        expected: "an object with events as keys",
        value,
        effect: "No hook of this file is in force.",
        advice: 'Write {"Stop": [{"hooks": [ … ]}]}.',
      });
      return;
    }
    for (const [name, groups] of Object.entries(value)) {
      if (isHookEventName(name)) this.groups(name, groups, childPath(this.path, name));
      else this.unknownEvent(name);
    }
  }

  private unknownEvent(name: string): void {
    const meant = EVENT_NAMES.find((known) => known.toLowerCase() === name.trim().toLowerCase());
    this.list.error({
      code: "unknown_event",
      path: childPath(this.path, name),
      expected: "the name of a hook event",
      value: name,
      effect: "Its handlers never run; all other events are in force.",
      advice: meant
        ? `Write ${meant}: names are compared with case.`
        : "`kedge protocol events` lists all names.",
    });
  }

  private groups(event: HookEventName, groups: unknown, path: string): void {
    if (Array.isArray(groups)) {
      const seen = new Set<string>();
      for (const [index, group] of groups.entries()) this.group(event, group, childPath(path, index), seen);
      return;
    }
    const report = { code: "wrong_type", path, expected: "a list of matcher groups", value: groups } as const;
    if (groups === null) {
      this.list.warning({ ...report, effect: "The event has no handlers.", advice: "Leave the event out." });
      return;
    }
    const effect = `No handler of ${event} in this file is in force.`;
    this.breaks(event, { raw: groups, path }, { ...report, effect, advice: "Put [ and ] around the group." });
  }

  private group(event: HookEventName, group: unknown, path: string, seen: Set<string>): void {
    const effect = "No handler of this group is in force; all other groups are.";
    if (!isJsonObject(group)) {
      const expected = "a matcher group, which is an object";
      const advice = 'Write {"matcher": "…", "hooks": [ … ]}.';
      this.breaks(
        event,
        { raw: group, path },
        { code: "wrong_type", path, expected, value: group, effect, advice },
      );
      return;
    }
    const matcher = ownValue(group, "matcher");
    const handlers = ownValue(group, "hooks");
    if (!Array.isArray(handlers)) {
      const code = handlers === undefined ? "missing" : "wrong_type";
      const expected = "a list of handlers in `hooks`";
      const advice = "Handlers stand in the `hooks` list of a group.";
      this.breaks(
        event,
        { raw: group, path },
        {
          code,
          path: childPath(path, "hooks"),
          expected,
          value: handlers,
          effect,
          advice,
        },
      );
      return;
    }
    if (matcher !== undefined && typeof matcher !== "string" && describeEvent(event).matcher) {
      const at = childPath(path, "matcher");
      const expected = "`matcher` to be a string";
      const advice = "Names are separated with |; leave the matcher out to match all.";
      this.breaks(
        event,
        { raw: group, path },
        {
          code: "invalid_matcher",
          path: at,
          expected,
          value: matcher,
          effect,
          advice,
        },
      );
      return;
    }
    this.reportIgnoredMatcher(event, matcher, path);
    for (const [index, raw] of handlers.entries()) {
      this.handler(
        { event, ...matcherOf(group), path: childPath(childPath(path, "hooks"), index) },
        raw,
        seen,
      );
    }
  }

  private reportIgnoredMatcher(event: HookEventName, matcher: unknown, path: string): void {
    if (describeEvent(event).matcher || matcher === undefined || matcher === "" || matcher === "*") return;
    const expected = `no matcher on ${event}`;
    const effect = "It is ignored: the handlers always run.";
    this.list.warning({
      code: "ignored",
      path: childPath(path, "matcher"),
      expected,
      value: matcher,
      effect,
    });
  }

  private handler(place: HandlerSpot, raw: unknown, seen: Set<string>): void {
    const { event, path } = place;
    const before = this.list.problems.length;
    const handler = readHandler(raw, { event, origin: this.origin, path, list: this.list });
    if (handler) seen.add(handlerKey(handler));
    const isSurplus = seen.size > MAX_HANDLERS_PER_EVENT;
    if (handler && !isSurplus) this.entries.push({ ...place, handler, file: this.list.file });
    else
      this.addBroken(
        place,
        wantsBlock(raw),
        handler ? [this.tooMany(place)] : this.list.problems.slice(before),
      );
  }

  /** Said once an event, at the first that is too many; every one of them is listed as broken. */
  private tooMany({ event, path }: HandlerSpot): Problem {
    const known = this.surplus.get(event);
    if (known) return known;
    const problem = this.list.error({
      code: "too_many",
      path,
      expected: `at most ${MAX_HANDLERS_PER_EVENT} different handlers of ${event} in one file`,
      came: "more",
      effect: "This one and those after it are left out.",
      advice: "Join them into fewer commands.",
    });
    this.surplus.set(event, problem);
    return problem;
  }

  /** Reports something that breaks a whole group or event, which then counts as one broken hook. */
  private breaks(event: HookEventName, broken: { raw: unknown; path: string }, report: ProblemReport): void {
    const { raw, path } = broken;
    const problem = this.list.error(report);
    const spot = { event, ...(isJsonObject(raw) ? matcherOf(raw) : {}), path };
    this.addBroken(spot, isJsonObject(raw) ? groupWantsBlock(raw) : "continue", [problem]);
  }

  private addBroken(
    spot: HandlerSpot,
    onFailure: BrokenHook["onFailure"],
    problems: readonly Problem[],
  ): void {
    this.broken.push({ ...spot, onFailure, file: this.list.file, problems });
  }
}

/** Where a handler stands: its event, its matcher, its place in the file. */
type HandlerSpot = Pick<HookEntry, "event" | "matcher" | "path">;

function matcherOf(group: JsonObject): { readonly matcher?: string } {
  const matcher = ownValue(group, "matcher");
  return typeof matcher === "string" ? { matcher } : {};
}

/** A hook that cannot be read can still say what its failure means. */
function wantsBlock(raw: unknown): BrokenHook["onFailure"] {
  return isJsonObject(raw) && ownValue(raw, "onFailure") === "block" ? "block" : "continue";
}

function groupWantsBlock(group: JsonObject): BrokenHook["onFailure"] {
  const handlers = ownValue(group, "hooks");
  const all = Array.isArray(handlers) ? handlers : [handlers, group];
  return all.some((raw) => wantsBlock(raw) === "block") ? "block" : "continue";
}
