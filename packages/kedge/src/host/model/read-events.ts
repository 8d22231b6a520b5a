import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { type AnswerBlocks, collectBlocks } from "./answer-blocks.ts";
import { type AnswerBlock, type ModelMessage, NO_USAGE, type Usage } from "./messages.ts";

/** Stop reasons of an answer that was not let come to its end. */
const CUT_SHORT: ReadonlySet<string> = new Set(["refusal", "max_tokens", "model_context_window_exceeded"]);

/** Collects the events of one stream. Never throws, whatever the events hold. */
export interface EventReader {
  /** @returns the text that the event brings, if any */
  read(event: JsonObject): string;
  /** Whether the stream has begun: its first event came. */
  readonly hasBegun: boolean;
  /** Whether its last event came. Nothing counts that comes then. */
  readonly isEnded: boolean;
  /** Whether it plays its answer again, as behind a gateway that began anew. Nothing counts that comes then. */
  readonly isRepeated: boolean;
  /** What the stream has said of its cost so far. */
  readonly usage: Usage;
  /** Blocks that came whole. */
  readonly blocks: readonly AnswerBlock[];
  /** The answer, once it is known to be whole; null before, and of a stream that was repeated. */
  message(): ModelMessage | null;
}

/**
 * Makes a reader.
 *
 * @source Claude API reference, "Streaming messages"
 */
export function createEventReader(): EventReader {
  const blocks = collectBlocks();
  let head = { id: "", model: "" };
  let usage: Usage = NO_USAGE;
  let stopReason: string | null = null;
  let hasBegun = false;
  let isRepeated = false;
  let isEnded = false;

  const start = (message: unknown): void => {
    hasBegun = true;
    // What has no block yet may begin anew: nobody has seen anything of it.
    if (blocks.hasBegun) isRepeated = true;
    else if (isJsonObject(message)) {
      head = { id: asText(message.id), model: asText(message.model) };
      usage = readUsage(message.usage, usage);
    }
  };
  return {
    get hasBegun() {
      return hasBegun;
    },
    get isEnded() {
      return isEnded;
    },
    get isRepeated() {
      return isRepeated;
    },
    get usage() {
      return usage;
    },
    blocks: blocks.whole,
    read(event) {
      if (isEnded || isRepeated) return "";
      const index = typeof event.index === "number" ? event.index : -1;
      switch (event.type) {
        case "message_start":
          start(event.message);
          break;
        case "content_block_start":
          if (isJsonObject(event.content_block)) isRepeated = !blocks.begin(index, event.content_block);
          break;
        case "content_block_delta":
          return isJsonObject(event.delta) ? blocks.add(index, event.delta) : "";
        case "content_block_stop":
          blocks.end(index);
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
      hasBegun && !isRepeated && isWhole(blocks, { stopReason, isEnded })
        ? { ...head, ...contentOf(blocks), stopReason, usage }
        : null,
  };
}

/**
 * Whether nothing is missing. A stop reason says that the answer has come to its end; without one, only what came says so. Half a block is
 * no end, unless the reason is that there is to be no more.
 */
function isWhole(blocks: AnswerBlocks, end: { stopReason: string | null; isEnded: boolean }): boolean {
  const { stopReason, isEnded } = end;
  if (stopReason !== null) return !blocks.hasOpen || CUT_SHORT.has(stopReason);
  return isEnded && blocks.whole.length > 0 && !blocks.hasOpen && !blocks.hasLostCall;
}

function contentOf({ whole, hasLostCall }: AnswerBlocks): Pick<ModelMessage, "content" | "hasLostCall"> {
  return { content: whole, ...(hasLostCall ? { hasLostCall } : {}) };
}

/** Reads an answer that came as one JSON object; null when it is no message. */
export function readWholeMessage(value: unknown): ModelMessage | null {
  if (!isJsonObject(value) || value.type !== "message" || !Array.isArray(value.content)) return null;
  const blocks = collectBlocks();
  for (const block of value.content) if (isJsonObject(block)) blocks.take(block);
  return {
    id: asText(value.id),
    model: asText(value.model),
    ...contentOf(blocks),
    stopReason: typeof value.stop_reason === "string" ? value.stop_reason : null,
    usage: readUsage(value.usage, NO_USAGE),
  };
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
