import type { Block, MessageReply } from "./reply.ts";
import { tokensOf } from "./token-estimate.ts";

/** A message as the API answers with it. */
export interface Message {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly Block[];
  readonly stop_reason: string;
  readonly stop_sequence: null;
  readonly stop_details?: Readonly<Record<string, unknown>>;
  readonly usage: Usage;
}

/** Tokens of a message; a scenario may put any further field in. */
interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly [field: string]: unknown;
}

/** What a message takes from its request. */
export interface MessageContext {
  /** Makes ids: the same in every run, and different for each request. */
  readonly idPart: string;
  readonly model: string;
  readonly inputTokens: number;
}

/** Makes the message of a reply. */
export function createMessage(reply: MessageReply, context: MessageContext): Message {
  const content = reply.blocks.map((block, index) => {
    const { type, ...rest } = block;
    const needsId = type === "tool_use" && block.id === undefined;
    return needsId ? { type, id: `toolu_${context.idPart}_${index}`, ...rest } : block;
  });
  return {
    id: `msg_${context.idPart}`,
    type: "message",
    role: "assistant",
    model: reply.model ?? context.model,
    content,
    stop_reason: reply.stopReason,
    stop_sequence: null,
    ...(reply.stopDetails && { stop_details: reply.stopDetails }),
    usage: {
      input_tokens: context.inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: content.reduce((sum, block) => sum + tokensOf(generatedText(block).length), 0),
      ...reply.usage,
    },
  };
}

/** What a model wrote in a block: its text, its thinking, or the JSON of its input. */
export function generatedText(block: Block): string {
  if (block.type === "tool_use") return JSON.stringify(block.input ?? {});
  const text = block.type === "thinking" ? block.thinking : block.text;
  return typeof text === "string" ? text : "";
}
