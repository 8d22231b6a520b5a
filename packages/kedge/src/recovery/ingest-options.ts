import type { FailedTurn } from "../agents/index.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { LaunchManifest } from "./manifest.ts";
import type { PaymentFacts } from "./policy/index.ts";
import type { Spool } from "./spool/spool.ts";

/** Reads what a transcript says of failed turns. */
export interface TranscriptReader {
  /** Whose transcript a path can be; null for one that is none. Hooks name it, and hooks are fed by anybody. */
  agentOf(path: string): string | null;
  /** The failed turns at the end of a transcript; null when it cannot be read. */
  failedTurns(path: string): Promise<readonly FailedTurn[] | null>;
}

/** How an ingester is made. */
export interface IngestOptions {
  readonly spool: Spool;
  readonly ledger: Ledger;
  readonly transcripts: TranscriptReader;
  /** Key of the account that pays for a session. Default: nobody knows. */
  readonly accountOf?: (payment: PaymentFacts) => Promise<string>;
  /** Keeps how sessions were launched. */
  readonly keepManifest: (manifest: LaunchManifest) => Promise<void>;
  /** Removes what was kept of sessions that were launched before an instant, epoch ms. */
  readonly forgetManifests?: (beforeMs: number) => Promise<void>;
  /** How long failures are kept, in ms; without it for good. */
  readonly keepMs?: number;
  /** Names this process. */
  readonly holder: string;
  readonly now: () => number;
}
