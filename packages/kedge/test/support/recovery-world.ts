/** A state folder with a ledger and a spool, temporary, and what hooks would leave in it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { readFailedTurns, transcriptAgent } from "../../src/agents/index.ts";
import { createIngester, type Ingester } from "../../src/recovery/ingest.ts";
import { type Ledger, openLedger } from "../../src/recovery/ledger/ledger.ts";
import { keepManifest } from "../../src/recovery/manifest.ts";
import { openSpool, type Spool } from "../../src/recovery/spool/spool.ts";
import { createRedactor } from "../../src/redact/index.ts";

export interface RecoveryWorld {
  readonly folder: string;
  readonly stateDir: string;
  readonly homeDir: string;
  /** Epoch ms; tests move it. */
  now: number;
  ledger(): Promise<Ledger>;
  spool(): Promise<Spool>;
  ingester(ledger: Ledger, holder?: string): Promise<Ingester>;
  /** Writes a record as the entry does, and returns its name. */
  leave(name: string, witness: string, input: object, facts?: readonly string[]): string;
  /** Writes a file into `new/` as it is. */
  leaveRaw(name: string, content: string | Uint8Array): void;
}

const open: Ledger[] = [];
const made: string[] = [];
afterEach(async () => {
  for (const ledger of open.splice(0)) await ledger.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeRecovery(secrets: readonly string[] = []): RecoveryWorld {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge-recovery-")));
  made.push(folder);
  const stateDir = join(folder, "state");
  const homeDir = join(folder, "home");
  const fresh = join(stateDir, "spool", "new");
  for (const dir of [stateDir, homeDir]) mkdirSync(dir, { mode: 0o700 });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  const known = secrets.map((value) => ({ name: "TEST_TOKEN", value }));
  const world: RecoveryWorld = {
    ...{ folder, stateDir, homeDir, now: Date.now() },
    async ledger() {
      const redactor = createRedactor({ known });
      const ledger = await openLedger({ stateDir, redactor, now: () => world.now, zone: "UTC" });
      open.push(ledger);
      return ledger;
    },
    spool: () => openSpool(join(stateDir, "spool")),
    async ingester(ledger, holder = "test") {
      return createIngester({
        ...{ ledger, holder, spool: await world.spool(), now: () => world.now },
        keepManifest: (manifest) => keepManifest(stateDir, manifest),
        transcripts: {
          agentOf: (path) => transcriptAgent(path, { homeDir, stateDir }),
          failedTurns: async (path) => (await readFailedTurns(path))?.failures ?? null,
        },
      });
    },
    leave(name, witness, input, facts = []) {
      const head = [`kedge 1 ${witness}`, "agent claude-code", "pid 1", ...facts].join("\n");
      world.leaveRaw(`${name}.${witness}`, `${head}\n\n${JSON.stringify(input)}`);
      return `${name}.${witness}`;
    },
    leaveRaw: (name, content) => writeFileSync(join(fresh, name), content, { mode: 0o600 }),
  };
  return world;
}

/** The input of a StopFailure handler, as recorded. */
export function failureInput(more: object = {}): object {
  return {
    session_id: "11111111-1111-4111-8111-111111111111",
    transcript_path: "/nowhere/x.jsonl",
    cwd: "/work/shop",
    prompt_id: "22222222-2222-4222-8222-222222222222",
    hook_event_name: "StopFailure",
    error: "rate_limit",
    last_assistant_message: "API Error: Request rejected (429) · Rate limited",
    ...more,
  };
}
