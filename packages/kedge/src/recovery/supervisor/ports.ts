import type { SessionLine, TranscriptQuery } from "../../agents/index.ts";
import type { ChildProcesses } from "../../platform/index.ts";
import type { SharedGovernor } from "../governor/shared-governor-api.ts";
import type { IncidentBook } from "../incidents/incident-book.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Policy } from "../policy/index.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { SupervisorEvent } from "./events.ts";
import type { JobFiles } from "./launch.ts";

/** What a supervisor works with. */
export interface SupervisorPorts {
  readonly queue: JobQueue;
  readonly governor: SharedGovernor;
  readonly ledger: Ledger;
  readonly incidents: IncidentBook;
  readonly files: JobFiles;
  /** For git. */
  readonly children: ChildProcesses;
  readonly policy: Policy;
  /** Of whoever runs it: agents get it, with the credentials of their account. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where agents keep transcripts, unless an account has a place of its own. */
  readonly places: Omit<TranscriptQuery, "sessionId" | "cwd" | "configDir">;
  /** The words that start this very Kedge, for commands that begin with `kedge`: what is on the PATH may be another version, or none. */
  readonly ownProgram?: readonly string[];
  /** Names this process among those that hold jobs, for people. */
  readonly holder: string;
  /** Epoch ms; it may be set in both directions. */
  readonly now: () => number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  /** IANA name of the zone of this machine. */
  readonly zone: string;
  readonly onEvent: (event: SupervisorEvent) => void;
  /** Gets each line of a session's stream; the agent waits until what it returns is settled. */
  readonly onLine?: (key: string, line: SessionLine) => void | Promise<void>;
  /** Gets what agents write to standard error. */
  readonly onStderr?: (key: string, chunk: Uint8Array) => void;
}
