import { isJsonObject, type JsonObject } from "../../protocol/index.ts";
import { type AnswerBlock, isToolUse } from "./messages.ts";

/** Collects the blocks of one answer. Never throws, whatever they hold. */
export interface AnswerBlocks {
  /** Those that came whole. */
  readonly whole: readonly AnswerBlock[];
  /** Whether any has begun. */
  readonly hasBegun: boolean;
  /** Whether one has begun and not ended. */
  readonly hasOpen: boolean;
  /** Whether there was a tool call that is none. */
  readonly hasLostCall: boolean;
  /** @returns false for one that had begun before: the stream plays its answer again */
  begin(index: number, block: JsonObject): boolean;
  /** Adds a delta to its block, and returns the text in it. */
  add(index: number, delta: JsonObject): string;
  end(index: number): void;
  /**
   * Takes a block that is whole. A tool call whose input is not whole JSON is none: it cannot be run. Nor is one with the id of another: no
   * result could be told from that of the other.
   */
  take(block: JsonObject): void;
}

interface OpenBlock {
  block: Record<string, unknown>;
  json: string;
}

export function collectBlocks(): AnswerBlocks {
  const open = new Map<number, OpenBlock>();
  const begun = new Set<number>();
  const whole: AnswerBlock[] = [];
  let hasLostCall = false;
  const take = (block: JsonObject): void => {
    const taken = readBlock(block);
    const isAgain = whole.some((other) => isToolUse(other) && other.id === block.id);
    if (taken && !(isToolUse(taken) && isAgain)) whole.push(taken);
    else hasLostCall ||= block.type === "tool_use";
  };
  return {
    whole,
    get hasBegun() {
      return begun.size > 0;
    },
    get hasOpen() {
      return open.size > 0;
    },
    get hasLostCall() {
      return hasLostCall;
    },
    begin(index, block) {
      if (begun.has(index)) return false;
      begun.add(index);
      open.set(index, { block: { ...block }, json: "" });
      return true;
    },
    add(index, delta) {
      const at = open.get(index);
      return at ? applyDelta(at, delta) : "";
    },
    end(index) {
      const ended = open.get(index);
      open.delete(index);
      if (ended) take(withInput(ended));
    },
    take,
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

/** The input of a call comes in pieces behind its block, or with it where it is empty. */
function withInput({ block, json }: OpenBlock): JsonObject {
  if (block.type !== "tool_use") return block;
  return { ...block, input: json === "" ? (block.input ?? {}) : parseOrUndefined(json) };
}

function readBlock(block: JsonObject): AnswerBlock | null {
  const { type, id, name, input } = block;
  if (typeof type !== "string") return null;
  if (type !== "tool_use") return { ...block, type };
  const isCall = typeof id === "string" && typeof name === "string" && isJsonObject(input);
  return isCall ? { type, id, name, input } : null;
}

function parseOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // cut, or garbage: such a call is none
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
