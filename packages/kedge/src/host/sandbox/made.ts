import type { Stats } from "node:fs";
import { lstat, rmdir, unlink } from "node:fs/promises";
import { readTextFile } from "../../platform/index.ts";
import type { StandIn } from "./hold.ts";

/** One stand-in, as it was made. */
export interface Made {
  readonly path: string;
  readonly kind: StandIn["kind"];
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
}

/** One that is about to be made where nothing is. */
export type Planned =
  | { readonly path: string; readonly kind: "folder" }
  | { readonly path: string; readonly kind: "file"; readonly content: string }
  /** `first` is the name that the socket has before its others. */
  | { readonly path: string; readonly kind: "socket"; readonly first: string };

/** Milliseconds that making takes at most, on a machine whose memory is so full that it kills processes. */
const MAKING_MS = 60_000;

/**
 * What there is of a plan whose process died before it could say what it had made. Of its kind, with nothing in it, and from the time of the plan:
 * whatever does not look so was made by somebody else.
 *
 * @param atMs when the plan was written, epoch ms
 */
export async function madeOf(planned: readonly Planned[], atMs: number): Promise<readonly Made[]> {
  const made: Made[] = [];
  const paths = planned.flatMap((each): readonly Planned[] =>
    each.kind === "socket" ? [each, { ...each, path: each.first }] : [each],
  );
  for (const each of paths) {
    const stats = await lstat(each.path).catch(() => null);
    if (!stats || Math.abs(stats.mtimeMs - atMs) > MAKING_MS) continue;
    if (isOfKind(each.kind, stats) && (each.kind !== "file" || (await isUnwritten(each))))
      made.push(describeMade(each.path, each.kind, stats));
  }
  return made;
}

/** Whether nobody has written into a file: it is as it was to be, or its process did not get to that. */
async function isUnwritten({ path, content }: Extract<Planned, { kind: "file" }>): Promise<boolean> {
  const reading = await readTextFile(path, Buffer.byteLength(content));
  return reading.ok && (reading.text === content || reading.text === "");
}

/** Takes one away, if it is what was made and nothing else: whatever anybody put there instead, or into it, stays. */
export async function removeMade(made: Made): Promise<void> {
  const stats = await lstat(made.path).catch(() => null);
  if (!stats || !isSameMade(made, stats)) return;
  // A folder that is not empty, and a file that has just gone, are no business of ours any more.
  if (made.kind === "folder") await rmdir(made.path).catch(() => undefined);
  else await unlink(made.path).catch(() => undefined);
}

/** Whether something is what was made. */
export function isSameMade({ kind, dev, ino, mtimeMs }: Made, stats: Stats): boolean {
  if (stats.dev !== dev || stats.ino !== ino || !isOfKind(kind, stats)) return false;
  return kind !== "file" || stats.mtimeMs === mtimeMs;
}

/** One that has just been made. */
export function describeMade(path: string, kind: StandIn["kind"], { dev, ino, mtimeMs }: Stats): Made {
  return { path, kind, dev, ino, mtimeMs };
}

function isOfKind(kind: StandIn["kind"], stats: Stats): boolean {
  if (kind === "socket") return stats.isSocket();
  return kind === "folder" ? stats.isDirectory() : stats.isFile();
}
