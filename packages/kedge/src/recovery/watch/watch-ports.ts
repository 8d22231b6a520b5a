import type { SessionSigns, TranscriptStamp } from "../../agents/index.ts";
import type { ProcessFinder } from "../../platform/index.ts";
import type { IncidentBook } from "../incidents/incident-book.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { SessionReader } from "../ledger/session-reader.ts";
import type { LaunchManifest } from "../manifest.ts";
import type { Policy } from "../policy/index.ts";

/** Looks at transcripts, and never at anything else that a hook may have named. */
export interface TranscriptSigns {
  /** Whose transcript a path can be; null for one that is none. */
  agentOf(path: string): string | null;
  /** How it stands, without a look into it; null where there is none. */
  stamp(path: string): TranscriptStamp | null;
  /** When a subagent of its session last wrote, epoch ms; null where none did. */
  subagentsWrittenMs(path: string): number | null;
  /** What its end tells; null when it cannot be read. */
  signs(path: string): Promise<SessionSigns | null>;
}

/** What watching sessions needs. */
export interface WatchPorts {
  readonly ledger: Pick<Ledger, "record" | "lease">;
  readonly incidents: Pick<IncidentBook, "prove">;
  readonly sessions: SessionReader;
  readonly transcripts: TranscriptSigns;
  readonly processes: ProcessFinder;
  /** How a session was launched; null where nobody wrote it down. */
  readonly manifestOf: (sessionId: string) => Promise<LaunchManifest | null>;
  readonly policy: Pick<Policy, "stallAfterMs">;
  /** Names this process. */
  readonly holder: string;
  /** Epoch ms. */
  readonly now: () => number;
}
