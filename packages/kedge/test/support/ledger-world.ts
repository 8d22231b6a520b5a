/** A state folder with recorded failures, and the commands that look at them, run in this process or as a real one. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { Context } from "../../src/cli/context.ts";
import type { Moment } from "../../src/cli/moment.ts";
import type { Style } from "../../src/cli/terminal.ts";
import {
  createZone,
  type Evidence,
  type FailureRow,
  openLedger,
  type SessionFacts,
  type WitnessRecord,
} from "../../src/recovery/index.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { COMPILED } from "./compiled.ts";

/** What a command printed. */
export interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may differ in. */
export interface RunOptions {
  /** Columns; default 0, a pipe. */
  readonly width?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Epoch ms; default {@link NOW}. */
  readonly nowMs?: number;
  readonly zone?: string;
  /** Shows styles as `<bad>…</bad>`. */
  readonly hasStyles?: boolean;
}

/** One command, as the program calls it. */
export type Command = (context: Context, moment: Moment) => Promise<number>;

export interface LedgerWorld {
  /** Holds all the others. */
  readonly folder: string;
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes witnesses into the real ledger; `seenAtMs` is `atMs` unless it is given. */
  record(...witnesses: readonly WitnessRecord[]): Promise<readonly FailureRow[]>;
  /** Leaves a file as a hook entry does, and returns its path. */
  spool(name: string, text: string): string;
  run(command: Command, options?: RunOptions): Promise<Printed>;
  /** Every byte of every file below the state folder, by path. */
  bytes(): ReadonlyMap<string, string>;
}

/** Sat 21 Nov 2026, 15:12 in Berlin. */
export const NOW = Date.parse("2026-11-21T14:12:00Z");
export const ZONE = "Europe/Berlin";

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeLedger(): LedgerWorld {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge ledger-")));
  made.push(folder);
  const stateDir = join(folder, "state");
  const homeDir = join(folder, "home");
  mkdirSync(homeDir);
  const env = {
    ...COMPILED,
    ...{ PATH: process.env.PATH, HOME: homeDir, KEDGE_STATE_DIR: stateDir, LANG: "en_GB.UTF-8" },
  };
  return {
    ...{ folder, stateDir, env },
    async record(...witnesses) {
      const redactor = createRedactor();
      await using ledger = await openLedger({ stateDir, redactor, now: () => NOW, zone: ZONE });
      return (await ledger.record(witnesses)).failures;
    },
    spool(name, text) {
      const fresh = join(stateDir, "spool/new");
      mkdirSync(fresh, { recursive: true, mode: 0o700 });
      const path = join(fresh, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    },
    async run(command, options = {}) {
      const lines = { out: [] as string[], err: [] as string[] };
      const context: Context = {
        terminal: {
          out: (text) => void lines.out.push(text),
          err: (text) => void lines.err.push(text),
          style: options.hasStyles ? TAGS : PLAIN,
          width: options.width ?? 0,
        },
        env: { ...env, ...options.env },
        cwd: folder,
        homeDir,
        readStdin: async () => "",
        isInteractive: false,
        isStdinTerminal: false,
      };
      const zone = createZone(options.zone ?? ZONE);
      if (zone === undefined) throw new Error(`Expected a zone, got ${options.zone}`);
      const exitCode = await command(context, { now: () => options.nowMs ?? NOW, zone });
      return { exitCode, stdout: lines.out.join("\n"), stderr: lines.err.join("\n") };
    },
    bytes() {
      const names = readdirSync(stateDir, { recursive: true, withFileTypes: true });
      return new Map(
        names
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .map((path) => [path, readFileSync(path).toString("latin1")]),
      );
    },
  };
}

const NAMES = ["strong", "faint", "good", "bad", "caution"] as const;
const PLAIN = Object.fromEntries(NAMES.map((name) => [name, (text: string) => text])) as unknown as Style;
const TAGS = Object.fromEntries(
  NAMES.map((name) => [name, (text: string) => `<${name}>${text}</${name}>`]),
) as unknown as Style;

let count = 0;

/** What one witness says: a 429 of a plan window, told by the agent's result, unless it is told otherwise. */
export function witness(
  said: Partial<Evidence> & { readonly atMs: number },
  session: Partial<SessionFacts> = {},
): WitnessRecord {
  const evidence: Evidence = {
    witness: "result",
    seenAtMs: said.atMs,
    agent: "claude-code",
    sessionId: "5e551011-0000-4000-8000-000000000001",
    ...said,
  };
  return { id: `w${++count}`, evidence, session: { projectDir: "/home/dev/website", ...session } };
}

/** An instant on the clock of Berlin: `at("2026-11-21 15:00")`. */
export function at(text: string): number {
  const [, year, month, day, hour, minute] =
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)$/.exec(text)?.map(Number) ?? [];
  const wall = {
    year: year ?? 0,
    month: month ?? 0,
    day: day ?? 0,
    hour: hour ?? 0,
    minute: minute ?? 0,
    second: 0,
  };
  return createZone(ZONE)?.instantsOf(wall)[0] ?? Number.NaN;
}

/** The text of a spool file as the entry of StopFailure writes it. */
export function stopFailure(input: object, witnessName = "failure"): string {
  const own = { session_id: "5e551011-0000-4000-8000-00000000000a", cwd: "/home/dev/website", ...input };
  return `kedge 1 ${witnessName}\nagent claude-code\npid 12\n\n${JSON.stringify({ hook_event_name: "StopFailure", ...own })}`;
}
