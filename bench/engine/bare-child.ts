import { spawn } from "node:child_process";
import { environment } from "./workspace.ts";

/**
 * The floor of a command handler: starts a shell, writes its stdin, reads stdout and stderr to the end, and nothing else.
 *
 * @throws when it does not exit with 0
 */
export function runBareChild(command: string, input: Uint8Array, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", command], { cwd, env: environment, stdio: "pipe" });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Expected a bare child to exit with 0, got ${code}`));
    });
    child.stdin.on("error", () => {}); // it need not read all
    child.stdout.resume();
    child.stderr.resume();
    child.stdin.end(input);
  });
}
