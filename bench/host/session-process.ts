import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Workspace } from "../engine/workspace.ts";
import { commandFile } from "./build.ts";

/** What Node runs: a session of the command, or the script with nothing but the SDK. */
export const COMMAND: readonly string[] = [commandFile, "agent", "-p", "hi"];
export const bareSdkFile = fileURLToPath(new URL("./bare-sdk.mjs", import.meta.url));

/**
 * Runs a session of one prompt in an empty project, in a process of its own that must print `ok`.
 *
 * @param args of Node
 * @returns what it wrote on its third descriptor
 */
export async function runSession(
  args: readonly string[],
  { dir }: Workspace,
  { baseUrl }: { readonly baseUrl: string },
): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: join(dir, "project"),
    env: {
      PATH: process.env.PATH,
      HOME: join(dir, "home"),
      XDG_STATE_HOME: join(dir, "state"),
      ANTHROPIC_API_KEY: "bench",
      ANTHROPIC_BASE_URL: baseUrl,
    },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [out, err, report] = [child.stdout, child.stderr, child.stdio[3]];
  if (!out || !err || !report) throw new Error("Expected a child with pipes");
  const [printed, said, reported, [code]] = await Promise.all([
    text(out),
    text(err),
    text(report as NodeJS.ReadableStream),
    once(child, "close"),
  ]);
  if (code !== 0 || printed !== "ok\n" || said !== "")
    throw new Error(`Expected a session that prints ok, got exit code ${code}: ${printed}${said}`);
  return reported;
}
