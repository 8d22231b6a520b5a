import type { HashedFile } from "./trust-files.ts";
import type { HandlerDefinition, HandlerHash } from "./trust-hash.ts";
import type { TrustRecord } from "./trust-record.ts";

/** One thing that is not as it was when the handler was trusted. */
export type TrustChange =
  | { readonly part: "source" | "file" | "event" | "matcher" | "handler" | "environment" }
  | {
      readonly part: "content";
      /** The file as it is called in the record. */
      readonly path: string;
      /** `unbound`: the command reaches it from the folder it would run in, and it was never part of what is trusted. */
      readonly what: "changed" | "appeared" | "vanished" | "unbound";
    };

/** What differs between a handler and a record of another form of it. */
export function changesOfDefinition(now: HandlerDefinition, then: TrustRecord): readonly TrustChange[] {
  const parts = ["source", "file", "event", "matcher", "handler"] as const;
  return parts.filter((part) => now[part] !== then[part]).map((part) => ({ part }));
}

/** What differs between a handler's content and a record of the same handler. */
export function changesOfContent(now: HandlerHash, then: TrustRecord): readonly TrustChange[] {
  const changes: TrustChange[] = now.env === then.env ? [] : [{ part: "environment" }];
  const before = byPath(then.files);
  const after = byPath(now.files);
  for (const [path, files] of before) {
    const others = after.get(path);
    if (!others) {
      if (!areMissing(files)) changes.push({ part: "content", path, what: "vanished" });
    } else if (JSON.stringify(files) !== JSON.stringify(others))
      changes.push({ part: "content", path, what: whatHappened(files, others) });
  }
  for (const [path, files] of after)
    if (!before.has(path) && !areMissing(files)) changes.push({ part: "content", path, what: "appeared" });
  return changes;
}

function whatHappened(
  before: readonly HashedFile[],
  after: readonly HashedFile[],
): "changed" | "appeared" | "vanished" {
  const wasMissing = areMissing(before);
  const isMissing = areMissing(after);
  if (wasMissing === isMissing) return "changed";
  return wasMissing ? "appeared" : "vanished";
}

function areMissing(files: readonly HashedFile[]): boolean {
  return files.every((file) => file.state === "missing");
}

function byPath(files: readonly HashedFile[]): ReadonlyMap<string, readonly HashedFile[]> {
  return Map.groupBy(files, (file) => (file.root === "plugin" ? `plugin: ${file.path}` : file.path));
}
