import { connect } from "node:net";

/** How a connection ended: after a whole answer, by FIN or RST before that, refused, or still silent when the client left. */
export type Ending = "whole" | "closed" | "reset" | "refused" | "silent";

export interface RawAnswer {
  readonly ending: Ending;
  /** 0 without a status line. */
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as far as it came. */
  readonly body: string;
}

export interface AskOptions {
  readonly stream?: boolean;
  readonly key?: string;
  readonly prompt?: string;
  readonly model?: string;
  readonly maxTokens?: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of a request of the Messages API. */
  readonly body?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The client leaves after this many ms without a byte. */
  readonly patienceMs?: number;
}

/** Asks on a connection of its own, byte by byte, so that a test sees what a client library would hide. */
export function ask(port: number, options: AskOptions = {}): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let received = "";
    let ending: Ending | undefined;
    const { patienceMs } = options;
    if (patienceMs !== undefined) {
      socket.setTimeout(patienceMs, () => {
        ending = "silent";
        socket.destroy();
      });
    }
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(writeRequest(options)));
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      ending = code === "ECONNREFUSED" ? "refused" : "reset";
    });
    socket.on("close", () => resolve(readAnswer(received, ending)));
  });
}

function writeRequest(options: AskOptions): string {
  const { method = "POST", path = "/v1/messages", key = "test-key", headers = {} } = options;
  const body = method === "POST" ? (options.body ?? JSON.stringify(messagesRequest(options))) : "";
  const all = {
    host: "127.0.0.1",
    connection: "close",
    ...(key === "" ? {} : { "x-api-key": key }),
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n${body}`;
}

/** A request of the Messages API with one message. */
export function messagesRequest(options: AskOptions): object {
  const { model = "claude-test", maxTokens = 64, prompt = "hi", stream = false, fields = {} } = options;
  return { model, max_tokens: maxTokens, stream, messages: [{ role: "user", content: prompt }], ...fields };
}

function readAnswer(received: string, ending: Ending | undefined): RawAnswer {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd === -1)
    return { ending: ending ?? "closed", status: 0, reason: "", headers: {}, body: received };
  const [first = "", ...lines] = received.slice(0, headEnd).split("\r\n");
  const [, status = "0", reason = ""] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(first) ?? [];
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const raw = received.slice(headEnd + 4);
  const { body, isWhole } =
    headers["transfer-encoding"] === "chunked" ? readChunks(raw) : readSized(raw, headers["content-length"]);
  return { ending: isWhole ? "whole" : (ending ?? "closed"), status: Number(status), reason, headers, body };
}

function readSized(raw: string, length: string | undefined): { body: string; isWhole: boolean } {
  return { body: raw, isWhole: length === undefined || Buffer.byteLength(raw) === Number(length) };
}

function readChunks(raw: string): { body: string; isWhole: boolean } {
  const bytes = Buffer.from(raw);
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return { body: Buffer.concat(parts).toString(), isWhole: false };
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (size === 0) return { body: Buffer.concat(parts).toString(), isWhole: true };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** Names of the events of a stream, in order. */
export function eventNames(body: string): string[] {
  return [...body.matchAll(/^event: (.*)$/gm)].map(([, name = ""]) => name);
}
