import { checkMs, checkName, checkNames, checkWhole, checkWhy } from "../queue/check-input.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import { createAccountStore } from "./account-store.ts";
import { createGovernor } from "./governor.ts";
import type { Governor, GovernorConfig } from "./governor-api.ts";
import type { SharedGovernor } from "./shared-governor-api.ts";

/** How a governor that many processes share is opened. */
export interface SharedGovernorOptions {
  /** Folder of Kedge's state; what is known of accounts is in the ledger's file, `ledger.sqlite` in it. */
  readonly stateDir: string;
  /** From 0 up to, and without, 1: for jitter. */
  readonly random: () => number;
  /** Epoch ms; it may be set in both directions. */
  readonly now: () => number;
  /** Of this process. What the others are set to holds for what they do. */
  readonly config?: GovernorConfig;
}

/**
 * Opens the governor that all processes of one machine share, and makes it when there is none: however many start sessions on an account,
 * they are let in as by one {@link Governor}, which hears them one after the other.
 *
 * @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE`
 * @throws {RangeError} a setting out of its range
 */
export async function openSharedGovernor({
  stateDir,
  random,
  now,
  config = {},
}: SharedGovernorOptions): Promise<SharedGovernor> {
  const make = (snapshot?: ReturnType<Governor["snapshot"]>): Governor =>
    createGovernor({ random, config, ...(snapshot !== undefined && { snapshot }) });
  // Settings are wrong from the beginning, or never.
  make();
  const database = await openQueueDatabase(stateDir);
  const store = createAccountStore(make);
  /** One call on what is known of an account, alone, with the time as it is once nobody else writes. */
  const call = async <T>(given: string, work: (governor: Governor, nowMs: number) => T): Promise<T> => {
    const account = checkName(given, "account");
    return database.write((statements) => {
      const nowMs = Math.floor(now());
      return store.change(statements, { account, nowMs }, (governor) => work(governor, nowMs));
    });
  };
  const tell = async <News extends { readonly account: string; readonly sessionId: string }, T>(
    news: News,
    work: (governor: Governor, news: News & { readonly nowMs: number }) => T,
  ): Promise<T> => {
    checkName(news.sessionId, "sessionId");
    return call(news.account, (governor, nowMs) => work(governor, { ...news, nowMs }));
  };
  const close = async (): Promise<void> => database.close();
  return {
    async ask(ask) {
      if (ask.most !== undefined) checkWhole(ask.most, { min: 1, max: Number.MAX_SAFE_INTEGER }, "most");
      return tell(ask, (governor, timed) => governor.ask(timed));
    },
    started: (news) => tell(news, (governor, timed) => governor.started(timed)),
    proof: (news) => tell(news, (governor, timed) => governor.proof(timed)),
    refused: (news) => tell(news, (governor, timed) => governor.refused(timed)),
    ended: (news) => tell(news, (governor, timed) => governor.ended(timed)),
    async stop({ account, why }) {
      const words = checkWhy(why, "why");
      return call(account, (governor, nowMs) => governor.stop({ account, why: words, nowMs }));
    },
    clear: ({ account }) => call(account, (governor, nowMs) => governor.clear({ account, nowMs })),
    async reconcile({ account, running: given, sinceMs }) {
      const running = new Set(checkNames(given, "running"));
      const beforeMs = checkMs(sinceMs, "sinceMs");
      return call(account, (governor, nowMs) => {
        const gone = governor
          .admittedBefore({ account, beforeMs, nowMs })
          .filter((sessionId) => !running.has(sessionId));
        for (const sessionId of gone) governor.ended({ account, sessionId, nowMs });
        return gone;
      });
    },
    async view(given) {
      const account = checkName(given, "account");
      const [found] = await database.read((statements) => store.view(statements, account));
      if (found === undefined || found.seenMs <= now()) return found?.view;
      // The clock was put back, and every call takes notice of it: what waits by it would wait longer by all the time until the next one.
      return call(account, (governor, nowMs) => {
        governor.admittedBefore({ account, beforeMs: nowMs, nowMs });
        return governor.view(account);
      });
    },
    views: () =>
      database.read((statements) =>
        store.view(statements).map(({ account, view }) => ({ account, ...view })),
      ),
    close,
    [Symbol.asyncDispose]: close,
  };
}
