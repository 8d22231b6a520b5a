import { generatedText, type Message } from "./message.ts";
import type { Block } from "./reply.ts";

/** One event of a stream, as it is written. */
export interface StreamEvent {
  readonly at: "message_start" | "block_start" | "delta" | "block" | "message_delta" | "message_stop";
  /** Index of the content block that it belongs to; -1 for the message. */
  readonly block: number;
  /** Characters of the model in it. */
  readonly characters: number;
  readonly text: string;
}

/** Writes one server-sent event of the API. */
export function writeEvent(type: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

/**
 * Writes a message as the events of its stream.
 *
 * @param options.cutBlock index of a block whose text comes in two pieces at least, so that it has a middle
 */
export function writeMessageEvents(
  message: Message,
  options: { readonly chunkChars: number; readonly cutBlock: number | undefined },
): StreamEvent[] {
  const { stop_reason, stop_sequence, stop_details, content, usage, ...head } = message;
  const start = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const delta = { stop_reason, stop_sequence, ...(stop_details && { stop_details }) };
  const create = (at: StreamEvent["at"], data: Readonly<Record<string, unknown>>): StreamEvent => ({
    at,
    block: -1,
    characters: 0,
    text: writeEvent(at, data),
  });
  return [
    create("message_start", { message: start }),
    ...content.flatMap((block, index) => {
      const half = Math.ceil(generatedText(block).length / 2);
      const chunkChars = index === options.cutBlock ? Math.min(options.chunkChars, half) : options.chunkChars;
      return writeBlock(block, index, Math.max(1, chunkChars));
    }),
    create("message_delta", { delta, usage }),
    create("message_stop", {}),
  ];
}

function writeBlock(block: Block, index: number, chunkChars: number): StreamEvent[] {
  const form = Object.hasOwn(FORMS, block.type) ? FORMS[block.type] : undefined;
  const writeDelta = (delta: Readonly<Record<string, unknown>>, characters: number): StreamEvent => {
    return {
      at: "delta",
      block: index,
      characters,
      text: writeEvent("content_block_delta", { index, delta }),
    };
  };
  const pieces = form ? splitText(generatedText(block), chunkChars) : [];
  const start = { index, content_block: form ? form.open(block) : block };
  return [
    { at: "block_start", block: index, characters: 0, text: writeEvent("content_block_start", start) },
    ...(form?.first(block) ?? []).map((delta) => writeDelta(delta, 0)),
    ...pieces.map((piece) => writeDelta(form?.delta(piece) ?? {}, piece.length)),
    ...(form?.last(block) ?? []).map((delta) => writeDelta(delta, 0)),
    { at: "block", block: index, characters: 0, text: writeEvent("content_block_stop", { index }) },
  ];
}

type Delta = Readonly<Record<string, unknown>>;

/** How a kind of block is streamed. */
interface BlockForm {
  readonly open: (block: Block) => Delta;
  readonly first: (block: Block) => readonly Delta[];
  readonly delta: (piece: string) => Delta;
  readonly last: (block: Block) => readonly Delta[];
}

/** A kind that has no row comes whole in its start. */
const FORMS: Readonly<Record<string, BlockForm>> = {
  text: {
    open: (block) => ({ ...block, text: "" }),
    first: () => [],
    delta: (text) => ({ type: "text_delta", text }),
    last: () => [],
  },
  thinking: {
    open: (block) => ({ ...block, thinking: "", signature: "" }),
    first: () => [],
    delta: (thinking) => ({ type: "thinking_delta", thinking }),
    last: ({ signature }) => (typeof signature === "string" ? [{ type: "signature_delta", signature }] : []),
  },
  tool_use: {
    open: (block) => ({ ...block, input: {} }),
    // The API begins every input with an empty piece.
    first: () => [{ type: "input_json_delta", partial_json: "" }],
    delta: (partialJson) => ({ type: "input_json_delta", partial_json: partialJson }),
    last: () => [],
  },
};

/** Cuts a text in pieces, and no character of two code units in two. */
function splitText(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + size);
    const isPairCut = to < text.length && /[\ud800-\udbff]/.test(text.charAt(to - 1));
    if (isPairCut) to++;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
