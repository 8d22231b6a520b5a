import type { LookupFunction } from "node:net";
import type { ChildProcesses } from "../../platform/index.ts";

/** What one try to deliver a message has at hand. */
export interface Attempt {
  /** Kedge's own environment: secrets, the proxy, what programs inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly children: Pick<ChildProcesses, "run">;
  /** Resolves names; default the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
  /** As `process.platform` has it. */
  readonly platform: string;
  /** Ends the try: at its limit, or because nobody wants it any more. */
  readonly signal: AbortSignal;
}

/** Why a try that its signal has ended came to nothing. */
export function endWords({ reason }: AbortSignal): string {
  const isLate = reason instanceof Error && reason.name === "TimeoutError";
  return isLate ? "no answer in time" : "stopped before the end";
}
