import type { JsonObject } from "../../protocol/index.ts";

/** A piece of text. */
export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

/** A call of a tool by the model. */
export interface ToolUseBlock {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** What a tool call gave; content is text, since our tools give nothing else. */
export interface ToolResultBlock {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error?: boolean;
}

/** A block that is passed on as it came: thinking, and whatever the API invents next. */
interface OtherBlock {
  readonly type: string;
  readonly [key: string]: unknown;
}

export type AnswerBlock = TextBlock | ToolUseBlock | OtherBlock;
export type PromptBlock = TextBlock | ToolResultBlock;

/** One message of a conversation, as the API wants it. */
export type Message =
  | { readonly role: "user"; readonly content: readonly PromptBlock[] }
  | {
      readonly role: "assistant";
      readonly content: readonly AnswerBlock[];
      /** Who said it, where that is known; it is not sent. */
      readonly model?: string;
    };

/** Tokens of one answer, or of many; the API's own names. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

/** An answer of the model, whole. */
export interface ModelMessage {
  readonly id: string;
  readonly model: string;
  readonly content: readonly AnswerBlock[];
  /** There was a call among it that cannot be read, and was left out. */
  readonly hasLostCall?: true;
  /** An open list; null for an answer that was cut. */
  readonly stopReason: string | null;
  readonly usage: Usage;
}

/** A tool as the model sees it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly input_schema: { readonly type: "object" } & JsonObject;
}

export const NO_USAGE: Usage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_creation_input_tokens: a.cache_creation_input_tokens + b.cache_creation_input_tokens,
    cache_read_input_tokens: a.cache_read_input_tokens + b.cache_read_input_tokens,
  };
}

export function isText(block: AnswerBlock): block is TextBlock {
  return block.type === "text" && typeof (block as Partial<TextBlock>).text === "string";
}

export function isToolUse(block: AnswerBlock): block is ToolUseBlock {
  return block.type === "tool_use";
}

/** The text of an answer, its blocks one after the other. */
export function textOf(content: readonly AnswerBlock[]): string {
  return content
    .filter(isText)
    .map(({ text }) => text)
    .join("\n\n")
    .trim();
}
