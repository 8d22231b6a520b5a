import type { SessionAnswer, SessionSigns } from "../../agents/index.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Proof } from "../incidents/note-proof.ts";
import type { SessionRow } from "../ledger/schema.ts";
import type { StandingIncident, StandingSession } from "../ledger/session-reader.ts";
import { CHOSEN_ENDS } from "../verdict-end.ts";
import type { TranscriptMemory } from "./transcript-memory.ts";
import type { WatchPorts } from "./watch-ports.ts";
import { sessionKey } from "./watch-witness.ts";

/** What open incidents there are, and the sessions that they have stopped. */
interface Standing {
  readonly incidents: readonly StandingIncident[];
  readonly sessions: readonly StandingSession[];
}

/** A proof that was given, and what it ended. */
interface Given {
  readonly proof: Proof;
  readonly ended: readonly Incident[];
}

/** Looks for what ends incidents. */
export interface ProofWatch {
  /** @param open sessions that have not ended */
  look(standing: Standing, open: readonly SessionRow[]): Promise<readonly Given[]>;
}

/** What says of a session that it gives no sign of life. */
const SILENCES: readonly string[] = ["stall", "dead_process"];

/** File systems keep times to the second, some to two, ms. */
const COARSE_MS = 2_000;

/** The end of a session that was seen to be dead may be taken in late, ms. */
const LATE_MS = 60_000;

/** One session that may prove something. */
interface Candidate {
  readonly session: SessionRow;
  /** Its own part in incidents. */
  readonly own: StandingSession[];
  /** Incidents that reach beyond sessions, and of which its answers may be a proof. */
  readonly wide: readonly StandingIncident[];
}

/** Makes one that gives the same proof once. */
export function createProofWatch(ports: WatchPorts, memory: TranscriptMemory): ProofWatch {
  let given = new Map<string, string>();
  return {
    async look({ incidents, sessions }, open) {
      const told = given;
      given = new Map();
      if (incidents.length === 0) return [];
      const over = new Set<string>();
      const proofs: Given[] = [];
      for (const candidate of await findCandidates({ incidents, sessions }, open, ports)) {
        const proof = endOf(candidate) ?? (await signOf(candidate, memory, over));
        if (proof === null) continue;
        const key = sessionKey(candidate.session);
        const words = JSON.stringify([proof, incidentsOf(candidate)]);
        given.set(key, words);
        if (told.get(key) === words) continue;
        const ended = await ports.incidents.prove(proof);
        for (const { id } of ended) over.add(id);
        proofs.push({ proof, ended });
      }
      return proofs;
    },
  };
}

/** That the API answers one session says nothing of another one's history, or of the disk. */
function isWide({ scope, cause }: StandingIncident): boolean {
  return scope !== "session" && cause !== "lost_writes";
}

async function findCandidates(
  { incidents, sessions }: Standing,
  open: readonly SessionRow[],
  ports: WatchPorts,
): Promise<readonly Candidate[]> {
  const wide = incidents.filter(isWide);
  const heard =
    wide.length === 0 ? [] : await ports.sessions.heardSince(Math.min(...wide.map(({ lastMs }) => lastMs)));
  const candidates = new Map<string, Candidate>();
  const candidateOf = (session: SessionRow): Candidate => {
    const key = sessionKey(session);
    const known = candidates.get(key);
    if (known !== undefined) return known;
    const reached = wide.filter(
      ({ scope, account }) => scope === "provider" || scope === "machine" || account === session.account,
    );
    const own = { session, own: [], wide: reached };
    candidates.set(key, own);
    return own;
  };
  for (const standing of sessions) candidateOf(standing.session).own.push(standing);
  if (wide.length > 0) for (const session of [...open, ...heard]) candidateOf(session);
  return [...candidates.values()].filter(({ own, wide: reached }) => own.length + reached.length > 0);
}

function incidentsOf({ own, wide }: Candidate): readonly string[] {
  return [...own.map(({ incident }) => incident), ...wide].map(({ id, lastMs }) => `${id} ${lastMs}`).sort();
}

/** Its person ended it: what stood still in it alone, nobody waits for any more. */
function endOf({ session, own }: Candidate): Proof | null {
  const { started_ms: startedMs, ended_ms: endedMs, end_reason: reason } = session;
  if (endedMs === null || endedMs < (startedMs ?? 0) || !CHOSEN_ENDS.includes(reason ?? "")) return null;
  const alone = own.filter(
    ({ incident, lastMs }) => incident.scope === "session" && lastMs <= endedMs + LATE_MS,
  );
  if (alone.length === 0) return null;
  const sinceMs = Math.max(endedMs, ...alone.map(({ lastMs }) => lastMs)) + 1;
  return { ...aboutOf(session), kind: "ended", sinceMs, atMs: endedMs };
}

async function signOf(
  { session, own, wide }: Candidate,
  memory: TranscriptMemory,
  over: ReadonlySet<string>,
): Promise<Proof | null> {
  const mine = own.filter(({ incident }) => !over.has(incident.id));
  const failedMs = [...mine, ...wide.filter(({ id }) => !over.has(id))].map(({ lastMs }) => lastMs);
  const writtenMs = memory.stamp(session)?.writtenMs;
  // Nothing was written since the first of them: nothing is in it that could prove anything.
  if (failedMs.length === 0 || writtenMs === undefined || writtenMs + COARSE_MS <= Math.min(...failedMs))
    return null;
  const signs = await memory.signs(session);
  const answer = signs?.lastAnswer;
  if (answer !== undefined && failedMs.some((each) => each < answer.sinceMs))
    return answered(session, answer);
  const aliveMs = lastSignMs(signs);
  const isAlive = mine.some(({ incident, lastMs }) => SILENCES.includes(incident.cause) && lastMs < aliveMs);
  return isAlive ? { ...aboutOf(session), kind: "alive", sinceMs: aliveMs, atMs: aliveMs } : null;
}

function answered(session: SessionRow, { atMs, sinceMs, model }: SessionAnswer): Proof {
  return { ...aboutOf(session), sinceMs, atMs, ...(model === undefined ? {} : { model }) };
}

function lastSignMs(signs: SessionSigns | null): number {
  return Math.max(signs?.lastAnswer?.atMs ?? 0, signs?.lastResultMs ?? 0);
}

function aboutOf({
  agent,
  session_id: sessionId,
  account,
}: SessionRow): Pick<Proof, "agent" | "sessionId" | "account"> {
  return { agent, sessionId, account };
}
