import { spawn } from "node:child_process";
import { COMPILED } from "../support/compiled.ts";
import { KEDGE_MAIN } from "../support/kedge-main.ts";

/** The command line, as Node runs it. */
export const MAIN = KEDGE_MAIN;

export interface KedgeRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a real process, with an environment of its own. */
export function runKedge(
  args: readonly string[],
  options: { cwd?: string; stdin?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<KedgeRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd ?? import.meta.dirname,
      env: { PATH: process.env.PATH, HOME: "/nonexistent", ...COMPILED, ...options.env },
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve({
        exitCode,
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
  });
}
