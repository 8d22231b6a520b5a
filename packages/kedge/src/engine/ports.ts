import type { JsonObject } from "../protocol/index.ts";

/** Asks a model one question: what `prompt` handlers need. Brought by whoever embeds the engine. */
export interface ModelClient {
  /**
   * Sends one request without tools and returns the text of the answer.
   *
   * @param request.model missing: a small, fast one of the client's choice
   * @throws whatever the client throws: the handler then gave no usable answer
   */
  ask(request: {
    readonly prompt: string;
    readonly model?: string;
    readonly signal: AbortSignal;
  }): Promise<string>;
}

/** Calls a tool of an MCP server that is already connected: what `mcp_tool` handlers need. */
export interface McpCaller {
  /** Never opens a connection and never asks anybody to log in. */
  isConnected(server: string): boolean;
  /**
   * @returns the text blocks of the result, joined, and whether the server called it an error
   * @throws whatever the client throws: the handler then gave no usable answer
   */
  call(request: {
    readonly server: string;
    readonly tool: string;
    readonly input: JsonObject;
    readonly signal: AbortSignal;
  }): Promise<{ readonly text: string; readonly isError: boolean }>;
}

/** Runs a subagent to its structured answer: what `agent` handlers need. */
export interface AgentRunner {
  /**
   * @param request.maxTurns the subagent ends after as many model calls
   * @returns the JSON text of its structured answer; null when it ended without one
   */
  run(request: {
    readonly prompt: string;
    readonly model?: string;
    readonly maxTurns: number;
    readonly signal: AbortSignal;
  }): Promise<string | null>;
}

/** The time. Everything of the engine that waits or stamps asks here. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}
