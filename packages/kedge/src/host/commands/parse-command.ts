/** What was typed behind a slash. */
export interface TypedCommand {
  readonly name: string;
  /** As typed, without blanks around it. */
  readonly args: string;
}

/** Takes a prompt apart that begins with `/name`; null for any other, as one that begins with a path such as `/etc/hosts`. */
export function parseCommand(prompt: string): TypedCommand | null {
  const parts = /^\/([\p{L}\p{N}_][\p{L}\p{N}\p{M}_.:-]*)(?:\s+([\s\S]*))?$/u.exec(prompt);
  const name = parts?.[1];
  return name === undefined ? null : { name, args: (parts?.[2] ?? "").trim() };
}
