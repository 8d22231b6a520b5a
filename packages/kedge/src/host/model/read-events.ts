import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { type AnswerBlock, type ModelMessage, NO_USAGE, type Usage } from "./messages.ts";

/** Collects the events of one stream. Never throws, whatever the events hold. */
export interface EventReader {
  /** @returns the text that the event brings, if any */
  read(event: JsonObject): string;
  /** Whether the stream has begun: its first event came. */
  readonly hasBegun: boolean;
  /** What the stream has said of its cost so far. */
  readonly usage: Usage;
  /** Blocks that came whole. */
  readonly blocks: readonly AnswerBlock[];
  /** The answer, once its stop reason is known; null before. */
  message(): ModelMessage | null;
}

interface OpenBlock {
  block: Record<string, unknown>;
  json: string;
}

/**
 * Makes a reader. A tool call whose input is not whole JSON is no block: it cannot be run, and what stands before it is kept.
 *
 * @source Claude API reference, "Streaming messages"
 */
export function createEventReader(): EventReader {
  const open = new Map<number, OpenBlock>();
  const blocks: AnswerBlock[] = [];
  let head = { id: "", model: "" };
  let usage: Usage = NO_USAGE;
  let stopReason: string | null = null;
  let hasBegun = false;
  let isEnded = false;

  const start = (message: JsonObject): void => {
    head = { id: asText(message.id), model: asText(message.model) };
    usage = readUsage(message.usage, usage);
  };
  const close = (index: number): void => {
    const ended = open.get(index);
    open.delete(index);
    const block = ended && finishBlock(ended);
    if (block) blocks.push(block);
  };
  return {
    get hasBegun() {
      return hasBegun;
    },
    get usage() {
      return usage;
    },
    blocks,
    read(event) {
      const index = typeof event.index === "number" ? event.index : -1;
      switch (event.type) {
        case "message_start":
          hasBegun = true;
          if (isJsonObject(event.message)) start(event.message);
          break;
        case "content_block_start":
          if (isJsonObject(event.content_block))
            open.set(index, { block: { ...event.content_block }, json: "" });
          break;
        case "content_block_delta": {
          const at = open.get(index);
          return at && isJsonObject(event.delta) ? applyDelta(at, event.delta) : "";
        }
        case "content_block_stop":
          close(index);
          break;
        case "message_delta":
          if (isJsonObject(event.delta) && typeof event.delta.stop_reason === "string")
            stopReason = event.delta.stop_reason;
          usage = readUsage(event.usage, usage);
          break;
        case "message_stop":
          isEnded = true;
          break;
        default: // pings, and events that are new to us
      }
      return "";
    },
    message: () =>
      hasBegun && (isEnded || stopReason !== null) ? { ...head, content: blocks, stopReason, usage } : null,
  };
}

/** Reads an answer that came as one JSON object; null when it is no message. */
export function readWholeMessage(value: unknown): ModelMessage | null {
  if (!isJsonObject(value) || value.type !== "message" || !Array.isArray(value.content)) return null;
  const content = value.content.filter(
    (block): block is AnswerBlock => isJsonObject(block) && typeof block.type === "string",
  );
  return {
    id: asText(value.id),
    model: asText(value.model),
    content: content.filter(
      (block) => block.type !== "tool_use" || isJsonObject((block as { input?: unknown }).input),
    ),
    stopReason: typeof value.stop_reason === "string" ? value.stop_reason : null,
    usage: readUsage(value.usage, NO_USAGE),
  };
}

/** Adds a delta to its block, and returns the text in it. */
function applyDelta(at: OpenBlock, delta: JsonObject): string {
  const append = (key: string, piece: unknown): void => {
    if (typeof piece === "string") at.block[key] = `${asText(at.block[key])}${piece}`;
  };
  switch (delta.type) {
    case "text_delta":
      append("text", delta.text);
      return asText(delta.text);
    case "input_json_delta":
      at.json += asText(delta.partial_json);
      break;
    case "thinking_delta":
      append("thinking", delta.thinking);
      break;
    case "signature_delta":
      append("signature", delta.signature);
      break;
    default: // citations and what comes next: not needed to go on
  }
  return "";
}

function finishBlock({ block, json }: OpenBlock): AnswerBlock | null {
  if (typeof block.type !== "string") return null;
  if (block.type !== "tool_use") return block as unknown as AnswerBlock;
  const input = json === "" ? (block.input ?? {}) : parseOrUndefined(json);
  const isCall = typeof block.id === "string" && typeof block.name === "string" && isJsonObject(input);
  return isCall ? { type: "tool_use", id: block.id as string, name: block.name as string, input } : null;
}

function parseOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // cut, or garbage: the caller leaves the call out
  }
}

/** A stream states its usage twice; the later statement wins, and what it does not name stays. */
function readUsage(value: unknown, before: Usage): Usage {
  if (!isJsonObject(value)) return before;
  const read = (key: keyof Usage): number => {
    const stated = value[key];
    return typeof stated === "number" && Number.isFinite(stated) && stated >= 0 ? stated : before[key];
  };
  return {
    input_tokens: read("input_tokens"),
    output_tokens: read("output_tokens"),
    cache_creation_input_tokens: read("cache_creation_input_tokens"),
    cache_read_input_tokens: read("cache_read_input_tokens"),
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
