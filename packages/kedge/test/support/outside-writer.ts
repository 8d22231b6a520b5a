/** Another process that edits files, as an editor, an installer or an attacker does. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface OutsideWriter extends AsyncDisposable {
  /** Runs one line of shell there, and comes back when it is done. */
  run(line: string): Promise<void>;
}

/** Starts a shell that does what it is told. Fails when a line fails. */
export function startWriter(): OutsideWriter {
  const shell = spawn(
    "sh",
    ["-c", 'while IFS= read -r line; do eval "$line" && echo done || echo failed; done'],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const ended = new Promise<void>((resolve) => shell.on("close", () => resolve()));
  const answers = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  return {
    async run(line) {
      shell.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (done === true || value !== "done") throw new Error(`Expected the writer to do: ${line}`);
    },
    async [Symbol.asyncDispose]() {
      shell.stdin.end();
      await ended;
    },
  };
}

/** A text as one word of the shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
