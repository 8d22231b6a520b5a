import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIngester } from "../../packages/kedge/src/recovery/ingest.ts";
import { type Ledger, openLedger } from "../../packages/kedge/src/recovery/ledger/ledger.ts";
import { openSpool } from "../../packages/kedge/src/recovery/spool/spool.ts";
import { readSpoolRecord } from "../../packages/kedge/src/recovery/spool/spool-record.ts";
import { readHookWitness, type WitnessRecord } from "../../packages/kedge/src/recovery/witness.ts";
import { createRedactor } from "../../packages/kedge/src/redact/index.ts";
import { hookInput } from "./failures.ts";

/** Secrets of an environment, as a redactor knows some. */
const SECRETS = ["ANTHROPIC_API_KEY", "GH_TOKEN", "NPM_TOKEN", "DATABASE_PASSWORD"].map((name) => ({
  name,
  value: `${name.toLowerCase()}-0123456789-value`,
}));

/** Opens the ledger in a folder as the command does. */
export function openBenchLedger(stateDir: string): Promise<Ledger> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  return openLedger({ stateDir, redactor: createRedactor({ known: SECRETS }), now: Date.now, zone: "UTC" });
}

/** Leaves files in a spool as the entry does, each of a session of its own. */
export function fillSpool(stateDir: string, count: number): void {
  const fresh = join(stateDir, "spool/new");
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  for (let number = 0; number < count; number++)
    writeFileSync(join(fresh, nameOf(number)), recordOf(number), { mode: 0o600 });
}

/** Takes in what waits, and returns how many files that were. */
export async function drainSpool(stateDir: string, ledger: Ledger): Promise<number> {
  const ingester = createIngester({
    ...{ ledger, holder: "bench", now: Date.now, spool: await openSpool(join(stateDir, "spool")) },
    keepManifest: async () => undefined,
    // The hooks name transcripts, as they do; that there is none takes the reading of transcripts out of the measurement.
    transcripts: { agentOf: () => null, failedTurns: async () => null },
  });
  const { files } = await ingester.drain();
  await ingester.close();
  return files;
}

/** What those files say. */
export function witnesses(count: number): readonly WitnessRecord[] {
  const atMs = Date.now();
  return Array.from({ length: count }, (_, number) => {
    const reading = readSpoolRecord(recordOf(number));
    const said = reading.ok
      ? readHookWitness({ name: nameOf(number), atMs, record: reading.record }, atMs)
      : reading;
    if (!said.ok) throw new Error(`Expected a record that says something: ${said.why}`);
    return said.witness;
  });
}

function nameOf(number: number): string {
  // As mktemp makes them: in no order.
  return `${1_000 + ((number * 7_919) % 30_000)}-${number.toString(36).padStart(12, "x")}.failure`;
}

function recordOf(number: number): string {
  return `kedge 1 failure\nagent claude-code\npid ${1_000 + (number % 30_000)}\n\n${hookInput(number)}`;
}
