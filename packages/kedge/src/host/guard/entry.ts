/**
 * What may become of a protected entry without anybody's word.
 * - `whole`: nothing
 * - `config`: a git configuration, of which much is not obeyed
 * - `modules`: a `.gitmodules`; the same, and it may be removed
 * - `pointer`: `.git` as a file, which names the folder that git obeys
 * - `backlink`: of a further work tree of git, which names its folder
 * - `alternates`: where git finds objects; a new repository may have it
 * - `folder`: it may come and go, but be nothing else meanwhile
 */
export type Rule = "whole" | "config" | "modules" | "pointer" | "backlink" | "alternates" | "folder";

/** A protected file, folder or link as it was at one time. */
export interface Entry {
  readonly kind: "file" | "folder" | "link" | "other";
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a folder its identity; of anything else all that changes when it is written to, as the kernel tells. */
  readonly signature: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Nobody but the kernel sets it. */
  readonly ctimeNs: bigint;
  readonly rule: Rule;
  /** The git folder it belongs to, below the container; null for none. */
  readonly gitDir: string | null;
  /** Of a file its bytes, of a link its target; null where they were not kept. */
  readonly content: Buffer | null;
}

/** Where protected entries are looked for. */
export interface Place {
  /** Absolute, and without links as it was found. */
  readonly path: string;
  /**
   * - `tree`: protected names in all of it
   * - `home`: protected names at its top, and of those what programs obey
   * - `repository`: only its `.git`
   * - `gitDir`: it is a folder of git itself
   * - `all`: everything in it; it may be a file
   */
  readonly kind: "tree" | "home" | "repository" | "gitDir" | "all";
}

/** What tells a place from all others. */
export function placeKey({ kind, path }: Place): string {
  return `${kind} ${path}`;
}

/** A folder that holds protected entries. */
export interface Container {
  /** Its identity, so that it is known again under another name; for a place its path, for there the path is what is obeyed. */
  readonly key: string;
  readonly path: string;
  readonly place: Place;
  readonly isPlace: boolean;
  /** By their path below the container, with slashes. */
  readonly entries: Map<string, Entry>;
}

/** An ordinary folder that was looked through. */
export interface SeenFolder {
  readonly path: string;
  /** Entries in it. */
  readonly count: number;
}

/** Something that was there, and was not looked at: there was too much, or it could not be reached. */
export interface LeftOut {
  readonly path: string;
  /** What changes it later than this is known to be new; null where the time is not known. */
  readonly sinceNs: bigint | null;
}

/** All that is protected, at one time. */
export interface Snapshot {
  readonly places: readonly Place[];
  readonly containers: ReadonlyMap<string, Container>;
  /** By their identity. */
  readonly folders: ReadonlyMap<string, SeenFolder>;
  /** The kernel's time when it was begun; null where it is not known. */
  readonly timeNs: bigint | null;
  /** By their identity, or by their path where that is not known. */
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  readonly isTooMuch: boolean;
}

/** Whether two entries are the same to whoever obeys them. */
export function isSame(before: Entry, after: Entry): boolean {
  if (before.kind !== after.kind || before.mode !== after.mode) return false;
  if (before.kind === "folder") return true;
  if (before.uid !== after.uid || before.gid !== after.gid) return false;
  if (before.content !== null && after.content !== null)
    return before.content === after.content || before.content.equals(after.content);
  return before.signature === after.signature;
}

/** Whose room for contents an entry takes: what lies directly in a place leaves none of it to folders further down. */
export function budgetOf({ isPlace, place }: Pick<Container, "isPlace" | "place">): string {
  return `${isPlace ? "in" : "below"} ${placeKey(place)}`;
}

/** A path below a container, made of parts; empty ones are left out. */
export function below(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}
