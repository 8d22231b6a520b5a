import { createHash } from "node:crypto";
import type { SessionRow } from "../ledger/schema.ts";
import type { GONE, GONE_IDLE, SILENT } from "../verdict-end.ts";
import type { WitnessRecord } from "../witness.ts";

/** What a watch says of a session. Times are epoch ms. */
export interface Watched {
  readonly event: typeof GONE | typeof GONE_IDLE | typeof SILENT;
  /** What it says it of: the same of the same is said once, whoever says it. */
  readonly ofMs: number;
  readonly atMs: number;
  readonly seenAtMs: number;
  readonly lastEventAtMs: number;
  readonly isRunning: boolean;
}

/** What a watch says, as the ledger takes it in. */
export function watchWitness(session: SessionRow, watched: Watched): WitnessRecord {
  const { event, ofMs, ...facts } = watched;
  const { agent, session_id: sessionId, project_dir: projectDir } = session;
  // Idle or not is a matter of what could be read.
  const about = JSON.stringify([agent, sessionId, watched.isRunning, ofMs]);
  const digest = createHash("sha256").update(about).digest("hex").slice(0, 32);
  return {
    id: `w_${digest}`,
    evidence: {
      ...{ witness: "watcher", event, agent, sessionId, ...facts },
      ...(session.agent_version === null ? {} : { agentVersion: session.agent_version }),
    },
    session: { projectDir, ...(session.account === null ? {} : { account: session.account }) },
  };
}

/** Names a session in memory. */
export function sessionKey({ agent, session_id: id }: Pick<SessionRow, "agent" | "session_id">): string {
  return `${agent}\n${id}`;
}
