import type { CallToolResult } from "@modelcontextprotocol/client";
import { firstLine, type JsonObject } from "../../protocol/index.ts";
import { createCallsUnderWay } from "./calls-under-way.ts";
import type { Elicitation } from "./elicit.ts";
import type { Filling } from "./fill-server.ts";
import { type Link, type LinkParts, openLink, statusOf } from "./link.ts";
import type { ElicitationAnswer, McpStatus } from "./ports.ts";
import type { ServerTool } from "./tool-definition.ts";

/** What a connection needs of the session. */
export interface ConnectionParts extends Omit<LinkParts, "onToolsChanged" | "onStart" | "onLost"> {
  /** For a start, its list of tools included. */
  readonly connectTimeoutMs: number;
  /** Whether the server may be started now, and as what: asked before every start. */
  readonly prepare: () => Promise<Filling>;
  /** Its tools are others than before. */
  readonly onTools: (tools: readonly ServerTool[], isCut: boolean) => void;
  readonly onStatus: (status: McpStatus, why: string) => void;
}

/** One server of a session, connected or not. */
export interface Connection {
  readonly status: McpStatus;
  readonly why: string;
  /** Connects. Never rejects. */
  open(signal: AbortSignal): Promise<void>;
  /**
   * Calls a tool. A connection that is gone is made anew first, some times; a call that was under way is never sent twice.
   *
   * @param by a handler of a hook opens no connection
   * @throws {Error} with one clause
   */
  call(
    tool: string,
    input: JsonObject,
    options: { by: "model" | "hook"; signal: AbortSignal },
  ): Promise<CallToolResult>;
  close(): Promise<void>;
  kill(): void;
}

/** Times that a server that was lost is connected anew. */
const MAX_RESTARTS = 3;

/** Between two looks at a list of tools that a server says has changed. */
const REFRESH_MS = 500;

/** Makes a connection, which is not open yet. */
export function createConnection(parts: ConnectionParts): Connection {
  return new ServerConnection(parts);
}

class ServerConnection implements Connection {
  status: McpStatus = "pending";
  why = "it is being connected";
  private readonly parts: ConnectionParts;
  private readonly ending = new AbortController();
  private link: Link | null = null;
  private killProcesses: () => void = () => {};
  private opening: Promise<void> | null = null;
  private restarts = 0;
  private refreshTimer: NodeJS.Timeout | null = null;
  /** A notice came while the list was being read, which may be from before. */
  private isStale = false;
  private refreshing: Promise<void> = Promise.resolve();
  private readonly calls = createCallsUnderWay();
  private readonly endings = new Set<Promise<void>>();

  constructor(parts: ConnectionParts) {
    this.parts = parts;
  }

  open(signal: AbortSignal): Promise<void> {
    this.opening ??= this.connect(AbortSignal.any([signal, this.ending.signal])).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  async call(
    tool: string,
    input: JsonObject,
    { by, signal }: { by: "model" | "hook"; signal: AbortSignal },
  ): Promise<CallToolResult> {
    if (by === "model") await this.reopen(signal);
    const { link } = this;
    if (!link) throw new Error(this.why);
    const end = this.calls.begin(by);
    try {
      return await link.call(tool, input, AbortSignal.any([signal, this.ending.signal]));
    } catch (error) {
      // The server has forgotten the session: the next call begins another.
      if (statusOf(error) === 404) this.lose(link, "it has forgotten the session");
      // What ended the server says more than that the call was cut.
      if (link.ended !== null) throw new Error(link.ended, { cause: error });
      throw error;
    } finally {
      end();
    }
  }

  async close(): Promise<void> {
    this.ending.abort();
    if (this.refreshTimer) clearTimeout(this.refreshTimer);
    await this.opening;
    await this.refreshing;
    await this.link?.close();
    await Promise.all(this.endings);
  }

  kill(): void {
    this.ending.abort();
    this.killProcesses();
  }

  private async reopen(signal: AbortSignal): Promise<void> {
    await this.opening;
    // Two calls that find it gone start it once.
    if (this.opening !== null) return this.opening;
    if (this.link || this.status === "disabled" || this.restarts >= MAX_RESTARTS) return;
    this.restarts++;
    await this.open(signal);
  }

  private async connect(signal: AbortSignal): Promise<void> {
    const filling = await this.parts.prepare();
    if (!filling.ok) return this.set("disabled", filling.why);
    const { connectTimeoutMs } = this.parts;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]);
    let link: Link | null = null;
    try {
      link = await openLink(filling.server, this.linkParts(), limit);
      const { tools, isCut } = await link.listTools(limit);
      // It said its last word with the list.
      if (link.ended !== null) throw new Error(link.ended);
      this.link = link;
      this.set("connected", "");
      this.parts.onTools(tools, isCut);
      if (this.isStale) this.refreshSoon();
    } catch (error) {
      await link?.close();
      const isLate = limit.aborted && !signal.aborted;
      const why = isLate
        ? `it was not ready within ${connectTimeoutMs} ms`
        : (link?.ended ?? reasonOf(error));
      this.set(statusOf(error) === 401 || isUnauthorized(error) ? "needs-auth" : "failed", why);
    }
  }

  private linkParts(): LinkParts {
    const { parts } = this;
    return {
      ...parts,
      elicit: (asked, signal) => this.elicit(asked, signal),
      onToolsChanged: () => this.refreshSoon(),
      onStart: (kill) => {
        this.killProcesses = kill;
      },
      onLost: (why) => this.link && this.lose(this.link, why),
    };
  }

  private async elicit(asked: Elicitation, signal: AbortSignal): Promise<ElicitationAnswer> {
    const standing = this.calls.question();
    if (standing === null) return { action: "cancel" };
    return this.parts.elicit(asked, AbortSignal.any([signal, standing, this.ending.signal]));
  }

  private lose(link: Link, why: string): void {
    if (this.link !== link || this.ending.signal.aborted) return;
    this.link = null;
    const ending = link.close().catch(() => undefined);
    this.endings.add(ending);
    void ending.then(() => this.endings.delete(ending));
    this.set("failed", why);
  }

  private set(status: McpStatus, why: string): void {
    this.status = status;
    this.why = why;
    if (!this.ending.signal.aborted) this.parts.onStatus(status, why);
  }

  /** One look for many notices, and one at a time: a server may send them without end. */
  private refreshSoon(): void {
    this.isStale = true;
    if (this.refreshTimer || this.ending.signal.aborted) return;
    this.refreshTimer = setTimeout(() => {
      // One that is not connected yet is looked at when it is.
      if (!this.link) {
        this.refreshTimer = null;
        return;
      }
      this.isStale = false;
      this.refreshing = this.refresh().finally(() => {
        this.refreshTimer = null;
        if (this.isStale) this.refreshSoon();
      });
    }, REFRESH_MS);
  }

  private async refresh(): Promise<void> {
    const { link } = this;
    if (!link) return;
    try {
      const { tools, isCut } = await link.listTools(
        AbortSignal.any([this.ending.signal, AbortSignal.timeout(this.parts.connectTimeoutMs)]),
      );
      if (this.link === link && !this.ending.signal.aborted) this.parts.onTools(tools, isCut);
    } catch {
      // The list that is there stands; a server that is gone says so by its end.
    }
  }
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && error.name === "UnauthorizedError";
}

/** What went wrong in one clause, without what a server could have put into it to look like somebody else. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  // `fetch failed` says nothing; what it wraps does.
  const inner = cause instanceof Error && /^fetch failed$/i.test(message) ? cause.message : message;
  return firstLine(inner, 300);
}
