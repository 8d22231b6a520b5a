import type { Answer, Step } from "./step-schema.ts";
import type { StreamBreak, StreamScript } from "./stream-schema.ts";

/** A content block as it stands in a message. A call without an id gets one when it is answered. */
export interface Block {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A step, ready to be answered: its defaults are in place. */
export type Reply = MessageReply | HttpReply | ConnectionReply;

interface Common {
  readonly delayMs: number;
}

/** A message, streamed or whole. */
export interface MessageReply extends Common {
  readonly kind: "message";
  readonly blocks: readonly Block[];
  readonly stopReason: string;
  readonly stopDetails: Readonly<Record<string, unknown>> | undefined;
  readonly usage: Readonly<Record<string, unknown>>;
  readonly model: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** False sends one JSON body even to a request that streams. */
  readonly stream: StreamPlan | false;
  readonly nonStream: Reply | undefined;
}

/** An answer that is no message. */
export interface HttpReply extends Common {
  readonly kind: "http";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly as: "text"; readonly text: string; readonly contentType: string }
    | { readonly as: "error"; readonly type: string | undefined; readonly message: string | undefined }
    | { readonly as: "html" }
    | { readonly as: "empty" };
}

/** No answer. */
export interface ConnectionReply extends Common {
  readonly kind: "connection";
  readonly how: "reset" | "close" | "hang" | "refuse";
  readonly refuseMs: number;
}

/** How a message is streamed. */
export interface StreamPlan {
  readonly chunkMs: number;
  readonly chunkChars: number;
  readonly pingEveryMs: number | undefined;
  readonly break: BreakPlan | undefined;
}

/** Where a stream leaves its course, and how. */
export interface BreakPlan {
  readonly at: NonNullable<StreamScript["stop_at"]>;
  readonly block: number;
  /** The stream goes on where it only has something put in. */
  readonly how: StreamBreak | "continue";
  readonly stallMs: number | undefined;
  readonly error: { readonly type: string | undefined; readonly message: string | undefined };
  readonly insert: string;
}

const DEFAULT_CHUNK_CHARS = 32;
const DEFAULT_REFUSE_MS = 1_000;
const JSON_TYPE = "application/json";

/** What is answered without a script. */
export const OK_REPLY: MessageReply = createMessageReply({}, [{ type: "text", text: "ok" }]);

/** Makes a reply of a step. */
export function compileStep(step: Step): Reply {
  const blocks = readBlocks(step);
  if (blocks) return createMessageReply(step, blocks);
  const delayMs = step.delay_ms ?? 0;
  if (step.connection !== undefined)
    return {
      kind: "connection",
      how: step.connection,
      refuseMs: step.refuse_ms ?? DEFAULT_REFUSE_MS,
      delayMs,
    };
  const headers = readHeaders(step);
  if (step.raw === undefined)
    return { kind: "http", status: step.status ?? 500, headers, body: readBody(step), delayMs };
  const contentType = step.content_type ?? JSON_TYPE;
  return { kind: "http", status: 200, headers, body: { as: "text", text: step.raw, contentType }, delayMs };
}

/** Says whether a stream does not come to its end by itself. */
export function isBroken(plan: StreamPlan): boolean {
  if (!plan.break || plan.break.how === "continue") return false;
  return plan.break.how !== "hang" || plan.break.stallMs === undefined;
}

function readBlocks(step: Step): readonly Block[] | undefined {
  if (step.text !== undefined) return [{ type: "text", text: step.text }];
  if (step.content) return step.content;
  const calls = step.tool === undefined ? step.tools : [{ tool: step.tool, input: step.input, id: step.id }];
  return calls?.map(({ tool, input = {}, id }) => ({
    type: "tool_use",
    ...(id && { id }),
    name: tool,
    input,
  }));
}

function createMessageReply(step: Step, blocks: readonly Block[]): MessageReply {
  const callsTool = blocks.some(({ type }) => type === "tool_use");
  return {
    kind: "message",
    blocks,
    stopReason: step.stop_reason ?? (callsTool ? "tool_use" : "end_turn"),
    stopDetails: step.stop_details,
    usage: step.usage ?? {},
    model: step.model,
    headers: readHeaders(step),
    stream: step.stream === false ? false : readStream(step.stream ?? {}),
    nonStream: step.non_stream && compileStep(step.non_stream),
    delayMs: step.delay_ms ?? 0,
  };
}

function readStream(stream: StreamScript): StreamPlan {
  return {
    chunkMs: stream.chunk_ms ?? 0,
    chunkChars: stream.chunk_chars ?? DEFAULT_CHUNK_CHARS,
    pingEveryMs: stream.ping_every_ms,
    break: stream.stop_at && {
      at: stream.stop_at,
      block: stream.block ?? 0,
      how: stream.stop_by ?? usualBreak(stream),
      stallMs: stream.stall_ms,
      error: { type: stream.error?.type, message: stream.error?.message },
      insert: stream.insert ?? "",
    },
  };
}

function usualBreak({ error, stall_ms: stallMs, insert }: StreamScript): BreakPlan["how"] {
  if (error) return "error";
  if (stallMs !== undefined) return "hang";
  return insert === undefined ? "end" : "continue";
}

function readBody(step: Answer): HttpReply["body"] {
  if (typeof step.body === "string") return { as: "text", text: step.body, contentType: JSON_TYPE };
  if (step.body) return { as: "text", text: JSON.stringify(step.body), contentType: JSON_TYPE };
  if (step.html === true) return { as: "html" };
  const isNamed = step.error !== undefined || step.message !== undefined;
  const isError = isNamed || (step.status ?? 500) >= 400;
  if (step.empty === true || !isError) return { as: "empty" };
  return { as: "error", type: step.error, message: step.message };
}

function readHeaders({ headers = {} }: Answer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
