import { isJsonObject, ownValue } from "../../protocol/index.ts";

/** File name of the entry, by which its handlers are known wherever it lies. */
export const ENTRY_NAME = "kedge-intake";

/** Which events the entry witnesses, and what it is told that they are. A failure alone is one witness too few: it is not awaited. */
export const WITNESSES = { StopFailure: "failure", SessionEnd: "end", SessionStart: "start" } as const;

/** Events that the entry is installed for. */
export type WitnessedEvent = keyof typeof WITNESSES;

/** Sessions of `kedge doctor` begin so. Whoever reads the spool leaves them alone for a minute, and then removes them. */
export const CANARY_PREFIX = "kedge-canary-";

/** Seconds after which the agent ends the entry. It takes some milliseconds. */
const TIMEOUT_S = 10;

/** The handler of an event as it stands in settings. */
export function entryHandler(event: WitnessedEvent, script: string): Readonly<Record<string, unknown>> {
  return { type: "command", command: entryCommand(event, script), timeout: TIMEOUT_S };
}

/** The command of that handler. */
export function entryCommand(event: WitnessedEvent, script: string): string {
  return `${shellQuoted(script)} ${WITNESSES[event]}`;
}

/** A text as one word of a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a handler of ours is. */
export interface EntryCall {
  /** As it stands in the command. */
  readonly script: string;
  /** Where it writes to, when it is told; as it stands in the command. */
  readonly spool?: string;
}

/** Whether a configured handler runs the entry, in whatever form and wherever it lies; null when it does not. */
export function readEntryCall(handler: unknown): EntryCall | null {
  const [script = "", , spool] = calledWords(handler);
  if (nameOf(script) !== ENTRY_NAME) return null;
  return { script, ...(spool === undefined ? {} : { spool }) };
}

/** The first words of what a command handler runs, without a shell in front of it; none for a handler of another kind. */
export function calledWords(handler: unknown): readonly string[] {
  if (!isJsonObject(handler)) return [];
  const command = ownValue(handler, "command");
  if (typeof command !== "string") return [];
  const args = ownValue(handler, "args");
  const words = Array.isArray(args) ? [command, ...args.map(String)] : firstWords(command);
  return SHELLS.has(nameOf(words[0] ?? "")) ? words.slice(1) : words;
}

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh", "exec"]);

/**
 * Whether a handler of ours does what {@link entryHandler} would: the same command, run for every input and awaited. Times and
 * messages are the user's to change.
 */
export function isAsInstalled(handler: unknown, event: WitnessedEvent, script: string): boolean {
  if (!isJsonObject(handler) || ownValue(handler, "command") !== entryCommand(event, script)) return false;
  const hasType = ownValue(handler, "type") === "command";
  const changes = ["args", "if", "async", "asyncRewake", "shell", "once"].some((key) =>
    Object.hasOwn(handler, key),
  );
  return hasType && !changes;
}

/** Whether a matcher lets everything through. */
export function matchesAll(matcher: unknown): boolean {
  return matcher === undefined || matcher === "" || matcher === "*";
}

/** The last part of a path, which tells our programs from others. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The first words of a command as a shell reads them; expansions stay as they are. */
function firstWords(command: string): readonly string[] {
  const words = command.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+/gs) ?? [];
  return words.slice(0, 4).map((word) =>
    word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) => {
      if (double !== undefined) return (double as string).replace(/\\(["\\$`])/g, "$1");
      return (single ?? escaped) as string;
    }),
  );
}
