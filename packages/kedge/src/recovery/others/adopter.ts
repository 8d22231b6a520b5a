import { loadManifest } from "../manifest.ts";
import type { ResumeRules } from "../policy/watch.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import type { SupervisorPorts } from "../supervisor/ports.ts";
import { type Adoption, adopt } from "./adopt.ts";
import { findStranded } from "./stranded.ts";

/** Looks for sessions that stand still, and takes over those that the policy names. */
export interface Adopter extends AsyncDisposable {
  /**
   * Looks once. @returns what became of sessions that it had not looked at before
   *
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`
   */
  look(): Promise<readonly Adoption[]>;
}

/** How an adopter is opened. */
export interface AdopterOptions {
  /** Folder of Kedge's state. */
  readonly stateDir: string;
  readonly rules: ResumeRules;
  /** Its policy is the bounded one. */
  readonly supervisor: SupervisorPorts;
}

/** What stood still for longer has been seen by its user, ms. */
const SINCE_MS = 24 * 3_600_000;

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openAdopter({ stateDir, rules, supervisor }: AdopterOptions): Promise<Adopter> {
  const database = await openQueueDatabase(stateDir);
  const seen = new Set<string>();
  return {
    async look() {
      const sinceMs = supervisor.now() - SINCE_MS;
      const stranded = await database.read((statements) => findStranded(statements, sinceMs));
      const fresh = stranded.filter(({ id }) => !seen.has(id));
      const adoptions: Adoption[] = [];
      for (const failure of fresh) {
        adoptions.push(
          await adopt(failure, {
            ...{ rules, supervisor },
            manifestOf: (sessionId) => loadManifest(stateDir, sessionId),
          }),
        );
        seen.add(failure.id);
      }
      return adoptions;
    },
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
