import { join } from "node:path";
import type { Session, SessionOptions } from "../../packages/kedge/src/host/index.ts";
import { environment, type Workspace } from "../engine/workspace.ts";
import { loadHost } from "./build.ts";

/** Opens sessions of one workspace that ask an API at this address, and may run every command. */
export async function createOpener(
  { dir }: Pick<Workspace, "dir">,
  baseUrl: string,
): Promise<(more?: Partial<SessionOptions>) => Promise<Session>> {
  const { createSdkClient, createSession } = await loadHost();
  const client = createSdkClient({ apiKey: "bench", baseUrl });
  return (more = {}) =>
    createSession({
      projectDir: join(dir, "project"),
      homeDir: join(dir, "home"),
      stateDir: join(dir, "state"),
      env: environment,
      client,
      model: "claude-bench",
      allowedTools: ["Bash"],
      retries: { maxRetries: 0 },
      hooks: { managedDir: join(dir, "managed") },
      isOneShot: true,
      ...more,
    });
}

/** Sends a prompt, whose turn must end well after that many requests. */
export async function sendOk(session: Session, prompt: string, requests: number): Promise<void> {
  const { isError, turns, text } = await session.send(prompt);
  if (isError || turns !== requests)
    throw new Error(`Expected a turn of ${requests} requests that ends well, got ${turns}: ${text}`);
}
