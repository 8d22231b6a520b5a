import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { type ChildStream, startChildStream } from "../../platform/index.ts";
import { firstLine, type StdioServer } from "../../protocol/index.ts";
import { createMessageReader, MAX_MESSAGE_BYTES } from "./message-reader.ts";

/** Where a server runs. */
export interface ServerPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A connection to a program of ours, with what it says beside the protocol. */
export interface StdioTransport extends Transport {
  /** Why it ended, in one clause; null while it has not, or was closed from here. */
  readonly ended: string | null;
  /** SIGKILL to its processes, at once. */
  kill(): void;
}

/** Characters of the end of stderr that are kept. */
const MAX_STDERR = 4_096;

/** How long a server has to end by itself when its stdin ends, and then after SIGTERM. */
const GRACE_MS = { stdin: 500, signal: 1_000 } as const;

/**
 * A transport over a child process in a group of its own, so that nothing of it survives `close()`: the official one ends the process
 * that it started, and leaves its children.
 */
export function createStdioTransport(server: StdioServer, place: ServerPlace): StdioTransport {
  return new ChildTransport(server, place);
}

class ChildTransport implements StdioTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  ended: string | null = null;
  private readonly server: StdioServer;
  private readonly place: ServerPlace;
  private child: ChildStream | null = null;
  private stderr = "";
  private closing: Promise<void> | null = null;

  constructor(server: StdioServer, place: ServerPlace) {
    this.server = server;
    this.place = place;
  }

  async start(): Promise<void> {
    const { command, args } = this.server;
    const start = await startChildStream({ file: command, args, ...this.place, keepsStdin: true });
    if (start.status !== "started")
      throw new Error(start.status === "failed" ? start.message : "it was not started");
    const { child } = start;
    this.child = child;
    if (this.closing !== null) return void (await child.end(0));
    const read = createMessageReader({
      take: (message) => this.onmessage?.(message),
      fail: (why) => this.fail(why),
    });
    child.stdout.on("data", read);
    child.stdout.on("error", () => {}); // its end says so
    child.stderr.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString("utf8")).slice(-MAX_STDERR);
    });
    void child.exited.then(({ exitCode, signal }) => {
      const last = firstLine(this.stderr.trimEnd().split("\n").at(-1) ?? "", 200);
      const how = signal === null ? `exit code ${exitCode}` : signal;
      this.fail(`it ended with ${how}${last === "" ? "" : `: ${last}`}`);
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.child?.stdin;
    if (!stdin?.writable || this.ended !== null)
      return Promise.reject(new Error(this.ended ?? "it is closed"));
    // A server that does not read would keep everything in this process.
    if (stdin.writableLength > MAX_MESSAGE_BYTES) this.fail("it does not read what it is sent");
    else stdin.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closing ??= this.end().finally(() => this.onclose?.());
    return this.closing;
  }

  kill(): void {
    this.child?.kill();
  }

  private fail(why: string): void {
    if (this.closing !== null) return;
    this.ended = why;
    this.onerror?.(new Error(why));
    void this.close(); // its children may live on
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (!child) return;
    child.stdin?.end();
    const timer = Promise.withResolvers<void>();
    const handle = setTimeout(timer.resolve, this.ended === null ? GRACE_MS.stdin : 0);
    await Promise.race([child.exited, timer.promise]);
    clearTimeout(handle);
    // What is left of its tree, whether it ended itself or not.
    await child.end(GRACE_MS.signal);
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  }
}
