/** Sessions of the host with MCP servers: real processes, and the real server that npm has. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { SessionOptions } from "../../src/host/index.ts";
import type { Scenario } from "../../src/model-api/index.ts";
import type { JsonObject } from "../../src/protocol/index.ts";
import { type HostWorld, makeHost } from "./host-world.ts";

const ODD = fileURLToPath(new URL("../fixtures/mcp/odd-server.js", import.meta.url));

/** The server with everything in it, as npm installs it. */
export const EVERYTHING = fileURLToPath(
  new URL("../../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);

export interface McpWorld extends HostWorld {
  /** Where the odd servers of this world leave their traces. */
  readonly log: string;
  /** Configuration of an odd server. */
  odd(mode: string): JsonObject;
  /** Options of a session with servers by name. */
  servers(map: Readonly<Record<string, JsonObject>>): Pick<SessionOptions, "mcp">;
  /** Processes of odd servers, in the order of their starts. */
  pids(): readonly number[];
  /** Tools that odd servers were called for. */
  calls(): readonly string[];
  /** Notices of the session, in order. */
  notices(): readonly string[];
}

/** Makes a world whose model calls the tools given, one after the other. */
export async function makeMcp(...replies: readonly object[]): Promise<McpWorld> {
  const world = await makeHost({ replies: [...replies, { text: "done" }] } as Scenario);
  const log = world.at("odd.log");
  const lines = (start: string): readonly string[] =>
    existsSync(log)
      ? readFileSync(log, "utf8")
          .split("\n")
          .filter((line) => line.startsWith(`${start} `))
          .map((line) => line.slice(start.length + 1))
      : [];
  return {
    ...world,
    log,
    odd: (mode) => ({ command: process.execPath, args: [ODD, mode], env: { ODD_LOG: log } }),
    servers: (map) => ({ mcp: { configs: [JSON.stringify({ mcpServers: map })] } }),
    pids: () => lines("pid").map(Number),
    calls: () => lines("call"),
    notices: () => world.eventsOf("notice").map(({ text }) => text),
  };
}

/** One call of a tool, as a scenario has it. */
export function callOf(tool: string, input: JsonObject = {}): object {
  return { tool, input };
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 10_000, interval: 10 }).toBe(true);
}

/** Whether a process is there, and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(join("/proc", String(pid), "status"), "utf8"));
  } catch {
    return false;
  }
}
