import { pathToFileURL } from "node:url";
import type {
  CallToolResult,
  Client,
  JsonSchemaValidator,
  jsonSchemaValidator,
} from "@modelcontextprotocol/client";
import type { JsonObject, McpServer, StdioServer } from "../../protocol/index.ts";
import type { Elicitation } from "./elicit.ts";
import type { ElicitationAnswer } from "./ports.ts";
import { createRemoteTransport, type RemoteTransport } from "./remote-transport.ts";
import { createStdioTransport, type ServerPlace, type StdioTransport } from "./stdio-transport.ts";
import type { ServerTool } from "./tool-definition.ts";

/** What a server may ask of the session, and what it tells. */
export interface LinkParts {
  readonly version: string;
  /** Where a program runs, by its configuration with everything filled in. */
  readonly placeOf: (server: StdioServer) => ServerPlace;
  readonly callTimeoutMs: number;
  /** Folders in which the session works; absolute. */
  readonly roots: () => readonly string[];
  /** Must not throw. */
  readonly elicit: (asked: Elicitation, signal: AbortSignal) => Promise<ElicitationAnswer>;
  readonly onToolsChanged: () => void;
  /** It begins to start; from now on it can be killed. */
  readonly onStart: (kill: () => void) => void;
  /** The connection is gone, and nobody closed it from here. */
  readonly onLost: (why: string) => void;
}

/** A connection to one server that is ready. */
export interface Link {
  /** Every tool, as far as they are taken. @throws whatever the client throws */
  listTools(signal: AbortSignal): Promise<{ readonly tools: readonly ServerTool[]; readonly isCut: boolean }>;
  /** @throws whatever the client throws */
  call(tool: string, input: JsonObject, signal: AbortSignal): Promise<CallToolResult>;
  /** Why it ended by itself, in one clause; null while it has not, and where nobody knows. */
  readonly ended: string | null;
  /** Ends it, and every process of it. */
  close(): Promise<void>;
}

/** Pages of a list; more are taken for a list without an end. */
const MAX_PAGES = 64;

/** Tools of one server. */
export const MAX_TOOLS = 256;

/** Schemas of servers are never compiled: one may hold a pattern that takes for ever. */
const NO_VALIDATOR: jsonSchemaValidator = {
  getValidator: <T>(): JsonSchemaValidator<T> => {
    return (data) => ({ valid: true, data: data as T, errorMessage: undefined });
  },
};

/**
 * Connects to a server: starts it or asks its address, and shakes hands. An address that does not speak Streamable HTTP is tried as SSE.
 *
 * @param signal ends the attempt
 * @throws whatever went wrong; nothing is left then
 */
export async function openLink(server: McpServer, parts: LinkParts, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  if (server.type === "stdio")
    return open(createStdioTransport(server, parts.placeOf(server)), parts, signal);
  try {
    return await open(await createRemoteTransport(server), parts, signal);
  } catch (error) {
    if (server.type === "sse" || !isUnknownMethod(error)) throw error;
    return open(await createRemoteTransport({ ...server, type: "sse" }), parts, signal);
  }
}

/** @source Model Context Protocol, "Transports", backwards compatibility: 400, 404 and 405 speak of an older server */
function isUnknownMethod(error: unknown): boolean {
  return [400, 404, 405].includes(statusOf(error) ?? 0);
}

/** The HTTP status that an error of the client stands for. */
export function statusOf(error: unknown): number | null {
  const status = error instanceof Error && "status" in error ? error.status : null;
  return typeof status === "number" ? status : null;
}

async function open(
  transport: StdioTransport | RemoteTransport,
  parts: LinkParts,
  signal: AbortSignal,
): Promise<Link> {
  const client = await createClient(parts);
  // The client would start it all the same, and nobody would wait for its end.
  signal.throwIfAborted();
  let isClosing = false;
  let isReady = false;
  const closeAll = async (): Promise<void> => {
    isClosing = true;
    if ("terminateSession" in transport && isReady)
      await within(TERMINATION_MS, transport.terminateSession());
    await client.close();
    await transport.close(); // a client that never connected does not close it
  };
  client.onclose = () => {
    if (!isClosing && isReady) parts.onLost("ended" in transport ? (transport.ended ?? LOST) : LOST);
  };
  if ("kill" in transport) parts.onStart(() => transport.kill());
  client.onerror = () => {}; // what ends the connection is told by its end, what ends a call by the call
  try {
    await untilAborted(client.connect(transport, { timeout: BY_SIGNAL, signal }), signal);
    isReady = true;
  } catch (error) {
    await closeAll();
    const ended = "ended" in transport ? transport.ended : null;
    throw ended === null ? error : new Error(ended, { cause: error });
  }
  return {
    listTools: (own) => listTools(client, own),
    call: (name, input, own) =>
      client.callTool(
        { name, arguments: { ...input } },
        { signal: own, timeout: parts.callTimeoutMs, resetTimeoutOnProgress: true, onprogress: () => {} },
      ),
    get ended() {
      return "ended" in transport ? transport.ended : null;
    },
    close: closeAll,
  };
}

const LOST = "the connection was lost";

/** The client wants a time-out for each request; here a signal bounds several together. The longest that a timer takes. */
const BY_SIGNAL = 2 ** 31 - 1;

/** An address that does not answer the end of a session keeps nobody waiting. */
const TERMINATION_MS = 1_000;

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([work.catch(() => undefined), promise]);
  clearTimeout(timer);
}

/** A transport that never starts hears of no signal. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new Error("it was ended as it began"));
  work.catch(() => undefined); // who waits for the signal hears of that
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function createClient(parts: LinkParts): Promise<Client> {
  // The client takes longer to load than a session to begin, and most sessions have no servers.
  const { Client } = await import("@modelcontextprotocol/client");
  const client = new Client(
    { name: "kedge", version: parts.version },
    {
      capabilities: { roots: {}, elicitation: { form: {}, url: {} } },
      jsonSchemaValidator: NO_VALIDATOR,
    },
  );
  client.setRequestHandler("roots/list", () => ({
    roots: parts.roots().map((path) => ({ uri: pathToFileURL(path).href })),
  }));
  client.setRequestHandler("elicitation/create", async ({ params }, { mcpReq }) => {
    const asks =
      params.mode === "url"
        ? ({ mode: "url", url: params.url, id: params.elicitationId } as const)
        : ({ mode: "form", schema: params.requestedSchema } as const);
    const answer = await parts.elicit({ message: params.message, asks }, mcpReq.signal);
    return answer.action === "accept" && answer.content
      ? { action: "accept", content: answer.content as Record<string, string> }
      : { action: answer.action };
  });
  client.setNotificationHandler("notifications/tools/list_changed", () => parts.onToolsChanged());
  return client;
}

async function listTools(client: Client, signal: AbortSignal): ReturnType<Link["listTools"]> {
  const tools: ServerTool[] = [];
  if (!client.getServerCapabilities()?.tools) return { tools, isCut: false };
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const found = await client.request({ method: "tools/list", params }, { signal, timeout: BY_SIGNAL });
    tools.push(...found.tools);
    cursor = found.nextCursor;
    if (cursor === undefined || tools.length > MAX_TOOLS) break;
  }
  return { tools: tools.slice(0, MAX_TOOLS), isCut: cursor !== undefined || tools.length > MAX_TOOLS };
}
