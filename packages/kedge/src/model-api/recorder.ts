/**
 * How a request ended, or that it has not.
 * - `answered`: the whole of an answer with a status below 400
 * - `failed`: an answer that is an error, by the script or by a rule of the API
 * - `broken`: a stream or a connection that ended before its answer did, or a stream with an error in it
 * - `reset`: the connection was reset
 * - `closed_by_client`: the client left first
 * - `closed`: the server was closed meanwhile
 */
export type Outcome = "pending" | "answered" | "failed" | "broken" | "reset" | "closed_by_client" | "closed";

/** One request as it came, and what became of it. Fields after `inputTokens` are filled in as it is answered. */
export interface RecordedRequest {
  /** Number of the request since the start, from 1. */
  readonly index: number;
  /** Epoch ms of its arrival, body included. */
  readonly atMs: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without those that carry secrets; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON; undefined when there was none that could be read. */
  readonly body: unknown;
  /** A mark of the credential, which does not tell it; undefined without one. */
  readonly key: string | undefined;
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Estimated. */
  readonly inputTokens: number;
  readonly requestId: string;
  /** The script that answered: the name of a route, or `main`; undefined when none did. */
  readonly route?: string;
  /** Index of the step in its list. */
  readonly step?: number;
  /** Name of the fault that hit it. */
  readonly fault?: string;
  /** Name of the limit that refused it. */
  readonly limit?: string;
  readonly outcome: Outcome;
  /** Status of the answer, where one was begun. */
  readonly status?: number;
  /** Error type, in the body or in the stream. */
  readonly errorType?: string;
  /** The header `retry-after`, where the answer has one. */
  readonly retryAfter?: string;
  /** Estimated, of what was sent. */
  readonly outputTokens?: number;
  /** Epoch ms of its end. */
  readonly endedAtMs?: number;
}

/** A record while its request is answered. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** Keeps the latest requests. */
export interface Recorder {
  readonly requests: readonly RecordedRequest[];
  /** How many came in all, those that are no longer kept included. */
  readonly count: number;
  add(record: OpenRecord, bytes: number): void;
}

/** Bytes of request bodies that are kept. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Makes an empty recorder. What is over either limit goes, the oldest first; the latest request always stays. */
export function createRecorder({ maxRequests }: { maxRequests: number }): Recorder {
  const requests: RecordedRequest[] = [];
  const sizes: number[] = [];
  let count = 0;
  let total = 0;
  return {
    requests,
    get count() {
      return count;
    },
    add: (record, bytes) => {
      requests.push(record);
      sizes.push(bytes);
      count++;
      total += bytes;
      while (requests.length > 1 && (requests.length > maxRequests || total > MAX_BYTES)) {
        requests.shift();
        total -= sizes.shift() ?? 0;
      }
    },
  };
}
