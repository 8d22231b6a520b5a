import { CREDENTIAL_VARIABLES } from "../policy/account-environment.ts";
import { type Attempt, endWords } from "./attempt.ts";
import { CLEANUP_MS } from "./delivery.ts";

/** What a program that tells somebody came to: how it exited, or why it did not. */
export type ProgramEnding =
  | { readonly exitCode: number }
  | { readonly missing: true }
  | { readonly why: string };

/** Nobody reads what it prints. */
const MAX_OUTPUT_BYTES = 4_096;

/** Runs a program without a shell, in the home folder, with Kedge's environment but for the credentials of agents. */
export async function runProgram(
  argv: readonly string[],
  stdin: string,
  { env, homeDir, children, signal }: Attempt,
): Promise<ProgramEnding> {
  const [file = "", ...args] = argv;
  const ending = await children.run({
    ...{ file, args, cwd: homeDir, signal, env: withoutCredentials(env) },
    stdin: Buffer.from(stdin),
    graceMs: CLEANUP_MS / 2,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (ending.cause === "start_failed") return { missing: true };
  if (ending.cause === "exit" && ending.exitCode !== null) return { exitCode: ending.exitCode };
  if (ending.cause === "signal") return { why: `the program was ended by ${ending.signal}` };
  return { why: signal.aborted ? endWords(signal) : "the program was stopped" };
}

function withoutCredentials(env: Attempt["env"]): Record<string, string> {
  const agents: readonly string[] = CREDENTIAL_VARIABLES;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || agents.includes(name) ? [] : [[name, value] as const],
    ),
  );
}
