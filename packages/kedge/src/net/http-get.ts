import type { IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { BoundedBytes } from "./bounded-bytes.ts";
import { exchange, joinHeaders } from "./http-exchange.ts";

/** One document that is fetched. */
export interface HttpGet {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Resolves the host of the URL. The name of a proxy is resolved by the system. */
  readonly lookup: LookupFunction;
  readonly proxyEnv: Readonly<Record<string, string>>;
  /** Bytes that are read, and bytes that come of them when they are unpacked: each no more than this. */
  readonly maxBytes: number;
}

/** What a server gave. */
export interface HttpDocument {
  readonly status: number;
  /** By lower-case name; one that came more than once is joined with ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Unpacked. Empty unless the status is 2xx. */
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

/** How an answer may be packed, and what unpacks it. */
const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** What is asked for: nothing that cannot be unpacked piece by piece. */
const ACCEPTED = "gzip, deflate, br";

/**
 * Gets one document on a connection of its own. Redirects are answers like any other. Unpacking stops at the limit, so that a small answer
 * that unpacks to very much costs no more than a large one. However it ends, every connection is closed before this returns.
 *
 * @throws whatever the connection fails with; an answer that breaks off, or that cannot be unpacked, is a failure too
 */
export function getOnce(get: HttpGet, signal: AbortSignal): Promise<HttpDocument> {
  const headers = { ...get.headers, "accept-encoding": ACCEPTED };
  const request = { ...get, headers, method: "GET", body: new Uint8Array() } as const;
  return exchange(request, signal, (response) => readDocument(response, get.maxBytes));
}

async function readDocument(response: IncomingMessage, maxBytes: number): Promise<HttpDocument> {
  const status = response.statusCode ?? 0;
  const headers = joinHeaders(response.headers);
  if (status < 200 || status > 299) return { status, headers, bytes: new Uint8Array(), isCut: false };
  const kept = new BoundedBytes(maxBytes);
  let isCut = false;
  for await (const chunk of unpack(response, maxBytes)) {
    isCut = !kept.add(chunk);
    if (isCut) break;
  }
  return { status, headers, bytes: kept.bytes(), isCut };
}

function unpack(response: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  const encoding = response.headers["content-encoding"]?.trim().toLowerCase() || "identity";
  if (encoding === "identity") return response;
  const create = Object.hasOwn(UNPACKERS, encoding) ? UNPACKERS[encoding] : undefined;
  if (!create) throw new Error(`the answer is packed as ${encoding.slice(0, 40)}, which was not asked for`);
  const unpacker = create();
  const packed = Readable.from(bounded(response, maxBytes));
  // What goes wrong on the way in is told on the way out, where it is waited for.
  packed.on("error", (error) => unpacker.destroy(error));
  unpacker.on("close", () => packed.destroy());
  return packed.pipe(unpacker);
}

/** Packed bytes that come to nothing are bytes as well. */
async function* bounded(response: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let left = maxBytes;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new Error("the packed answer is too long");
  }
}
