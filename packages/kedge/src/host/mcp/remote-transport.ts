import type { SSEClientTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { RemoteServer } from "../../protocol/index.ts";
import { MAX_MESSAGE_BYTES } from "./message-reader.ts";

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** A transport to a server at an address. */
export type RemoteTransport = StreamableHTTPClientTransport | SSEClientTransport;

/**
 * Makes the official transport for an address. Its headers go to that origin and nowhere else: with headers no redirect is followed,
 * without them only one within the origin.
 *
 * @throws {Error} for what is no http address, and for headers that cannot be sent; without their values, which `fetch` would quote
 */
export async function createRemoteTransport(server: RemoteServer): Promise<RemoteTransport> {
  const url = URL.parse(server.url);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error("its address is no http or https URL");
  if (url.username !== "" || url.password !== "")
    throw new Error("its address holds a user name or a password; `headers` take them");
  for (const [name, value] of Object.entries(server.headers))
    if (!isHeader(name, value)) throw new Error(`its header ${name} holds what no header can hold`);
  const { SSEClientTransport, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const options = {
    requestInit: { headers: { ...server.headers } },
    redirectPolicy: "same-origin",
    fetch: boundedFetch(Object.keys(server.headers).length > 0),
  } as const;
  return server.type === "sse"
    ? new SSEClientTransport(url, options)
    : new StreamableHTTPClientTransport(url, options);
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

/** @param hasCredentials what is sent may be secret */
function boundedFetch(hasCredentials: boolean): Fetch {
  return async (url, init) => {
    const response = await fetch(url, hasCredentials ? { ...init, redirect: "manual" } : init);
    if (hasCredentials && response.status >= 300 && response.status < 400 && response.status !== 304) {
      await response.body?.cancel();
      throw new Error("it redirects elsewhere, which is not followed with its headers");
    }
    return bounded(response);
  };
}

/** An answer that fails when one message of it is too long: a stream of events may last, one event not. */
function bounded(response: Response): Response {
  if (!response.body) return response;
  const isStream = response.headers.get("content-type")?.includes("text/event-stream") ?? false;
  let length = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const end = isStream ? endOfEvent(chunk) : -1;
      length = end < 0 ? length + chunk.byteLength : chunk.byteLength - end;
      if (length > MAX_MESSAGE_BYTES)
        controller.error(new Error(`it sent a message over ${MAX_MESSAGE_BYTES} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}

/** Where the last whole event in a piece ends; -1 for none. An empty line that two pieces share is missed, which bounds more. */
function endOfEvent(chunk: Uint8Array): number {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Math.max(bytes.lastIndexOf("\n\n"), bytes.lastIndexOf("\n\r\n"), bytes.lastIndexOf("\r\r"));
}
