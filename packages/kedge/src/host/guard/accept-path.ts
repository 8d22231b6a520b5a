import { join } from "node:path";
import { isInside, reachedPath } from "../paths.ts";
import type { Container, Snapshot } from "./entry.ts";

/** A snapshot in which one path, with what is below and the folders above, is as a later one has it; all else is as it was. */
export async function acceptPath(before: Snapshot, after: Snapshot, path: string): Promise<Snapshot> {
  const reached = await reachedPath(path);
  const containers = new Map<string, Container>(before.containers);
  for (const now of after.containers.values()) {
    const isOf = (entry: string): boolean => {
      const own = join(now.path, entry);
      return isInside(reached, own) || isInside(own, reached);
    };
    const old = before.containers.get(now.key);
    const kept = [...(old?.entries ?? [])].filter(([entry]) => !isOf(entry));
    const accepted = [...now.entries].filter(
      ([entry, { kind }]) => isOf(entry) && (kind === "folder" || isInside(reached, join(now.path, entry))),
    );
    if (accepted.length > 0 || kept.length !== (old?.entries.size ?? 0))
      containers.set(now.key, { ...now, entries: new Map([...kept, ...accepted]) });
  }
  return { ...before, containers, folders: after.folders };
}
