import type { GovernorSnapshot } from "./governor-api.ts";
import type { Account, Admitted, Lane } from "./state.ts";

const VERSION = 1;

/** An account as it is stored: maps as lists of entries, so that no name can be mistaken for a property. */
interface StoredAccount extends Omit<Account, "models" | "sessions"> {
  readonly name: string;
  readonly models: readonly (readonly [string, Lane])[];
  readonly sessions: readonly (readonly [string, Admitted])[];
}

/** Writes what is known as plain JSON that shares nothing with the state. */
export function writeSnapshot(accounts: ReadonlyMap<string, Account>): GovernorSnapshot {
  const stored = [...accounts].map(
    ([name, account]): StoredAccount => ({
      ...account,
      name,
      models: [...account.models],
      sessions: [...account.sessions],
    }),
  );
  return { version: VERSION, accounts: structuredClone(stored) };
}

/**
 * Reads what {@link writeSnapshot} wrote, after any number of trips through JSON.
 *
 * @throws {RangeError} another version wrote it. To start afresh instead would let stopped accounts go on, so that is the caller's to choose
 */
export function readSnapshot(snapshot: GovernorSnapshot): Map<string, Account> {
  const { version, accounts } = snapshot as { version: unknown; accounts: unknown };
  if (version !== VERSION || !Array.isArray(accounts))
    throw new RangeError(`Expected a governor's snapshot of version ${VERSION}, got version ${version}`);
  const stored = structuredClone(accounts) as StoredAccount[];
  return new Map(
    stored.map(({ name, models, sessions, ...account }) => [
      name,
      { ...account, models: new Map(models), sessions: new Map(sessions) },
    ]),
  );
}
