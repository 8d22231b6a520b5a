import type { SessionSigns, TranscriptStamp } from "../../agents/index.ts";
import type { SessionRow } from "../ledger/schema.ts";
import type { TranscriptSigns } from "./watch-ports.ts";

/** What transcripts said when they were last read. */
export interface TranscriptMemory {
  /** How the transcript of a session stands; null where it has none that may be read. */
  stamp(session: SessionRow): TranscriptStamp | null;
  /** What the end of its transcript tells; one that did not change is not read again. */
  signs(session: SessionRow): Promise<SessionSigns | null>;
  /** When a subagent of a session last wrote, epoch ms; null where none did. */
  subagentsWrittenMs(session: SessionRow): number | null;
  /** Forgets transcripts that were not asked for since it was called before. */
  forget(): void;
}

interface Remembered {
  readonly isTranscript: boolean;
  read: { readonly stamp: TranscriptStamp; readonly signs: SessionSigns | null } | null;
  isAskedFor: boolean;
}

/** Makes a memory. */
export function createTranscriptMemory(transcripts: TranscriptSigns): TranscriptMemory {
  const known = new Map<string, Remembered>();
  const find = (path: string): Remembered => {
    const own = known.get(path) ?? {
      ...{ isTranscript: transcripts.agentOf(path) !== null, read: null, isAskedFor: true },
    };
    known.set(path, own);
    own.isAskedFor = true;
    return own;
  };
  const stamp = (path: string | null): TranscriptStamp | null =>
    path !== null && find(path).isTranscript ? transcripts.stamp(path) : null;
  return {
    stamp: ({ transcript_path: path }) => stamp(path),
    async signs({ transcript_path: path }) {
      const now = stamp(path);
      if (path === null || now === null) return null;
      const own = find(path);
      const last = own.read?.stamp;
      // Its folder may have become a link since.
      if (last?.size !== now.size || last.writtenMs !== now.writtenMs)
        own.read = {
          stamp: now,
          signs: transcripts.agentOf(path) === null ? null : await transcripts.signs(path),
        };
      return own.read?.signs ?? null;
    },
    subagentsWrittenMs: ({ transcript_path: path }) =>
      path !== null && find(path).isTranscript ? transcripts.subagentsWrittenMs(path) : null,
    forget() {
      for (const [path, own] of known)
        if (own.isAskedFor) own.isAskedFor = false;
        else known.delete(path);
    },
  };
}
