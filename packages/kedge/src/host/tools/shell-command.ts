import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Runs a command in its own shell: first what is to be prepared, then what hooks export, then the command. All are arguments, so nothing
 * in the command can end this frame; and the command finds no arguments, which it could take for its own. Nor does it find what would
 * have `cd` and globs mean other files than those that it was judged by.
 */
const FRAME = 'eval "$2"; if [ -r "$3" ]; then . "$3"; unset -v CDPATH GLOBIGNORE; fi; eval "shift $#; $1"';

/** Systems take no longer argument than 128 KiB. */
const MAX_ARGUMENT_BYTES = 100_000;

/** What bash is started with. */
export function bashArguments(command: string, preparation: string, envFile: string): readonly string[] {
  return ["-c", FRAME, "bash", command, preparation, envFile];
}

/** A command as an argument: as it is, or, where it is too long for one, one that runs it from a file in the folder. */
export async function shortCommand(command: string, dir: string): Promise<string> {
  if (Buffer.byteLength(command) <= MAX_ARGUMENT_BYTES) return command;
  const file = join(dir, `command-${randomUUID()}`);
  await writeFile(file, command, { mode: 0o600, flag: "wx" });
  return `eval "$(cat ${quote(file)}; rm -f ${quote(file)})"`;
}

/** A text as one word of a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
