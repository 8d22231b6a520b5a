import type { IncomingMessage } from "node:http";

/** The largest request body, in bytes, as the API has it. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Bytes that are thrown away before a client that does not stop is cut off. */
const MAX_DISCARDED_BYTES = 8 * MAX_BODY_BYTES;

/** The text of a body, or that it is too large. */
export type BodyReading = { readonly isTooLarge: boolean; readonly text: string; readonly bytes: number };

/**
 * Reads a whole request body as UTF-8. What is over the limit is read and thrown away: an answer before the end of the
 * request would reach many clients as a broken connection.
 *
 * @returns undefined when the client left before the end
 */
export function readBody(request: IncomingMessage): Promise<BodyReading | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > MAX_DISCARDED_BYTES) request.destroy();
    });
    request.on("end", () => {
      const isTooLarge = bytes > MAX_BODY_BYTES;
      resolve({ isTooLarge, text: isTooLarge ? "" : Buffer.concat(chunks).toString(), bytes });
    });
    // Comes after the end as well, and then changes nothing.
    request.on("close", () => resolve(undefined));
    request.on("error", () => resolve(undefined));
  });
}
