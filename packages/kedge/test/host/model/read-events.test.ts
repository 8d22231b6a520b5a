import { describe, expect, test } from "vitest";
import { createEventReader, readWholeMessage } from "../../../src/host/model/read-events.ts";
import type { JsonObject } from "../../../src/protocol/index.ts";
import fc from "../../support/fast-check.ts";

const start = {
  type: "message_start",
  message: { id: "msg_1", model: "m", usage: { input_tokens: 7, output_tokens: 1 } },
};
const block = (index: number, content_block: object): JsonObject => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number, own: object): JsonObject => ({
  type: "content_block_delta",
  index,
  delta: own,
});
const stop = (index: number): JsonObject => ({ type: "content_block_stop", index });
const end = (stop_reason: string | null): JsonObject => ({
  type: "message_delta",
  delta: { stop_reason },
  usage: { output_tokens: 9 },
});

function read(...events: readonly JsonObject[]) {
  const reader = createEventReader();
  const text = events.map((event) => reader.read(event)).join("");
  return { reader, text, message: reader.message() };
}

describe("a stream", () => {
  test("gives the message that it tells of", () => {
    const { message, text } = read(
      start,
      block(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: "hm" }),
      delta(0, { type: "signature_delta", signature: "c2ln" }),
      stop(0),
      block(1, { type: "text", text: "" }),
      delta(1, { type: "text_delta", text: "Hel" }),
      { type: "ping" },
      delta(1, { type: "text_delta", text: "lo" }),
      stop(1),
      block(2, { type: "tool_use", id: "toolu_1", name: "Bash", input: {} }),
      delta(2, { type: "input_json_delta", partial_json: '{"comm' }),
      delta(2, { type: "input_json_delta", partial_json: 'and":"ls"}' }),
      stop(2),
      end("tool_use"),
      { type: "message_stop" },
    );
    expect(text).toBe("Hello");
    expect(message).toEqual({
      id: "msg_1",
      model: "m",
      content: [
        { type: "thinking", thinking: "hm", signature: "c2ln" },
        { type: "text", text: "Hello" },
        { type: "tool_use", id: "toolu_1", name: "Bash", input: { command: "ls" } },
      ],
      stopReason: "tool_use",
      usage: {
        input_tokens: 7,
        output_tokens: 9,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
      },
    });
  });

  test("that ends before its stop reason gives no message, but the blocks that came whole", () => {
    const { reader, message } = read(
      start,
      block(0, { type: "text", text: "a" }),
      stop(0),
      block(1, { type: "text", text: "b" }),
    );
    expect(message).toBeNull();
    expect(reader.blocks).toEqual([{ type: "text", text: "a" }]);
  });

  test("that lacks message_stop is whole with its stop reason", () => {
    expect(read(start, end("end_turn")).message?.stopReason).toBe("end_turn");
  });

  test.for([
    ["half JSON", '{"command":"rm -rf /tm'],
    ["an array", "[1]"],
    ["a text", '"ls"'],
  ])("gives no call whose input is %s", ([, json = ""]) => {
    const { reader } = read(
      start,
      block(0, { type: "tool_use", id: "t", name: "Bash", input: {} }),
      delta(0, { type: "input_json_delta", partial_json: json }),
      stop(0),
    );
    expect(reader.blocks).toEqual([]);
  });

  test("gives a call without an input an empty one", () => {
    const { reader } = read(start, block(0, { type: "tool_use", id: "t", name: "Glob", input: {} }), stop(0));
    expect(reader.blocks).toEqual([{ type: "tool_use", id: "t", name: "Glob", input: {} }]);
  });

  test.for([
    ["start", [start, block(0, { type: "text", text: "b" })]],
    ["block", [block(0, { type: "text", text: "b" }), stop(0)]],
    ["open block", [block(1, { type: "text", text: "b" }), block(1, { type: "text", text: "c" })]],
  ] as const)("that comes to a %s again is no message, and what comes then is not read", ([, again]) => {
    const { reader, message } = read(
      start,
      block(0, { type: "text", text: "a" }),
      stop(0),
      ...again,
      stop(0),
      stop(1),
      end("end_turn"),
    );
    expect([reader.isRepeated, message]).toEqual([true, null]);
    expect(reader.blocks).toEqual([{ type: "text", text: "a" }]);
  });

  test("may start again before its first block", () => {
    const { message } = read(start, { ...start, message: { id: "msg_2", model: "m" } }, end("end_turn"));
    expect(message).toMatchObject({ id: "msg_2", usage: { input_tokens: 7 } });
  });

  test("gives no call with the id of another", () => {
    const call = { type: "tool_use", id: "t", name: "Glob", input: {} };
    const { reader } = read(start, block(0, call), stop(0), block(1, { ...call, input: { a: 1 } }), stop(1));
    expect(reader.blocks).toEqual([call]);
  });

  test("of anything at all never throws", () => {
    const types = [
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
      "x",
    ];
    const event = fc.record(
      {
        type: fc.constantFrom(...types),
        index: fc.anything(),
        delta: fc.anything(),
        content_block: fc.anything(),
        message: fc.anything(),
        usage: fc.anything(),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { reader, text } = read(...(events as unknown as JsonObject[]));
        expect(typeof text).toBe("string");
        for (const { type } of reader.blocks) expect(typeof type).toBe("string");
      }),
    );
  });
});

describe("a whole message", () => {
  test.for([null, [], "text", { type: "error" }, { type: "message" }, { type: "message", content: "x" }])(
    "is not %j",
    (value) => {
      expect(readWholeMessage(value)).toBeNull();
    },
  );

  test("leaves out what are no blocks, and calls with the id of another", () => {
    const content = [
      { type: "text", text: "a" },
      null,
      "b",
      { type: 5 },
      { type: "tool_use", id: "t", name: "n", input: "no" },
      { type: "tool_use", id: "t", name: "n", input: {} },
      { type: "tool_use", id: "t", name: "n", input: { again: true } },
    ];
    expect(readWholeMessage({ type: "message", content, stop_reason: "end_turn" })?.content).toEqual([
      { type: "text", text: "a" },
      { type: "tool_use", id: "t", name: "n", input: {} },
    ]);
  });
});
