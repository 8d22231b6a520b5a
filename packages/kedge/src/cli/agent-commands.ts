/** What is said of the terminal itself, above the commands of the session. */
const TERMINAL_HELP = `Type a prompt and press Enter. A line that ends in \\ goes on in the next.
Ctrl-C ends what runs; at the prompt it drops what is typed, and twice ends the session. So do Ctrl-D and /exit.`;

/** What a line means to the terminal, which passes on all but its own way out. */
export function readTerminalCommand(line: string): {
  readonly ends: boolean;
  /** Said before the session answers. */
  readonly words?: string;
} {
  const [name] = line.trim().split(/\s+/, 1);
  if (name === "/exit" || name === "/quit") return { ends: true };
  return name === "/help" ? { ends: false, words: TERMINAL_HELP } : { ends: false };
}
