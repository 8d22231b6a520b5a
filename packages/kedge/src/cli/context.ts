import type { Terminal } from "./terminal.ts";

/** What a command needs of the world; read once in `main.ts` and passed in. */
export interface Context {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory. */
  readonly cwd: string;
  readonly homeDir: string;
  /** Reads standard input to its end. */
  readonly readStdin: () => Promise<string>;
  /** Somebody sits at the terminal: both what is typed and what is printed are theirs. */
  readonly isInteractive: boolean;
  /** Standard input is a terminal, so nothing is piped in. */
  readonly isStdinTerminal: boolean;
}
