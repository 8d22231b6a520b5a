import { spawn } from "node:child_process";
import { Anthropic } from "@anthropic-ai/sdk";
import { environment } from "../engine/workspace.ts";

/** Sends requests with a bare SDK client, one after the other, and reads their streams to the end. */
export interface SdkFloor {
  send(body: object): Promise<void>;
}

export function createSdkFloor(baseURL: string): SdkFloor {
  const client = new Anthropic({ apiKey: "bench", baseURL, maxRetries: 0 });
  return {
    async send(body) {
      const stream = await client.messages.create({
        ...(body as Anthropic.MessageCreateParamsStreaming),
        stream: true,
      });
      let last = "";
      for await (const event of stream) last = event.type;
      if (last !== "message_stop") throw new Error(`Expected a whole stream, got one that ends with ${last}`);
    },
  };
}

/** The floor of a Bash call: the same shell, which does nothing. */
export function runBareShell(cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", "true"], { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Expected bash to exit with 0, got ${code}`));
    });
    child.stdout.resume();
    child.stderr.resume();
  });
}
