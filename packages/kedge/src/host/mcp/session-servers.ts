import type { Engine, McpCaller } from "../../engine/index.ts";
import type { SessionState } from "../core.ts";
import type { LateSession } from "../late-session.ts";
import type { SessionOptions } from "../options.ts";
import { workingDirs } from "../tools/context.ts";
import { answerElicitation } from "./elicit.ts";
import { createElicitQueue } from "./elicit-queue.ts";
import { type McpServers, openServers } from "./servers.ts";

const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const DEFAULT_CALL_TIMEOUT_MS = 1_800_000;

/** What servers need that is made beside them. */
interface Surroundings {
  readonly engine: Engine;
  readonly state: SessionState;
  /** @throws {HostError} before the session has begun */
  readonly session: () => LateSession;
}

/**
 * Begins to connect the servers of a session.
 *
 * @throws {HookError} as `Engine.servers`
 */
export function openSessionServers(
  options: SessionOptions,
  { engine, state, session }: Surroundings,
): Promise<McpServers> {
  const { projectDir, env = {}, version = "0", mcp = {}, onEvent } = options;
  const answer = createElicitQueue(async (server, asked, signal) =>
    answerElicitation(session(), { server, asked, signal }),
  );
  return openServers({
    ...{ engine, projectDir, env, version },
    connectTimeoutMs: mcp.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    callTimeoutMs: mcp.callTimeoutMs ?? DEFAULT_CALL_TIMEOUT_MS,
    roots: () => workingDirs({ projectDir, state }),
    elicit(server, asked, signal) {
      // Who interrupts a turn wants no question of it any more: one that waits may belong to a call that has yet to hear of it.
      const { turnSignal } = state;
      return answer(server, asked, turnSignal ? AbortSignal.any([signal, turnSignal]) : signal);
    },
    emit: onEvent ?? (() => {}),
  });
}

/** Calls servers that are made after the engine, which has to know of the caller before. */
export function createLateCaller(late: { readonly servers?: McpServers }): McpCaller {
  return {
    isConnected: (server) => late.servers?.caller.isConnected(server) ?? false,
    call: (request) =>
      late.servers?.caller.call(request) ?? Promise.reject(new Error("there are no MCP servers")),
  };
}
