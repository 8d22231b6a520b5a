import { spawn } from "node:child_process";
import { environment } from "../engine/workspace.ts";

/** Starts a program with a text on its stdin, and waits for its end: the same call for everything that is compared. */
export async function start(command: string, args: readonly string[], input = ""): Promise<void> {
  const child = spawn(command, args, { env: environment, stdio: ["pipe", "ignore", "ignore"] });
  // Who does not read its input makes a broken pipe of it.
  child.stdin.on("error", () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`Expected ${command} to end with 0, got ${code}`);
}
