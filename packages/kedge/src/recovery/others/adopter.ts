import type { FailureRow } from "../ledger/schema.ts";
import { loadManifest } from "../manifest.ts";
import type { ResumeRules } from "../policy/watch.ts";
import { openQueueDatabase } from "../queue/queue-database.ts";
import type { SupervisorPorts } from "../supervisor/ports.ts";
import { type Adoption, adopt } from "./adopt.ts";
import { findStranded, type StrandedPage } from "./stranded.ts";

/** Looks for sessions that stand still, and takes over those that the policy names. */
export interface Adopter extends AsyncDisposable {
  /**
   * Looks once. @returns what became of sessions that it had not looked at before, those first that failed first
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

/** Sessions that one look takes over: the next one comes within seconds, and nobody waits long for a look to end. */
const ADOPTED_AT_ONCE = 50;

/** @throws {RecoveryError} `LEDGER_NEWER`, `LEDGER_NOT_USABLE` */
export async function openAdopter({ stateDir, rules, supervisor }: AdopterOptions): Promise<Adopter> {
  const database = await openQueueDatabase(stateDir);
  const manifestOf = (sessionId: string) => loadManifest(stateDir, sessionId);
  /** When those failed that it has looked at, epoch ms, by the ids of their failures. */
  const seen = new Map<string, number>();
  /** All that stand still now, from the first on each time: a session may end long after it failed. */
  async function* stranded(sinceMs: number): AsyncGenerator<FailureRow> {
    let after: FailureRow | null = null;
    for (let hasMore = true; hasMore; ) {
      const page: StrandedPage = { sinceMs, after };
      const found = await database.read((statements) => findStranded(statements, page));
      yield* found.failures;
      after = found.failures.at(-1) ?? null;
      ({ hasMore } = found);
    }
  }
  return {
    async look() {
      const sinceMs = supervisor.now() - SINCE_MS;
      for (const [id, atMs] of seen) if (atMs < sinceMs) seen.delete(id);
      const adoptions: Adoption[] = [];
      let adopted = 0;
      for await (const failure of stranded(sinceMs)) {
        if (seen.has(failure.id)) continue;
        const adoption = await adopt(failure, { rules, supervisor, manifestOf });
        seen.set(failure.id, failure.at_ms);
        adoptions.push(adoption);
        if (adoption.outcome === "adopted" && ++adopted === ADOPTED_AT_ONCE) break;
      }
      return adoptions;
    },
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}
