import { appendFileSync, closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { HostEvent } from "../host/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

/**
 * Opens a log of everything that a session tells, for looking into a run: JSON Lines, readable by nobody else. It holds prompts and
 * answers.
 *
 * @throws {CommandError} when the file cannot be written
 */
export async function createDebugLog(file: string, cwd: string): Promise<(event: HostEvent) => void> {
  const path = resolve(cwd, file);
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw new CommandError(
      EXIT.noInput,
      `The debug file ${path} cannot be written: ${(error as Error).message}.`,
    );
  }
  return (event) => {
    if (event.type === "text") return; // its whole comes as an answer
    appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  };
}
