import type { JsonObject } from "../../protocol/index.ts";

/** What an MCP server asks a person. */
export interface ElicitationQuestion {
  readonly serverName: string;
  /** Clean and bounded. */
  readonly message: string;
  /** A form, or a page to visit. */
  readonly asks:
    | { readonly mode: "form"; readonly fields: readonly FormField[] }
    | { readonly mode: "url"; readonly url: string };
}

/** One field of a form. Texts are clean and bounded. */
export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly isRequired: boolean;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "choices";
  /** Of `choice` and `choices`. */
  readonly options?: readonly { readonly value: string; readonly title: string }[];
  readonly standard?: FieldValue;
}

export type FieldValue = string | number | boolean | readonly string[];

/** What was answered: accepted, refused, or put away without an answer. */
export type ElicitationAnswer =
  | { readonly action: "accept"; readonly content?: JsonObject }
  | { readonly action: "decline" | "cancel" };

/** Asks a person what an MCP server wants to know. */
export interface Elicitor {
  /** Must not throw; whatever ends the asking is `cancel`. What is accepted is checked against the form before it is sent. */
  elicit(question: ElicitationQuestion, signal: AbortSignal): Promise<ElicitationAnswer>;
}

/** How a server stands. `disabled`: it may not be started. @source statuses of the real agent's `init` line */
export type McpStatus = "pending" | "connected" | "failed" | "needs-auth" | "disabled";

/** An MCP server of a session, as people look at it. */
export interface McpServerState {
  readonly name: string;
  readonly status: McpStatus;
  /** Why it is not connected; empty for one that is. */
  readonly why: string;
  /** Names of its tools, as the model calls them. */
  readonly tools: readonly string[];
}

/** How a session deals with MCP servers. */
export interface McpOptions {
  /** Servers beside the configured ones: files, or JSON text. */
  readonly configs?: readonly string[];
  /** No servers but those, and managed ones. Default false. */
  readonly isStrict?: boolean;
  /** For a server to be ready; default 30,000. */
  readonly connectTimeoutMs?: number;
  /** For one call, from its start or the server's last word of progress; default 1,800,000. */
  readonly callTimeoutMs?: number;
}
