/** The entry in a folder of its own, run by a shell that is named. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const SOURCE = join(import.meta.dirname, "../../intake/kedge-intake");

/** Shells of this machine that the entry is tried with; `KEDGE_TEST_BUSYBOX` names a busybox that is not installed. */
export const shells: readonly (readonly string[])[] = [
  ["/bin/sh"],
  ["dash"],
  ["bash", "--posix"],
  [process.env.KEDGE_TEST_BUSYBOX ?? "busybox", "sh"],
].filter(([program = "", ...args]) => spawnSync(program, [...args, "-c", ":"]).status === 0);

export interface IntakeRun {
  readonly exitCode: number | null;
  readonly output: string;
}

interface IntakeOptions {
  readonly shell?: readonly string[];
  readonly args?: readonly string[];
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface IntakeWorld {
  /** A blank and a quote are in its name. */
  readonly folder: string;
  readonly script: string;
  readonly spool: string;
  run(options?: IntakeOptions): Promise<IntakeRun>;
  /** Names in a folder of the spool. */
  names(folder: "new" | "tmp"): readonly string[];
  /** The only record, as bytes. */
  record(): Buffer;
  clear(): void;
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeIntake(): IntakeWorld {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "kedge 'in\"take-")));
  made.push(folder);
  mkdirSync(join(folder, "intake"));
  const script = join(folder, "intake/kedge-intake");
  copyFileSync(SOURCE, script);
  chmodSync(script, 0o700);
  const spool = join(folder, "spool");
  const names = (name: string): readonly string[] => {
    const dir = join(spool, name);
    return existsSync(dir) ? readdirSync(dir) : [];
  };
  return {
    folder,
    script,
    spool,
    run: ({ shell = [], args = ["failure"], input = "{}", env = {}, cwd = folder } = {}) =>
      runProgram([...shell, script, ...args], { input, cwd, env }),
    names,
    record() {
      const [name = "none", ...more] = names("new");
      if (more.length > 0) throw new Error(`Expected one record, found ${more.length + 1}`);
      return readFileSync(join(spool, "new", name));
    },
    clear: () => rmSync(spool, { recursive: true, force: true }),
  };
}

/** Runs a program to its end, with what it printed on both streams. */
export function runProgram(
  [file = "", ...args]: readonly string[],
  options: { input: string | Uint8Array; cwd: string; env: Readonly<Record<string, string>> },
): Promise<IntakeRun> {
  return new Promise((resolve, reject) => {
    const mark = process.env.KEDGE_TEST_MARK ?? "";
    const env = { PATH: process.env.PATH, KEDGE_TEST_MARK: mark, ...options.env };
    const child = spawn(file, args, { cwd: options.cwd, env });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output: Buffer.concat(chunks).toString() }));
    child.stdin.on("error", () => {}); // the entry reads no more than it keeps
    child.stdin.end(options.input);
  });
}

/** What stands in front of the input, line by line. */
export function headersOf(record: Buffer): readonly string[] {
  return record.subarray(0, record.indexOf("\n\n")).toString().split("\n");
}

/** The input of a record. */
export function bodyOf(record: Buffer): Buffer {
  return record.subarray(record.indexOf("\n\n") + 2);
}

/** What an entry that worked leaves: nothing said, nothing wrong. */
export const QUIET: IntakeRun = { exitCode: 0, output: "" };
