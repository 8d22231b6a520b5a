import type { SupervisorEvent } from "../../recovery/index.ts";

/** An event as one JSON object for programs; its instant also as ISO 8601. */
export function eventJson(event: SupervisorEvent): object {
  const { type, atMs, ...rest } = event;
  return { type, at: new Date(atMs).toISOString(), atMs, ...rest };
}

/** Says to a program what was told to people, or could not be. */
export function sayJson(words: string): void {
  process.stderr.write(`${JSON.stringify({ type: "told", words })}\n`);
}
