import { appendFileSync, closeSync, fchmodSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { HostEvent } from "../host/index.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";

/**
 * Opens a log of everything that a session tells, for looking into a run: JSON Lines, readable by nobody else. It holds prompts and
 * answers. When it cannot be written any more, that is said once, and the session goes on.
 *
 * @throws {CommandError} when the file cannot be written
 */
export function createDebugLog(file: string, { cwd, terminal }: Context): (event: HostEvent) => void {
  const path = resolve(cwd, file);
  const words = (error: unknown): string =>
    `The debug file ${path} cannot be written: ${(error as Error).message}.`;
  try {
    const descriptor = openSync(path, "a", 0o600);
    fchmodSync(descriptor, 0o600); // it may have been there
    closeSync(descriptor);
  } catch (error) {
    throw new CommandError(EXIT.ioError, words(error));
  }
  let isBroken = false;
  return (event) => {
    if (isBroken || event.type === "text") return; // the whole of a text comes as an answer
    try {
      appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    } catch (error) {
      isBroken = true;
      terminal.err(`kedge: ${words(error)}`);
    }
  };
}
