import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { environment } from "../engine/workspace.ts";

/** A server in a process of its own, so that it takes no time from what is measured here. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Sends a word, and waits for what the server says next. */
  ask<Answer>(word: string): Promise<Answer>;
}

/** Whether processes can be kept to one core on this machine. */
export const canPin = spawnSync("taskset", ["--version"]).status === 0;

/** Starts a Node with these arguments that says `{ url }` once it listens, and ends when it is left alone. */
export async function startServer(args: readonly string[], { core }: { core?: number }): Promise<Server> {
  const pin = core !== undefined && canPin ? ["taskset", "-c", String(core)] : [];
  const [file = "", ...rest] = [...pin, process.execPath, ...args];
  const child = spawn(file, rest, { env: environment, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const next = async <Answer>(): Promise<Answer> => {
    const gone = exited.then(([code]) => {
      throw new Error(`Expected a server to go on, got exit code ${code}`);
    });
    const [message] = await Promise.race([once(child, "message"), gone]);
    return message as Answer;
  };
  const { url } = await next<{ url: string }>();
  return {
    url,
    ask(word) {
      child.send(word);
      return next();
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
}
