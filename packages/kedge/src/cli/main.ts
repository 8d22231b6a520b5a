import { homedir } from "node:os";
import { CommanderError } from "commander";
import { CommandError, EXIT } from "./command-error.ts";
import type { Context } from "./context.ts";
import { createProgram } from "./program.ts";
import { createTerminal } from "./terminal.ts";

// A reader that goes away (`kedge … | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  const isGone = error.code === "EPIPE";
  if (!isGone) process.stderr.write(`kedge: the output cannot be written: ${error.message}\n`);
  process.exitCode = isGone ? EXIT.ok : EXIT.ioError;
  // As with an interrupt: a command that has started processes ends them first.
  if (process.stdout.listenerCount("error") === 1) process.exit();
});
// The shell's own code for an interrupt is the honest one. A command that has started processes listens as well, ends them and
// then comes back by itself: leaving here would leave them behind.
process.once("SIGINT", () => {
  if (process.listenerCount("SIGINT") === 0) process.exit(EXIT.interrupted);
});

const context: Context = {
  terminal: createTerminal(process, process.env),
  env: process.env,
  cwd: process.cwd(),
  homeDir: process.env.HOME || homedir(),
  isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  isStdinTerminal: process.stdin.isTTY === true,
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return new TextDecoder().decode(Buffer.concat(chunks));
  },
};

const code = await run(process.argv.slice(2), context);
// That the output could not be written is worse than what the command found.
if (process.exitCode !== EXIT.ioError) process.exitCode = code;

async function run(args: readonly string[], { terminal }: Context): Promise<number> {
  const result = { exitCode: EXIT.ok as number };
  try {
    await createProgram(context, result).parseAsync([...args], { from: "user" });
    return result.exitCode;
  } catch (error) {
    // Commander has printed its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof CommandError) {
      terminal.err(`kedge: ${error.message}`);
      return error.exitCode;
    }
    terminal.err(`kedge: an error in Kedge itself. Please report it with the lines below.`);
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.internal;
  }
}
