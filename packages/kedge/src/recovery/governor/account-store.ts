import { RecoveryError } from "../errors.ts";
import type { Statements } from "../ledger/statements.ts";
import type { AccountView, Governor, GovernorSnapshot } from "./governor-api.ts";

/** A call: of which account, and when. */
interface Moment {
  readonly account: string;
  readonly nowMs: number;
}

/** Governors of one account each, kept in rows of the ledger's file. */
export interface AccountStore {
  /** Does one call, and stores what it changed. Within a transaction. */
  change<T>(statements: Statements, moment: Moment, work: (governor: Governor) => T): T;
  /** What is known of one account or of all, sorted by name, and what time it was at the last call on it, in epoch ms. */
  view(
    statements: Statements,
    account?: string,
  ): readonly { readonly account: string; readonly view: AccountView; readonly seenMs: number }[];
}

/** @param make makes a governor of what an earlier one knew */
export function createAccountStore(make: (snapshot?: GovernorSnapshot) => Governor): AccountStore {
  const nothing = JSON.stringify(make().snapshot());
  // What this process stored last is in its memory still: unless somebody else stored anything since, it need not be read again.
  const known = new Map<string, { readonly state: string; readonly governor: Governor }>();
  const read = (account: string, state: string): Governor => {
    const own = known.get(account);
    return own?.state === state ? own.governor : restore(account, state, make);
  };
  return {
    change({ build, run }, { account, nowMs }, work) {
      const [row] = run(build.selectFrom("governor").select("state").where("account", "=", account));
      const before = row?.state ?? nothing;
      const governor = read(account, before);
      // Should anything fail from here on, the one in memory is no longer what is stored.
      known.delete(account);
      const answer = work(governor);
      const state = JSON.stringify(governor.snapshot());
      const change = { state, changed_ms: nowMs };
      if (state !== before)
        run(
          build
            .insertInto("governor")
            .values({ account, ...change })
            .onConflict((conflict) => conflict.column("account").doUpdateSet(change)),
        );
      known.set(account, { state, governor });
      return answer;
    },
    view({ build, run }, account) {
      const rows = run(
        build
          .selectFrom("governor")
          .select(["account", "state", "changed_ms"])
          .$if(account !== undefined, (query) => query.where("account", "=", account ?? ""))
          .orderBy("account"),
      );
      return rows.flatMap((row) => {
        const view = read(row.account, row.state).view(row.account);
        return view === undefined ? [] : [{ account: row.account, view, seenMs: row.changed_ms }];
      });
    },
  };
}

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
function restore(account: string, state: string, make: (snapshot: GovernorSnapshot) => Governor): Governor {
  const snapshot = parse(account, state);
  try {
    return make(snapshot);
  } catch (cause) {
    // Settings were looked at before, so it is the version. To begin afresh would let an account go on that is stopped.
    throw new RecoveryError(
      "LEDGER_NEWER",
      `What the ledger knows of the account ${account} has version ${snapshot.version}, and this Kedge cannot read it. Use the newer Kedge, or set another KEDGE_STATE_DIR`,
      { cause },
    );
  }
}

function parse(account: string, state: string): GovernorSnapshot {
  try {
    return JSON.parse(state) as GovernorSnapshot;
  } catch (cause) {
    throw new RecoveryError(
      "LEDGER_NOT_USABLE",
      `What the ledger knows of the account ${account} is damaged. Move ledger.sqlite aside, with the files -wal and -shm beside it: a new one is made, and what waits in the spool is kept`,
      { cause },
    );
  }
}
