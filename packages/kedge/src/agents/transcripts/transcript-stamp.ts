import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** How a transcript stands, without a look into it. */
export interface TranscriptStamp {
  /** Bytes. */
  readonly size: number;
  /** When it was last written, epoch ms. */
  readonly writtenMs: number;
}

/** @returns null where no regular file is; a link is none */
export function stampTranscript(path: string): TranscriptStamp | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? { size: stats.size, writtenMs: Math.round(stats.mtimeMs) } : null;
  } catch {
    return null; // its folder is not ours to read, or no folder any more
  }
}

/** Subagents of one session that are looked at. */
const MOST = 1_000;

/**
 * When a subagent of a session last wrote, epoch ms; null where none has a transcript. While one works, nothing is written into the
 * session's own.
 */
export function subagentsWrittenMs(path: string): number | null {
  const folder = join(path.slice(0, -".jsonl".length), "subagents");
  const written = filesIn(folder)
    .slice(0, MOST)
    .flatMap(({ name }) => stampTranscript(join(folder, name))?.writtenMs ?? []);
  return written.length === 0 ? null : Math.max(...written);
}

function filesIn(folder: string): readonly Dirent[] {
  try {
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name.endsWith(".jsonl"));
  } catch {
    return [];
  }
}
