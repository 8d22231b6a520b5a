import type { HookOrigin } from "./check-handler.ts";
import { describeEvent, EVENT_NAMES, type HookEventName, isHookEventName } from "./events/index.ts";
import { type BrokenHook, type HookEntry, handlerKey } from "./handler.ts";
import { isJsonObject, type JsonObject, ownValue } from "./json.ts";
import { childPath, type ProblemList } from "./problems.ts";
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
    if (groups === null)
      this.list.warning({ ...report, effect: "The event has no handlers.", advice: "Leave the event out." });
    else
      this.breaks(event, undefined, groups, path, () =>
        this.list.error({
          ...report,
          effect: `No handler of ${event} in this file is in force.`,
          advice: "Put [ and ] around the group.",
        }),
      );
  }

  private group(event: HookEventName, group: unknown, path: string, seen: Set<string>): void {
    const effect = "No handler of this group is in force; all other groups are.";
    if (!isJsonObject(group)) {
      const report = {
        code: "wrong_type",
        path,
        expected: "a matcher group, which is an object",
        value: group,
        effect,
        advice: 'Write {"matcher": "…", "hooks": [ … ]}.',
      } as const;
      this.breaks(event, undefined, group, path, () => this.list.error(report));
      return;
    }
    const matcher = ownValue(group, "matcher");
    const handlers = ownValue(group, "hooks");
    if (!Array.isArray(handlers)) {
      const report = {
        code: handlers === undefined ? "missing" : "wrong_type",
        path: childPath(path, "hooks"),
        expected: "a list of handlers in `hooks`",
        value: handlers,
        effect,
        advice: "Handlers stand in the `hooks` list of a group.",
      } as const;
      this.breaks(event, undefined, group, path, () => this.list.error(report));
      return;
    }
    if (matcher !== undefined && typeof matcher !== "string" && describeEvent(event).matcher) {
      const report = {
        code: "invalid_matcher",
        path: childPath(path, "matcher"),
        expected: "`matcher` to be a string",
        value: matcher,
        effect,
        advice: "Names are separated with |; leave the matcher out to match all.",
      } as const;
      this.breaks(event, undefined, group, path, () => this.list.error(report));
      return;
    }
    const text = typeof matcher === "string" ? { matcher } : {};
    for (const [index, raw] of handlers.entries()) {
      this.handler(event, text, raw, childPath(childPath(path, "hooks"), index), seen);
    }
  }

  private handler(
    event: HookEventName,
    matcher: { matcher?: string },
    raw: unknown,
    path: string,
    seen: Set<string>,
  ): void {
    const before = this.list.problems.length;
    const handler = readHandler(raw, { event, origin: this.origin, path, list: this.list });
    if (!handler) {
      this.broken.push({
        event,
        ...matcher,
        onFailure: wantsBlock(raw),
        file: this.list.file,
        path,
        problems: this.list.problems.slice(before),
      });
      return;
    }
    seen.add(handlerKey(handler));
    if (seen.size <= MAX_HANDLERS_PER_EVENT)
      this.entries.push({ event, ...matcher, handler, file: this.list.file, path });
    else if (seen.size === MAX_HANDLERS_PER_EVENT + 1) this.tooMany(event, path);
  }

  private tooMany(event: HookEventName, path: string): void {
    this.list.error({
      code: "too_many",
      path,
      expected: `at most ${MAX_HANDLERS_PER_EVENT} different handlers of ${event} in one file`,
      came: "more",
      effect: "This one and those after it are left out.",
      advice: "Join them into fewer commands.",
    });
  }

  /** Reports something that breaks a whole group or event, which then counts as one broken hook. */
  private breaks(
    event: HookEventName,
    matcher: string | undefined,
    raw: unknown,
    path: string,
    report: () => void,
  ): void {
    const before = this.list.problems.length;
    report();
    const onFailure = isJsonObject(raw) ? groupWantsBlock(raw) : "continue";
    const problems = this.list.problems.slice(before);
    this.broken.push({
      event,
      ...(matcher === undefined ? {} : { matcher }),
      onFailure,
      file: this.list.file,
      path,
      problems,
    });
  }
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
