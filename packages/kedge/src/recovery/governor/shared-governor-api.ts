import type { AccountView, Admission, Ask, Parking, RefusalNews, SessionNews } from "./governor-api.ts";

/** What a process tells; what time it is, the shared governor sees for itself. */
type Told<News extends { readonly nowMs: number }> = Omit<News, "nowMs">;

/**
 * A governor that all processes share which start sessions on the same accounts. What the methods do is said at {@link Governor}; each is one
 * transaction, done by the time its promise settles, whatever is killed then.
 *
 * @throws {RecoveryError} `LEDGER_NEWER`; `LEDGER_NOT_USABLE`: nothing was written; `JOB_INVALID`: an account, a session, a number of sessions or a reason
 * that cannot be
 */
export interface SharedGovernor {
  ask(ask: Told<Ask>): Promise<Admission>;
  started(news: Told<SessionNews>): Promise<void>;
  proof(news: Told<SessionNews>): Promise<void>;
  refused(news: Told<RefusalNews>): Promise<Parking>;
  ended(news: Told<SessionNews>): Promise<void>;
  stop(order: { readonly account: string; readonly why: string }): Promise<void>;
  clear(order: { readonly account: string }): Promise<void>;
  /**
   * Takes places back from sessions that are gone without a word, as when the process that ran them was killed: those that were let in before
   * an instant, and do not run.
   *
   * @param order.running ids of all sessions that run on the account, whoever runs them, as they were asked for
   * @param order.sinceMs epoch ms. No later than `running` was read, and earlier by as long as a session may take from its admission
   * until it is seen to run
   * @returns ids of the sessions, each of which has {@link ended}
   */
  reconcile(order: {
    readonly account: string;
    readonly running: readonly string[];
    readonly sinceMs: number;
  }): Promise<readonly string[]>;
  view(account: string): Promise<AccountView | undefined>;
  /** What is known of every account, sorted by its name. */
  views(): Promise<readonly (AccountView & { readonly account: string })[]>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
