import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isJsonObject, readJson } from "../../protocol/index.ts";

/** Bytes of one message. A result of a model's size is a thousandth of it. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Bytes on stdout that are no messages. Some servers greet there; one that goes on speaks something else. */
const MAX_OTHER_BYTES = 1024 * 1024;

/** What a line counts beside its bytes: to see that it is none costs time, however short it is. */
const LINE_COST = 256;

/** Receives what a server writes. Exactly one of the two is called for each line, and nothing after `fail`. */
export interface MessageSink {
  take(message: JSONRPCMessage): void;
  /** @param why one clause: the server is of no use any more */
  fail(why: string): void;
}

/**
 * Takes the output of a server apart into messages, one a line. Lines that are none are dropped, within a bound.
 *
 * @returns takes the next piece of output
 * @source Model Context Protocol, "Transports", stdio
 */
export function createMessageReader(sink: MessageSink): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let length = 0;
  let otherBytes = 0;
  let isOver = false;
  const fail = (why: string): void => {
    isOver = true;
    pieces = [];
    sink.fail(why);
  };
  const takeLine = (line: Buffer): void => {
    if (line.every((byte) => byte === 0x20 || byte === 0x0d)) return;
    const message = parseMessage(line.toString("utf8"));
    if (message) {
      sink.take(message);
      return;
    }
    otherBytes += line.byteLength + LINE_COST;
    if (otherBytes > MAX_OTHER_BYTES) fail("it writes what is no MCP message on its stdout");
  };
  return (chunk) => {
    let rest = chunk;
    for (;;) {
      if (isOver) return;
      const end = rest.indexOf(0x0a);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      length += piece.byteLength;
      if (length > MAX_MESSAGE_BYTES) return fail(`it sent a message over ${MAX_MESSAGE_BYTES} bytes`);
      pieces.push(piece);
      if (end < 0) return;
      const line = pieces.length === 1 ? piece : Buffer.concat(pieces);
      pieces = [];
      length = 0;
      takeLine(line);
      rest = rest.subarray(end + 1);
    }
  };
}

/** The client checks the rest: each method has a schema there. */
function parseMessage(line: string): JSONRPCMessage | null {
  const json = readJson(line, { maxLength: MAX_MESSAGE_BYTES });
  if (!json.ok || !isJsonObject(json.value) || json.value.jsonrpc !== "2.0") return null;
  return json.value as JSONRPCMessage;
}
