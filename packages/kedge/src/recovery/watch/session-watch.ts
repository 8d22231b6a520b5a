import { isRecoveryError } from "../errors.ts";
import type { Incident } from "../incidents/incident.ts";
import type { ProofKind } from "../incidents/note-proof.ts";
import type { FailureRow } from "../ledger/schema.ts";
import { createDeathWatch, type Sighting } from "./look-for-deaths.ts";
import { createProofWatch } from "./look-for-proofs.ts";
import { createSilenceWatch } from "./look-for-silence.ts";
import { createTranscriptMemory } from "./transcript-memory.ts";
import type { WatchPorts } from "./watch-ports.ts";

/** What was seen of one session: `gone` and `silent` are failures, the others end incidents. */
export interface WatchFinding {
  readonly what: "gone" | "silent" | ProofKind;
  readonly agent: string;
  readonly sessionId: string;
}

/** What one look came to. */
export interface WatchFindings {
  readonly found: readonly WatchFinding[];
  /** Failures that are new in the ledger. */
  readonly failures: readonly FailureRow[];
  /** Incidents that were ended. */
  readonly ended: readonly Incident[];
  /** Another process says such things: what died or is silent was not recorded. */
  readonly isElsewhere: boolean;
}

/** Watches sessions that Kedge did not start. */
export interface SessionWatch {
  /**
   * Looks once: whether sessions died or hang, and whether what stood still goes on. Costs next to nothing while nothing changes; to be called
   * every few seconds, and never twice at a time.
   *
   * @returns what it found, for logs
   * @throws {RecoveryError} `LEDGER_NOT_USABLE`; the next look finds the same again
   */
  look(): Promise<WatchFindings>;
}

/** Name of the right to say that sessions died or hang. */
const WATCH_LEASE = "watch";

/** After that long without a word the right is another process's, ms. */
const LEASE_MS = 30_000;

/** Between two looks that are further apart the machine slept, or nobody looked, ms. */
const PAUSE_MS = 60_000;

/** Makes a watch. */
export function createSessionWatch(ports: WatchPorts): SessionWatch {
  const memory = createTranscriptMemory(ports.transcripts);
  const deaths = createDeathWatch(ports, memory);
  const silences = createSilenceWatch(ports, memory);
  const proofs = createProofWatch(ports, memory);
  let lastMs: number | null = null;
  return {
    async look() {
      const nowMs = ports.now();
      if (lastMs !== null && Math.abs(nowMs - lastMs) > PAUSE_MS) {
        deaths.beginAnew();
        silences.beginAnew(nowMs);
      }
      lastMs = nowMs;
      const open = await ports.sessions.open();
      const incidents = await ports.sessions.incidents();
      const standing = { incidents, sessions: incidents.length === 0 ? [] : await ports.sessions.standing() };
      const given = await proofs.look(standing, open);
      const { alive, dead } = await deaths.look(open, nowMs);
      const silent = await silences.look(alive, nowMs);
      memory.forget();
      const failures = await record([...dead, ...silent], ports);
      const isNew = ({ session: { agent, session_id: id } }: Sighting): boolean =>
        failures?.some((row) => row.agent === agent && row.session_id === id) ?? false;
      return {
        found: [
          ...dead.filter(isNew).map(({ session }) => findingOf(session, "gone")),
          ...silent.filter(isNew).map(({ session }) => findingOf(session, "silent")),
          ...given.map(({ proof: { kind = "answered", agent, sessionId } }) => ({
            ...{ what: kind, agent, sessionId },
          })),
        ],
        failures: failures ?? [],
        ended: given.flatMap(({ ended }) => ended),
        isElsewhere: failures === null,
      };
    },
  };
}

function findingOf(
  { agent, session_id: sessionId }: Sighting["session"],
  what: WatchFinding["what"],
): WatchFinding {
  return { what, agent, sessionId };
}

/** @returns null when another process has the right to: it will see the same */
async function record(
  sightings: readonly Sighting[],
  { ledger, holder }: WatchPorts,
): Promise<readonly FailureRow[] | null> {
  if (sightings.length === 0) return [];
  const lease = await ledger.lease(WATCH_LEASE, holder, LEASE_MS);
  if (lease === null) return null;
  try {
    const { failures } = await ledger.record(
      sightings.map(({ witness }) => witness),
      lease,
    );
    for (const { settle } of sightings) settle();
    return failures;
  } catch (error) {
    if (isRecoveryError(error) && error.code === "LEASE_LOST") return null;
    throw error;
  }
}
