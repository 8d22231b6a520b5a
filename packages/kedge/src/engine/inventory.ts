import type { BrokenHook, Handler, HookEntry } from "../protocol/index.ts";
import type { Configuration } from "./configuration.ts";
import { describeHandler } from "./describe.ts";
import type { DisabledHandlers } from "./disabled.ts";
import type { Source } from "./source.ts";
import { stoppedBySwitch } from "./switches.ts";
import type { TracePlace } from "./trace.ts";

/** All handlers with the source that each comes from, and what switches leave of them. */
export interface Inventory {
  /** Handlers that no switch stops, in configured order: what an index is made of. */
  readonly entries: readonly HookEntry[];
  readonly broken: readonly BrokenHook[];
  /** Handlers that a switch stops, with its name. */
  readonly stopped: readonly { readonly entry: HookEntry; readonly why: string }[];
  /** Broken hooks of sources that a switch stops. */
  readonly stoppedBroken: readonly { readonly hook: BrokenHook; readonly why: string }[];
  sourceOf(hook: HookEntry | BrokenHook): Source;
  /** The same where several sources have one file, as subagents of one kind that run at once: all that it may be of. */
  sourcesOf(hook: HookEntry | BrokenHook): readonly Source[];
  placeOf(hook: HookEntry | BrokenHook): TracePlace;
  /** What a handler is, in a few words; made once. */
  whatIs(handler: Handler): string;
}

/** Sorts the handlers of a configuration by what its switches say. */
export function takeInventory({ sources, switches }: Configuration, disabled: DisabledHandlers): Inventory {
  const owners = new Map<HookEntry | BrokenHook, Source>();
  const entries: HookEntry[] = [];
  const broken: BrokenHook[] = [];
  const stopped: { entry: HookEntry; why: string }[] = [];
  const stoppedBroken: { hook: BrokenHook; why: string }[] = [];
  for (const source of sources) {
    for (const hook of [...source.entries, ...source.broken]) owners.set(hook, source);
    const why = stoppedBySwitch(source, switches);
    if (why === null) broken.push(...source.broken);
    else stoppedBroken.push(...source.broken.map((hook) => ({ hook, why })));
    for (const entry of source.entries) {
      const own = why ?? (disabled.has(entry, source) ? "`kedge hooks disable`" : null);
      if (own === null) entries.push(entry);
      else stopped.push({ entry, why: own });
    }
  }
  const sourcesOf = (hook: HookEntry | BrokenHook): readonly Source[] => {
    const source = owners.get(hook);
    if (source) return [source];
    // What compiling finds broken is a new object for an entry that is known by its place.
    return sources.filter((each) =>
      each.entries.some(({ file, path }) => file === hook.file && path === hook.path),
    );
  };
  const sourceOf = (hook: HookEntry | BrokenHook): Source => {
    const found = owners.get(hook) ?? sourcesOf(hook)[0];
    if (!found) throw new RangeError(`no source has ${hook.file} ${hook.path}`);
    return found;
  };
  const placeOf = (hook: HookEntry | BrokenHook): TracePlace => {
    const { name, kind } = sourceOf(hook);
    return { source: name, kind, file: hook.file, path: hook.path };
  };
  const words = new WeakMap<Handler, string>();
  const whatIs = (handler: Handler): string => {
    const what = words.get(handler) ?? describeHandler(handler);
    words.set(handler, what);
    return what;
  };
  return { entries, broken, stopped, stoppedBroken, sourceOf, sourcesOf, placeOf, whatIs };
}
