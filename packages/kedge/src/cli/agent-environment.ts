import { createSdkClient, type McpOptions, type SessionOptions } from "../host/index.ts";
import type { Context } from "./context.ts";
import { version } from "./version.ts";

/** What the environment says of a session. A value that cannot be used is told, and the default holds. */
export function environmentOptions(
  context: Context,
): Pick<SessionOptions, "client" | "retries" | "maxTokens"> {
  const maxTokens = envNumber(context, "CLAUDE_CODE_MAX_OUTPUT_TOKENS", 1);
  return {
    client: client(context),
    retries: retries(context),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  };
}

/** Continuations that Stop handlers get. Zero there is no wish for endless ones: nothing is without a bound. */
export function envContinuations({ env, terminal }: Context): number | undefined {
  const name = "CLAUDE_CODE_STOP_HOOK_BLOCK_CAP";
  const text = nonEmpty(env[name]);
  if (text === undefined) return undefined;
  const value = Math.floor(Number(text));
  if (Number.isSafeInteger(value) && value >= 1) return value;
  terminal.err(`kedge: ${name}=${text} is no bound; the default of 8 holds.`);
  return undefined;
}

/** How long MCP servers may take. @source Claude Code settings reference, "Environment variables" */
export function mcpTimeouts(context: Context): Pick<McpOptions, "connectTimeoutMs" | "callTimeoutMs"> {
  const connectTimeoutMs = envNumber(context, "MCP_TIMEOUT", 1);
  const callTimeoutMs = envNumber(context, "MCP_TOOL_TIMEOUT", 1);
  return {
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
  };
}

function client(context: Context): SessionOptions["client"] {
  const { env } = context;
  const apiKey = nonEmpty(env.ANTHROPIC_API_KEY);
  const authToken = nonEmpty(env.ANTHROPIC_AUTH_TOKEN);
  const baseUrl = nonEmpty(env.ANTHROPIC_BASE_URL);
  const totalMs = envNumber(context, "API_TIMEOUT_MS", 1);
  const idleMs = envNumber(context, "CLAUDE_STREAM_IDLE_TIMEOUT_MS", 1);
  const firstByteMs = envNumber(context, "KEDGE_FIRST_BYTE_TIMEOUT_MS", 1);
  return createSdkClient({
    // With both, the key counts, as in the real agent.
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(apiKey === undefined && authToken !== undefined ? { authToken } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    limits: {
      ...(totalMs === undefined ? {} : { totalMs }),
      ...(idleMs === undefined ? {} : { idleMs }),
      ...(firstByteMs === undefined ? {} : { firstByteMs }),
    },
    userAgent: `kedge/${version}`,
  });
}

/** More retries than this only hide a failure from whoever runs the session. */
const MOST_RETRIES = 15;

function retries(context: Context): NonNullable<SessionOptions["retries"]> {
  const name = "CLAUDE_CODE_MAX_RETRIES";
  const value = envNumber(context, name, 0);
  if (value === undefined) return {};
  if (value > MOST_RETRIES)
    context.terminal.err(`kedge: ${name}=${value} is more than the most there are; ${MOST_RETRIES} hold.`);
  return { maxRetries: Math.min(value, MOST_RETRIES) };
}

/** A timer takes no more than this. */
const MOST = 2 ** 31 - 1;

export function envNumber({ env, terminal }: Context, name: string, least: number): number | undefined {
  const text = nonEmpty(env[name]);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return Math.min(Math.floor(value), MOST);
  terminal.err(
    `kedge: expected ${name} to be a number of at least ${least}, got ${JSON.stringify(text)}; the default holds.`,
  );
  return undefined;
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
