/** What `kedge up` does for sessions that wait: signs of life, taking in what hooks leave, and looking after those who wait. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readFailedTurns, transcriptAgent } from "../../src/agents/index.ts";
import {
  createIngester,
  createWaitingSessions,
  keepManifest,
  openLedger,
  openSharedGovernor,
  openSpool,
  readPolicy,
  type WaitFinding,
  writeHeartbeat,
} from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";

export interface WakeSupervisor {
  readonly findings: readonly WaitFinding[];
  /** Ends it without a word, as a process that is killed. */
  kill(): Promise<void>;
}

/** Begins to look after the sessions of a state folder. */
export async function startWakeSupervisor(
  stateDir: string,
  homeDir: string,
  policyFile: object,
): Promise<WakeSupervisor> {
  const now = (): number => Date.now();
  const reading = await readPolicy(policyFile);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const random = Math.random;
  const ledger = await openLedger({ stateDir, redactor: createRedactor(), now, zone: "UTC" });
  const governor = await openSharedGovernor({ stateDir, random, now });
  const ingester = createIngester({
    ...{ ledger, holder: "test", now, spool: await openSpool(join(stateDir, "spool")) },
    accountOf: async () => "key:of-the-test",
    keepManifest: (manifest) => keepManifest(stateDir, manifest),
    transcripts: {
      agentOf: (path) => transcriptAgent(path, { homeDir, stateDir }),
      failedTurns: async (path) => (await readFailedTurns(path))?.failures ?? null,
    },
  });
  const waiting = createWaitingSessions({
    ...{ stateDir, ledger, governor, policy: reading.policy, defaultAccount: "key:none", now, random },
  });
  const findings: WaitFinding[] = [];
  const state = { isOver: false };
  const beat = (): Promise<void> =>
    writeHeartbeat(stateDir, {
      ...{ beatMs: now(), pid: process.pid, sinceMs: now(), version: "0.0.0", health: null, endedMs: null },
    });
  await beat();
  const work = (async () => {
    while (!state.isOver) {
      await beat();
      await ingester.drain();
      findings.push(...(await waiting.look()));
      await sleep(500);
    }
  })();
  return {
    findings,
    async kill() {
      state.isOver = true;
      await work;
      await governor.close();
      await ledger.close();
    },
  };
}
