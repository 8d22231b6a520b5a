import type { HookEventName, JsonObject } from "../protocol/index.ts";
import type { Dispatch } from "./engine.ts";
import type { DispatchOptions } from "./options.ts";
import { SOURCE_KINDS, type Source, type SourceKind } from "./source.ts";

/** A settings file that somebody changed, made or removed while the engine runs. */
export interface ConfigChange {
  /** In the words of ConfigChange. */
  readonly source: "user_settings" | "project_settings" | "local_settings" | "policy_settings";
  /** Absolute. */
  readonly file: string;
}

/**
 * What is to become of a change: it counts from now on, or what was in force before stays so until the file changes again. `undecided`
 * keeps what was in force for this event, and the next one asks anew.
 */
export type ChangeVerdict = "applied" | "kept" | "undecided";

/** Delivers an event to handlers as they were configured before the change. */
export type FormerDispatch = (
  event: HookEventName,
  input: JsonObject,
  options?: DispatchOptions,
) => Promise<Dispatch>;

/** Says what is to become of a change. A change of managed settings is told as well, and applied whatever the answer. */
export type ChangeJudge = (change: ConfigChange, dispatch: FormerDispatch) => Promise<ChangeVerdict>;

/** A change with what was read before and after; null where there was no file. */
export interface FoundChange extends ConfigChange {
  readonly former: Source | null;
  readonly next: Source | null;
}

/** Files given by flag, and those of plugins, are no settings in the words of the event. */
const NAMES: Readonly<Partial<Record<SourceKind, ConfigChange["source"]>>> = {
  managed: "policy_settings",
  local: "local_settings",
  project: "project_settings",
  user: "user_settings",
};

/** Settings files with another content than before. One that was only touched is none of them. */
export function findChanges(before: readonly Source[], after: readonly Source[]): readonly FoundChange[] {
  const [was, is] = [byFile(before), byFile(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((file) => {
    const former = was.get(file) ?? null;
    const next = is.get(file) ?? null;
    const kind = (next ?? former)?.kind;
    const source = kind && NAMES[kind];
    return source === undefined || former?.digest === next?.digest ? [] : [{ source, file, former, next }];
  });
}

function byFile(sources: readonly Source[]): ReadonlyMap<string, Source> {
  return new Map(sources.filter(({ kind }) => NAMES[kind]).map((source) => [source.file, source]));
}

/** Settings that stay as they were, because their change was refused. */
export interface HeldSettings {
  hold(change: FoundChange): void;
  /** What counts of settings that were just read. A file that is not what was refused any more is held no longer. */
  inForce(fresh: readonly Source[]): readonly Source[];
}

export function createHeldSettings(): HeldSettings {
  const held = new Map<string, { readonly former: Source | null; readonly refused: string | undefined }>();
  return {
    hold: ({ file, former, next }) => void held.set(file, { former, refused: next?.digest }),
    inForce(fresh) {
      const now = byFile(fresh);
      for (const [file, { refused }] of held) {
        const source = now.get(file);
        // One that cannot be read now may be what was refused, and counts as before by itself.
        if (!source?.isUnread && source?.digest !== refused) held.delete(file);
      }
      if (held.size === 0) return fresh;
      const isUnread = (file: string): boolean => now.get(file)?.isUnread === true;
      const own = fresh.filter(({ file }) => isUnread(file) || !held.has(file));
      const former = [...held].flatMap(([file, each]) => (isUnread(file) ? [] : (each.former ?? [])));
      // The order of sources settles ties, and a file that somebody removed has lost its place.
      return [...own, ...former].toSorted(
        (one, other) => SOURCE_KINDS.indexOf(one.kind) - SOURCE_KINDS.indexOf(other.kind),
      );
    },
  };
}
