import type { ProcessFinder } from "../../platform/index.ts";
import type { SharedGovernor } from "../governor/shared-governor-api.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Policy } from "../policy/index.ts";
import type { Places } from "./places.ts";
import type { WaitFiles } from "./wait-files.ts";
import type { Gate } from "./wake-gate.ts";

/** How it looks after sessions that wait. */
export interface WaitingSessionsOptions {
  /** Folder of Kedge's state; waiters are in `waits` below it. */
  readonly stateDir: string;
  /** Whoever calls takes in what hooks leave: a failure that is not in it yet is waited for. */
  readonly ledger: Pick<Ledger, "failures">;
  readonly governor: Pick<SharedGovernor, "ask" | "started" | "refused" | "ended" | "views">;
  readonly policy: Policy;
  /** Key of the account of a session of which nobody knows who pays. */
  readonly defaultAccount: string;
  /** US dollars that an account has cost today. Default: none, as far as anybody knows. */
  readonly spentToday?: (account: string) => Promise<number>;
  /** Epoch ms; it may be set in both directions. */
  readonly now: () => number;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
  /** Default: that of this machine. */
  readonly findProcess?: ProcessFinder;
}

/** What one look works with. */
export interface WaitPorts extends Omit<WaitingSessionsOptions, "stateDir" | "findProcess"> {
  readonly files: WaitFiles;
  readonly places: Places;
  readonly gate: Gate;
}
