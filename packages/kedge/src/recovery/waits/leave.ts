import type { Judged, Step } from "./standing.ts";
import type { WaitPorts } from "./wait-ports.ts";

/** Leaves a session to the person in front of it. */
export async function leave(judged: Judged, why: string, { files, now }: WaitPorts): Promise<Step> {
  const { wait } = judged;
  await files.say(wait.sessionId, "stop", why);
  return {
    standing: { kind: "told", wait },
    found: [{ type: "stopped", ...about(judged), atMs: now(), why }],
  };
}

/** What every finding says of its session. */
export function about({ wait, verdict, account, failureId }: Judged) {
  const { sessionId } = wait;
  const { cause } = verdict;
  return { sessionId, cause, account, ...(failureId === null ? {} : { failureId }) };
}

/** What stands in the way, in one sentence: by its code, since messages have names of temporary files in them. */
export function troubleWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `It cannot be told to go on: ${code ?? message}.`;
}
