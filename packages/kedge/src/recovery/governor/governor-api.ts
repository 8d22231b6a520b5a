import type { Cause, Reset } from "../verdict.ts";

/** A session that wants to begin or to go on. It makes no requests while it asks. */
export interface Ask {
  /** The credential that pays, known by a hash. */
  readonly account: string;
  /** The model it will use, as verdicts name it; without one, limits of models do not hold it back. */
  readonly model?: string;
  readonly sessionId: string;
  /**
   * At most so many sessions of the account at once, this one included, whatever it has proved to carry; a whole number from 1 on. It holds for
   * this question, and only lowers what {@link GovernorConfig.maxConcurrency} allows.
   */
  readonly most?: number;
  /** Epoch ms by the clock of the wall; it may jump. */
  readonly nowMs: number;
}

/**
 * Why a session has to wait.
 *
 * - `stopped`: the account is stopped until a person clears it
 * - `closed`: a limit has not reset yet, or the next look at it is not due
 * - `canary`: another session finds out whether the limit is gone
 * - `concurrency`: as many sessions are under way as the account has proved to carry, or as are allowed
 * - `pace`: the last start was a moment ago, or the API asked for a moment
 */
export type WaitReason = "stopped" | "closed" | "canary" | "concurrency" | "pace";

/** What a session may do. */
export type Admission =
  | {
      readonly ok: true;
      /** Whether it goes first, alone, to find out whether a limit is gone: watch it closely. */
      readonly isCanary: boolean;
    }
  | {
      readonly ok: false;
      readonly why: WaitReason;
      /**
       * Epoch ms, never before the `nowMs` asked with: asking earlier is answered alike, unless something is heard of the account
       * first. Null: only what is heard (`proof`, `refused`, `ended`, `clear`) changes it.
       */
      readonly notBeforeMs: number | null;
    };

/** Something heard of a session. */
export interface SessionNews {
  readonly account: string;
  readonly sessionId: string;
  /** Epoch ms: when it is told, not when it happened. */
  readonly nowMs: number;
}

/** A refusal, as a {@link Verdict} or less says it. */
export interface RefusalFacts {
  readonly cause: Cause;
  /** The model that was asked, for sessions that did not say so when they were let in. */
  readonly model?: string;
  /** Id of the window that refused: the same one again is no new incident. */
  readonly window?: string;
  /** When the limit is said to end. One that is not plausible or is past counts as none. */
  readonly reset?: Pick<Reset, "atMs" | "from" | "precision" | "isPlausible">;
  /** Ms from now, where the answer gave no more than that. Nonsense, and more than a week, counts as none. */
  readonly retryAfterMs?: number;
  /** A new process has failed with the same answer: a login is not tried once more. */
  readonly isRepeat?: boolean;
  /** Only a subagent was refused: its session goes on and keeps its place. */
  readonly isSubagent?: boolean;
}

/** A session that was refused. */
export interface RefusalNews extends SessionNews {
  readonly verdict: RefusalFacts;
}

/** What a refusal did. */
export interface Parking {
  /** Epoch ms before which nobody is let in; null while stopped. Of an open account it is a moment from now. */
  readonly notBeforeMs: number | null;
  /** Whether the account was closed for this very window before: park again, without an attempt and without an alert. */
  readonly isAgain: boolean;
}

/** State of an account, or of a model's limits on it, as people see it. */
export interface LaneView {
  /** Missing for the account as a whole. */
  readonly model?: string;
  readonly state: "open" | "closed" | "canary" | "stopped";
  /** Epoch ms of the change into open, closed or stopped. */
  readonly sinceMs: number;
  /** Epoch ms: nobody is let in before. Missing when nothing is to be waited for, or nobody knows when. */
  readonly untilMs?: number;
  /** Cause of the last closing or stopping, or what a person gave as a reason. */
  readonly why?: string;
  readonly window?: string;
  /** Sessions that may be under way at once while it is open. */
  readonly concurrency: number;
  /** The level that it carried before a refusal or a closing; missing when none was learnt. */
  readonly learntLevel?: number;
  /** Sessions under way. */
  readonly running: number;
}

/** What `kedge status` says of an account. */
export interface AccountView extends LaneView {
  /** The session that is the canary. */
  readonly canary?: string;
  /** Sessions let in and not heard to have ended, in the order of their admission. */
  readonly admitted: readonly string[];
  /** Models that have limits of their own. */
  readonly models: readonly LaneView[];
}

/** Settings of a governor. */
export interface GovernorConfig {
  /** Sessions of one account at once, whatever it proves to carry. Default: 256. */
  readonly maxConcurrency?: number;
  /** Where the wait for a limit without a known end begins. Default: 30,000 ms. At least 1,000. */
  readonly backoffBaseMs?: number;
  /** The longest such wait. Default: 900,000 ms. At most 24 h. */
  readonly backoffCapMs?: number;
}

/** Decides when sessions of an account may begin or go on. It has no timer and does nothing by itself. */
export interface Governor {
  /**
   * Asks for one session. A session that was let in and is under way gets the same answer again; after its refusal it has to ask anew.
   * An admission lapses when {@link Governor.started} or {@link Governor.proof} does not follow within 3 minutes.
   *
   * @throws {RangeError} `nowMs` is no finite number, or `most` no whole number from 1 on
   */
  ask(ask: Ask): Admission;
  /** Its process runs. Throws as {@link Governor.ask}. */
  started(news: SessionNews): void;
  /** The API has answered one of its requests. Each answer counts: they are what is learnt from. Throws as {@link Governor.ask}. */
  proof(news: SessionNews): void;
  /** The API has refused it, or it failed otherwise. It gives up its place. Throws as {@link Governor.ask}. */
  refused(news: RefusalNews): Parking;
  /** It is over, or its process is gone. Of a session that is not under way it does nothing. Throws as {@link Governor.ask}. */
  ended(news: SessionNews): void;
  /** Stops an account until {@link Governor.clear}. Throws as {@link Governor.ask}. */
  stop(order: { readonly account: string; readonly why: string; readonly nowMs: number }): void;
  /**
   * A person has seen to it: whatever holds the account or a model on it is due now, and one canary finds out. Throws as
   * {@link Governor.ask}.
   */
  clear(order: { readonly account: string; readonly nowMs: number }): void;
  /**
   * Sessions that are under way, as far as was heard, and were let in before an instant, in the order of their admission. For whoever knows
   * which of them are gone without a word. Throws as {@link Governor.ask}.
   *
   * @param query.beforeMs epoch ms, by the same clock as `nowMs`
   */
  admittedBefore(query: {
    readonly account: string;
    readonly beforeMs: number;
    readonly nowMs: number;
  }): readonly string[];
  /** Everything it knows, as plain JSON of its own. Write it whenever an admission must outlive the process. */
  snapshot(): GovernorSnapshot;
  /** What is known of an account; undefined when nothing is. */
  view(account: string): AccountView | undefined;
}

/** What a governor knows, as plain JSON. The contents are its own and change with `version`. */
export interface GovernorSnapshot {
  readonly version: 1;
  readonly accounts: readonly unknown[];
}
